"""Health: the process lives; it is ready when database and writer answer and it is not stopping."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.server import health
from console.server.app import make_app
from console.server.config import ServerConfig
from console.server.core import Core, open_core
from console.server.health import KEPT_S, Checks
from console.server.serve import WebServer, uvicorn_config
from console.store.engine import open_database
from tests.fakes.clock import ManualClock
from tests.parts import web
from tests.parts.server import LiveServer

pytestmark = pytest.mark.anyio


def told(server: LiveServer, path: str = "/health") -> tuple[int, dict[str, Any]]:
    answer = web.get(server.url + path)
    return answer.status_code, answer.json()


@pytest.fixture
async def core(database_url: str, clock: ManualClock) -> AsyncIterator[Core]:
    opened = await open_core(open_database(database_url), clock, serving=False)
    yield opened
    opened.close()


def test_a_server_that_works_says_so_to_anybody(server: LiveServer) -> None:
    assert told(server) == (200, {"live": True, "ready": True})
    assert told(server, "/health/ready") == (200, {"live": True, "ready": True})
    assert told(server, "/health/live") == (200, {"live": True})


async def test_a_writer_that_takes_no_jobs(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "WRITE_DEADLINE_S", 0.05)
    held, taken = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        taken.set()
        held.wait(30)

    job = core.writer.put(hold)
    await asyncio.to_thread(taken.wait, 30)
    assert await Checks(core).missing() == "writer"
    held.set()
    await asyncio.wrap_future(job)
    monkeypatch.undo()
    assert await Checks(core).missing() == ""


async def test_a_database_that_does_not_answer(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "READ_DEADLINE_S", 0.05)
    held = threading.Event()
    reads = [asyncio.create_task(core.read(lambda _: held.wait(30))) for _ in range(4)]
    await asyncio.sleep(0)  # every thread that reads is taken
    assert await Checks(core).missing() == "database"
    held.set()
    await asyncio.gather(*reads)
    monkeypatch.undo()
    assert await Checks(core).missing() == ""


async def test_a_database_that_is_gone(tmp_path: Path, clock: ManualClock) -> None:
    core = await open_core(open_database(f"sqlite:///{tmp_path / 'a.db'}"), clock, serving=True)
    core.database.readers.dispose()
    (tmp_path / "a.db").rename(tmp_path / "b.db")
    assert await Checks(core).missing() == "database"
    await core.leave()
    core.close()


async def test_a_disk_that_cannot_be_written(
    core: Core, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    from sqlalchemy.exc import OperationalError

    from console.sync.server.tx import Tx

    expected_errors.expect("database_write_failed")

    def full(_: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("attempt to write a readonly database"))

    monkeypatch.setattr(Tx, "finish", full)
    assert await Checks(core).missing() == "writer"


async def test_however_often_it_is_asked_it_is_tried_once_in_a_while(
    core: Core, clock: ManualClock
) -> None:
    checks = Checks(core)
    before = sum(core.database.reads.read().counts)
    await asyncio.gather(*[checks.missing() for _ in range(20)])
    assert sum(core.database.reads.read().counts) - before == 1
    clock.advance(KEPT_S)
    await checks.missing()
    assert sum(core.database.reads.read().counts) - before == 2


async def test_a_server_that_was_asked_to_stop_wants_no_more(core: Core, tmp_path: Path) -> None:
    import signal

    app = make_app(core, "control")
    server = WebServer(
        uvicorn_config(ServerConfig(tmp_path), app),
        started=lambda: None,
        stopping=lambda: setattr(core, "stopping", True),
        leaving=core.leave,
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        assert (await client.get("/health")).status_code == 200
        server.handle_exit(signal.SIGTERM, None)
        answer = await client.get("/health")
        alive = await client.get("/health/live")
    assert (answer.status_code, answer.json()) == (
        503,
        {"live": True, "ready": False, "missing": "stopping"},
    )
    assert alive.status_code == 200
