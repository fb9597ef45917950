"""The core: founded once, an epoch a start, commands in order, the newest always in the hub."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.people.model import Actor
from console.server.auth import operator
from console.server.core import Core, open_core
from console.store.engine import open_database
from console.sync.records import Accepted, Rejected, Retry
from console.sync.server import epoch
from console.sync.server.tx import Tx
from tests.fakes.clock import ManualClock
from tests.parts.acts import note, received
from tests.parts.until import PATIENCE_S, until

pytestmark = pytest.mark.anyio


@pytest.fixture
async def core(database_url: str, clock: ManualClock) -> AsyncIterator[Core]:
    opened = await open_core(open_database(database_url), clock, serving=True)
    yield opened
    await opened.leave()
    opened.close()


@pytest.fixture
async def who(core: Core) -> Actor:
    return await operator(core)


async def test_a_new_database_is_founded_and_an_old_one_left_as_it_is(
    empty_database_url: str, clock: ManualClock
) -> None:
    counts, lives = [], []
    for _ in range(3):
        core = await open_core(open_database(empty_database_url), clock, serving=True)
        counts.append(await core.read(lambda r: r.row("SELECT count(*) FROM roles")))
        lives.append((await core.read(epoch.current)).no)
        dialect = core.database.dialect
        await core.leave()
        core.close()
    assert [tuple(row or ()) for row in counts] == [(4,)] * 3
    if dialect == "sqlite":
        assert lives == sorted(set(lives))
    else:
        assert len(set(lives)) == 1


async def test_tools_go_on_in_the_epoch_that_is(database_url: str, clock: ManualClock) -> None:
    lives = []
    for serving in (True, False, False):
        core = await open_core(open_database(database_url), clock, serving=serving)
        lives.append(await core.read(epoch.current))
        await core.leave()
        core.close()
    assert len({life.no for life in lives}) == 1


async def test_commands_are_decided_in_their_order(core: Core, who: Actor) -> None:
    first = received()
    notes = [note(first.target, f"note {n}") for n in range(150)]
    results = await core.execute(who, [first, *notes])
    seqs = [r.outcome.seq for r in results if isinstance(r.outcome, Accepted)]
    assert len(seqs) == 151
    assert seqs == sorted(set(seqs))
    assert core.hub.tail == seqs[-1] == await core.read(core.feed.head)
    assert await core.execute(who, []) == []


async def test_a_command_twice_in_one_batch_is_answered_twice_and_done_once(
    core: Core, who: Actor
) -> None:
    first = received()
    one, two = await core.execute(who, [first, first])
    assert (one.outcome, one.again, two.again) == (two.outcome, False, True)
    assert tuple(await core.read(lambda r: r.row("SELECT count(*) FROM messages")) or ()) == (1,)


async def test_a_database_that_cannot_be_written_now_asks_for_a_retry(
    core: Core, who: Actor, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    """As when the disk is full: the driver says so in the middle of the commit."""
    from sqlalchemy.exc import OperationalError

    from console.sync.server import ledger

    expected_errors.expect("database_write_failed")

    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    first = received()
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_write_log", full)
        (held,) = await core.execute(who, [first])
    assert isinstance(held.outcome, Retry)
    (done,) = await core.execute(who, [first])
    assert (type(done.outcome), done.again) == (Accepted, False)


async def test_who_does_not_wait_for_a_refused_decision_leaves_no_complaint(core: Core) -> None:
    """A console that goes away while its command is decided: the answer is nobody's any more."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    begun, free = threading.Event(), threading.Event()

    def busy(_: Tx) -> bool:
        begun.set()
        return free.wait(PATIENCE_S)

    before = core.writer.put(busy)
    await until(begun.is_set, "the writer to be busy")
    asking = asyncio.create_task(core.execute("nobody's token", [received()]))
    await until(lambda: core.writer.waiting == 1, "the command to wait for the writer")
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    free.set()
    assert await asyncio.wrap_future(before)
    await core.write(lambda tx: None)
    del asking
    gc.collect()
    assert complaints == []


async def test_an_unknown_command_among_others(core: Core, who: Actor) -> None:
    first = received()
    missing = note(received().target)
    results = await core.execute(who, [missing, first])
    assert [type(result.outcome) for result in results] == [Rejected, Accepted]


async def test_whatever_else_other_nodes_say_is_ignored(core: Core) -> None:
    for subject in ("wake", "recheck", "eph"):
        for data in (b"", b"-1", b"x" * 16, b"\xff" * 17, b"9" * 5_000):
            core._heard(subject, data)
    assert core.hub.tail == await core.read(core.feed.head)


async def test_a_stopping_server_ends_what_runs_beside(core: Core) -> None:
    assert "jobs" in core._tasks.names
    await core.leave()
    await core.leave()
    assert (core._tasks.names, core.leaving) == ([], True)
