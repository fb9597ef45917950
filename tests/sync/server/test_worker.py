"""Doing jobs: one after another, failures kept, what was begun given back when the server stops."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from console.kernel.clock import SystemClock
from console.kernel.tasks import Tasks
from console.server.core import Core, open_core
from console.store.engine import open_database
from console.sync.server import jobs, worker
from console.sync.server.jobs import MAX_TRIES
from console.sync.server.worker import ALONE_S, POLL_S, Bench, JobKind, Worker
from tests.conftest import Errors
from tests.fakes.clock import ManualClock

pytestmark = pytest.mark.anyio


class Doings:
    """What was done, and what a job of kind `hold` waits for."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def note(self, _: Bench, args: str) -> None:
        self.done.append(args)
        self.begun.set()

    async def fail(self, _: Bench, args: str) -> None:
        self.done.append(args)
        raise ZeroDivisionError("by nobody")

    async def hold(self, _: Bench, args: str) -> None:
        self.begun.set()
        await self.go_on.wait()
        self.done.append(args)

    @property
    def kinds(self) -> tuple[JobKind, ...]:
        return (
            JobKind("note", self.note),
            JobKind("fail", self.fail),
            JobKind("hold", self.hold),
        )


@pytest.fixture
async def core(database_url: str) -> AsyncIterator[Core]:
    clock = ManualClock(SystemClock().now())
    made = await open_core(open_database(database_url), clock, serving=False)
    yield made
    await made.leave()
    made.close()


async def put(core: Core, kind: str, args: str = "{}", in_s: float = -1) -> None:
    due_at = core.clock.now() + timedelta(seconds=in_s)
    await core.write(lambda tx: jobs.put(tx, kind, args, due_at))


async def rows(core: Core, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await core.read(lambda reader: reader.rows(sql))]


async def sooner(core: Core) -> None:
    """All rests are over."""
    await core.write(lambda tx: tx.connection.exec_driver_sql("UPDATE job SET due_at = 1"))


async def test_all_that_is_due_is_done_in_order(core: Core) -> None:
    doings = Doings()
    working = Worker(core, doings.kinds, shared=False)
    await put(core, "note", "b", in_s=-1)
    await put(core, "note", "a", in_s=-2)
    await put(core, "note", "later", in_s=600)
    wait_s = await working.turn()
    assert doings.done == ["a", "b"]
    assert 500 < wait_s <= 600
    assert await rows(core, "SELECT args FROM job") == [("later",)]


@pytest.mark.parametrize(("shared", "wait_s"), [(False, ALONE_S), (True, POLL_S)])
async def test_how_long_it_sleeps_when_there_is_nothing(
    core: Core, shared: bool, wait_s: float
) -> None:
    doings = Doings()
    assert await Worker(core, doings.kinds, shared=shared).turn() == wait_s


async def test_a_failing_job_is_tried_again_and_then_kept_with_its_error(
    core: Core, expected_errors: Errors
) -> None:
    expected_errors.expect("job_dead")
    doings = Doings()
    working = Worker(core, doings.kinds, shared=False)
    await put(core, "fail", "x")
    for _ in range(MAX_TRIES + 2):
        await working.turn()
        await sooner(core)
    assert doings.done == ["x"] * MAX_TRIES
    ((error, dead_at),) = await rows(core, "SELECT error, dead_at FROM job")
    assert error == "ZeroDivisionError: by nobody"
    assert dead_at is not None
    assert expected_errors.events == ["job_dead"]


async def test_a_job_that_kills_its_nodes_is_buried(core: Core, expected_errors: Errors) -> None:
    expected_errors.expect("job_dead")
    doings = Doings()
    await put(core, "note")
    await core.write(
        lambda tx: tx.connection.exec_driver_sql(f"UPDATE job SET tries = {MAX_TRIES}")
    )
    await Worker(core, doings.kinds, shared=False).turn()
    assert doings.done == []
    ((error,),) = await rows(core, "SELECT error FROM job WHERE dead_at IS NOT NULL")
    assert error == "RuntimeError: every node that began it died"


async def test_a_job_put_here_is_done_at_once(core: Core) -> None:
    doings = Doings()
    core.worker = working = Worker(core, doings.kinds, shared=False)
    tasks = Tasks()
    tasks.spawn(working.work(), name="jobs")
    async with asyncio.timeout(20):
        await core.read(lambda reader: reader.rows("SELECT 1"))
        await put(core, "note", "now")
        await doings.begun.wait()
    await tasks.close()
    assert doings.done == ["now"]


async def test_what_was_begun_when_the_server_stops_is_left_to_others(core: Core) -> None:
    doings = Doings()
    tasks = Tasks()
    await put(core, "hold")
    tasks.spawn(Worker(core, doings.kinds, shared=False).work(), name="jobs")
    async with asyncio.timeout(20):
        await doings.begun.wait()
    await tasks.close()
    assert (doings.done, await rows(core, "SELECT tries, claimed_until FROM job")) == ([], [(0, 0)])


async def test_a_long_job_keeps_its_claim(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "RENEW_S", 0.001)
    renewed = asyncio.Event()
    real = jobs.renew

    def renew(tx: Any, job: Any) -> Any:
        core._loop.call_soon_threadsafe(renewed.set)
        return real(tx, job)

    monkeypatch.setattr(jobs, "renew", renew)
    doings = Doings()
    await put(core, "hold", "long")
    async with asyncio.timeout(20):
        turn = asyncio.ensure_future(Worker(core, doings.kinds, shared=False).turn())
        await renewed.wait()
        doings.go_on.set()
        await turn
    assert (doings.done, await rows(core, "SELECT id FROM job")) == (["long"], [])


async def test_who_lost_the_claim_stops(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "RENEW_S", 0.001)
    doings = Doings()
    await put(core, "hold")
    async with asyncio.timeout(20):
        turn = asyncio.ensure_future(Worker(core, doings.kinds, shared=False).turn())
        await doings.begun.wait()
        await core.write(
            lambda tx: tx.connection.exec_driver_sql("UPDATE job SET tries = tries + 1")
        )
        await turn
    assert doings.done == []
    assert len(await rows(core, "SELECT id FROM job")) == 1


async def test_nightly_jobs_are_put_at_the_start(core: Core) -> None:
    doings = Doings()
    kinds = (JobKind("night", doings.note, nightly=True),)
    for _ in range(2):
        await Worker(core, kinds, shared=True).turn()
    assert await rows(core, "SELECT kind FROM job") == [("night",)]
    await sooner(core)
    await Worker(core, kinds, shared=True).turn()
    assert doings.done == ["{}"]
    ((due_at,),) = await rows(core, "SELECT due_at FROM job")
    assert due_at > 1


async def test_a_database_that_is_away_is_asked_again(
    core: Core, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "POLL_S", 0.001)
    doings = Doings()
    working = Worker(core, doings.kinds, shared=True)
    real, failures = core.write, 3

    async def write(work: Any) -> Any:
        nonlocal failures
        if failures:
            failures -= 1
            raise OperationalError("UPDATE", {}, Exception("away"))
        return await real(work)

    await put(core, "note")
    monkeypatch.setattr(core, "write", write)
    tasks = Tasks()
    tasks.spawn(working.work(), name="jobs")
    async with asyncio.timeout(20):
        await doings.begun.wait()
    await tasks.close()
    assert caplog.messages.count("jobs_wait") == 1


async def test_two_nodes_never_do_one_job_at_a_time(postgres_url: str) -> None:
    clock = SystemClock()
    cores = [await open_core(open_database(postgres_url), clock, serving=False) for _ in range(2)]
    doings = [Doings(), Doings()]
    workers = [
        Worker(core, each.kinds, shared=True) for core, each in zip(cores, doings, strict=True)
    ]
    await put(cores[0], "hold", "one")
    async with asyncio.timeout(30):
        holding = asyncio.ensure_future(workers[0].turn())
        await doings[0].begun.wait()
        assert await workers[1].turn() == POLL_S
        assert not doings[1].begun.is_set()

        # The first node dies: nothing renews its claim, which runs out.
        await cores[1].write(
            lambda tx: tx.connection.exec_driver_sql("UPDATE job SET claimed_until = 1")
        )
        doings[1].go_on.set()
        await workers[1].turn()
        assert doings[1].done == ["one"]

        # It was only slow: what it says of the job now changes nothing.
        await put(cores[0], "note", "two")
        doings[0].go_on.set()
        await holding
    assert doings[0].done + doings[1].done == ["one", "two", "one"]
    assert await rows(cores[0], "SELECT id FROM job") == []
    for core in cores:
        await core.leave()
        core.close()
