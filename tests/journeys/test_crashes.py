"""kill -9 of the server and of the engine at several moments: nothing is lost, nothing doubled."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from console.conversations.records import AddNote
from console.kernel.ids import new_id
from console.people.model import User
from console.server import rooms
from console.server.core import Core
from console.store.reader import Reader
from console.sync.client import pipe
from console.sync.records import Accepted, Commands
from console.sync.server.tx import Tx
from tests.parts import web
from tests.parts.acts import act, crowd, received
from tests.parts.compare import assert_shows, shown
from tests.parts.desk import Desk, ProcessDesk
from tests.parts.process import ServerProcess

pytestmark = pytest.mark.anyio
NOTES = 36


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[ServerProcess]:
    made = ServerProcess(tmp_path / "server", database_url)
    yield made
    made.kill()


async def open_shop(server: ServerProcess) -> tuple[User, UUID]:
    """An agent and one conversation, on a server that then runs."""
    ana = await server.add_user("Ana Kovac", teams=("Europe",))
    hook = await server.add_user("Shop Hook", "integration")
    first = received()

    def hear(tx: Tx) -> None:
        from console.people.model import Actor

        actor = Actor(
            hook.id, "Shop", "integration", frozenset({"conversation.receive"}), frozenset({4})
        )
        decision = rooms.dispatch().execute(tx, actor, first)
        assert not decision.rejected

    await server.prepare(hear)
    server.start()
    return ana, first.target


async def write_note(desk: Desk, conversation_id: UUID, number: int) -> UUID:
    command = act(conversation_id, AddNote(message_id=new_id(), body=f"note {number}"))
    await desk.do(command, conversation_id)
    return command.cmd_id


def answered(desk: Desk) -> int:
    return sum(1 for (state,) in desk.work.execute(
        "SELECT 'x' FROM journal UNION ALL SELECT 'x' FROM outbox WHERE state <> 'queued'"
    ) if state)  # fmt: skip


async def check(server: ServerProcess, desk: Desk, ana: User, written: list[UUID]) -> None:
    """Each note is there once, its command accepted, and the desk shows what the server holds."""
    for cmd_id in written:
        assert isinstance(desk.outcome(cmd_id), Accepted)
    await desk.close()
    assert server.stop() == 0

    def look(core: Core, reader: Reader) -> Any:
        granted = reader.rows("SELECT scope_id FROM scope_grant WHERE user_id = :u", u=ana.id.bytes)
        bodies = reader.rows("SELECT doc FROM messages WHERE internal = 1")
        scopes = frozenset(row[0] for row in granted)
        return shown(reader, core.catalog, scopes), Counter(row[0] for row in bodies)

    there, bodies = await server.look(look)
    assert len(bodies) == len(written)
    assert set(bodies.values()) <= {1}
    reopened = ReadOnly(desk.folder)
    assert_shows(reopened, *there)
    reopened.close()


class ReadOnly:
    """A closed desk's cache, read."""

    def __init__(self, folder: Path) -> None:
        from console.store import sqlite
        from console.store.reader import SqliteReader
        from console.sync.client.work import CACHE_FILE
        from tests.parts.desk import KEY

        self._connection = sqlite.connect(folder / CACHE_FILE, key=KEY, mode="ro")
        self.reader = SqliteReader(self._connection)

    rows = Desk.rows

    def close(self) -> None:
        self._connection.close()


async def test_the_server_is_killed_while_a_desk_works(
    server: ServerProcess, tmp_path: Path
) -> None:
    ana, conversation_id = await open_shop(server)
    (tmp_path / "desk").mkdir()
    desk = await Desk(tmp_path / "desk", server, ana).open()
    await desk.live()
    written: list[UUID] = []
    for at_answered in (0, 3, 15):
        for _ in range(NOTES // 3):
            written.append(await write_note(desk, conversation_id, len(written)))
        await desk.until(lambda n=at_answered: answered(desk) >= n, "some answers")
        server.kill()
        await desk.until(lambda: desk.mode in ("offline", "connecting"), "offline")
        server.start()
        await desk.tell(pipe.Hurry())
    await desk.live()
    await desk.settled()
    await check(server, desk, ana, written)


async def test_the_engine_is_killed_while_a_desk_works(
    server: ServerProcess, tmp_path: Path, expected_errors: Any
) -> None:
    expected_errors.expect("engine_died")
    ana, conversation_id = await open_shop(server)
    (tmp_path / "desk").mkdir()
    desk = await ProcessDesk(tmp_path / "desk", server, ana).open()
    await desk.live()
    written: list[UUID] = []
    for at_answered in (0, 5, 18):
        for _ in range(NOTES // 3):
            written.append(await write_note(desk, conversation_id, len(written)))
        await desk.until(lambda n=at_answered: answered(desk) >= n, "some answers")
        starts = count(desk, pipe.Opened)
        desk.kill_engine()
        await desk.until(lambda n=starts: count(desk, pipe.Opened) > n, "another engine")
    await desk.until(lambda: desk.mode == "live", "live")
    await desk.settled()
    await desk.until(lambda: len(desk.rows("messages")) == NOTES + 1, "all notes shown")
    await check(server, desk, ana, written)


def count(desk: Desk, kind: type[Any]) -> int:
    return sum(isinstance(frame, kind) for frame in desk.said)


async def test_the_engine_is_killed_while_it_fetches(
    server: ServerProcess, tmp_path: Path, expected_errors: Any
) -> None:
    expected_errors.expect("engine_died")
    ana = await server.add_user("Ana Kovac")

    await server.prepare(lambda tx: crowd(tx, 8_000))
    server.start()
    (tmp_path / "desk").mkdir()
    desk = await ProcessDesk(tmp_path / "desk", server, ana).open()
    for done in (1, 3_000):
        await desk.until(lambda n=done: loaded(desk) >= n or desk.mode == "live", "pages")
        starts = count(desk, pipe.Opened)
        desk.kill_engine()
        await desk.until(lambda n=starts: count(desk, pipe.Opened) > n, "another engine")
    await desk.live()
    await desk.until(lambda: len(desk.rows("tickets")) == 8_000, "all rows")
    await check(server, desk, ana, [])


def loaded(desk: Desk) -> int:
    return max((f.done for f in desk.said if isinstance(f, pipe.Standing)), default=0)


async def test_a_command_that_was_answered_before_the_kill_is_answered_alike_after_it(
    server: ServerProcess,
) -> None:

    from console.kernel import codec
    from console.sync.records import Results

    ana, conversation_id = await open_shop(server)
    token = server.token(ana, new_id())
    headers = {"authorization": f"Bearer {token}"}
    commands = tuple(
        act(conversation_id, AddNote(message_id=new_id(), body=f"{n}")) for n in range(5)
    )
    body = codec.encode(Commands(commands=commands))

    def post() -> Results:
        answer = web.post(f"{server.url}/sync/v1/commands", content=body, headers=headers)
        return codec.decode(answer.content, Results)

    before = post()
    server.kill()
    server.start()
    after = post()
    assert [r.outcome for r in after.results] == [r.outcome for r in before.results]
    assert all(result.again for result in after.results)
