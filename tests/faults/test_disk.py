"""Full and read-only disks at every write: told in words, nothing lost, and on again with room."""

import resource
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from console.conversations.records import CONVERSATION, AddNote
from console.kernel.errors import Unavailable
from console.kernel.ids import new_id
from console.store import sqlite, writer
from console.sync.client import engine, pipe
from console.sync.client.keeping import DISK_REFUSES
from console.sync.client.outbox import Outbox
from console.sync.client.scratch import Draft
from console.sync.client.work import CACHE_FILE, WORK_FILE, open_work
from console.sync.records import Accepted, Result
from tests.conftest import Errors
from tests.faults.disks import How, bad_disk
from tests.parts import web
from tests.parts.acts import AT, act, chance_text, note, received
from tests.parts.compare import assert_replica_equals_server
from tests.parts.console import KEY, Console
from tests.parts.databases import Databases
from tests.parts.desk import Desk, Desks
from tests.parts.server import PASSWORD, LiveServer, live_server
from tests.parts.until import until

pytestmark = pytest.mark.anyio
BIG = "It is about the parcel. " * 2_000
UNPACKABLE = chance_text(48_000)
"""As long in a cache as it is."""
LEAST_WRITES = 5
"""How many writing statements a note takes on the server, and its change in a cache, at least."""
NEVER = 1_000_000
PAGE = 4_096
WORK_PAGES = 24


@pytest.fixture
def database(databases: Databases) -> str:
    return databases.fresh("sqlite", migrated=True)


@pytest.fixture
def server(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    monkeypatch.setattr(writer, "AWAY_RETRY_S", 0.02)
    monkeypatch.setattr(engine, "STUCK_RETRY_S", 0.02)
    with live_server(tmp_path / "server", database) as running:
        yield running


@pytest.fixture
async def desk(server: LiveServer, tmp_path: Path) -> AsyncIterator[Desk]:
    desks = Desks(server, tmp_path)
    made = await desks.open(server.add_user("Ana Kovac"))
    await made.live()
    yield made
    await desks.close()


def talk_of(server: LiveServer) -> UUID:
    first = received()
    server.execute(server.operator(), first)
    return first.target


async def write(desk: Desk, talk: UUID, body: str) -> UUID:
    wish = act(talk, AddNote(message_id=new_id(), body=body))
    await desk.do(wish, talk)
    return wish.cmd_id


async def refused(errors: Errors, before: int, desk: Desk) -> bool:
    """Whether the disk refused something, once it did or all was done without it."""
    await until(lambda: len(errors.seen) > before or not desk.outbox.queued(), "either")
    return len(errors.seen) > before


@pytest.mark.parametrize("how", ["full", "read-only"])
async def test_a_server_that_cannot_write_says_so_and_loses_nothing(
    server: LiveServer, desk: Desk, database: str, how: How, expected_errors: Errors
) -> None:
    expected_errors.expect("database_write_failed")
    talk, path = talk_of(server), Path(database.removeprefix("sqlite:///"))
    with bad_disk(path, how, NEVER) as disk:
        await write(desk, talk, f"0 {BIG}")
        await desk.settled()
        steps = disk.writes
    assert steps >= LEAST_WRITES
    times = 0
    for after in range(1, steps + 1):
        errors = len(expected_errors.seen)
        with bad_disk(path, how, after) as disk:
            cmd_id = await write(desk, talk, f"{after} {BIG}")
            if await refused(expected_errors, errors, desk):
                times += 1
                assert desk.outcome(cmd_id) is None
                assert [command.cmd_id for _, command in desk.outbox.queued()] == [cmd_id]
            disk.mend()
            await desk.settled()
        assert isinstance(desk.outcome(cmd_id), Accepted)
    assert times == steps or (how == "full" and times >= 3)
    docs = server.call(server.core.read(lambda r: r.rows("SELECT doc FROM messages")))
    found = Counter(n for n in range(steps + 1) for (doc,) in docs if f'"{n} It' in doc)
    assert found == Counter(range(steps + 1))
    await desk.until(lambda: len(desk.rows("messages")) == len(docs), "all messages")
    assert_replica_equals_server(desk)


async def test_a_server_that_cannot_write_tells_whoever_signs_in(
    server: LiveServer, database: str, expected_errors: Errors
) -> None:
    expected_errors.expect("database_write_failed")
    user = server.add_user("Ana Kovac")
    body = {"email": user.email, "password": PASSWORD, "device": str(new_id())}
    with bad_disk(Path(database.removeprefix("sqlite:///")), "read-only", 1) as disk:
        answer = web.post(f"{server.url}/auth/sign-in", json=body)
        assert answer.status_code == 503
        assert answer.json()["message"] == "The database cannot be written now."
        disk.mend()
        assert web.post(f"{server.url}/auth/sign-in", json=body).status_code == 200


@pytest.mark.parametrize("how", ["full", "read-only"])
async def test_a_cache_that_cannot_be_written_says_so_and_catches_up(
    server: LiveServer, desk: Desk, how: How, expected_errors: Errors
) -> None:
    expected_errors.expect("files_refused")
    talk, path = talk_of(server), desk.folder / CACHE_FILE
    with bad_disk(path, how, NEVER) as disk:
        server.execute(server.operator(), received(talk, f"0 {UNPACKABLE}"))
        await desk.until(lambda: len(desk.rows("messages")) == 2, "the message")
        steps = disk.writes
    times = 0
    for after in range(1, steps + 1):
        with bad_disk(path, how, after) as disk:
            desk.said.clear()
            server.execute(server.operator(), received(talk, f"{after} {UNPACKABLE}"))
            there = 2 * after + 1
            await desk.until(lambda n=there: desk.mode == "stuck" or held(desk) == n, "either")
            times += desk.mode == "stuck"
            cmd_id = await write(desk, talk, f"meanwhile {after}")
            disk.mend()
            await desk.until(lambda n=there: held(desk) == n + 1, "both messages")
            await desk.settled()
        assert isinstance(desk.outcome(cmd_id), Accepted)
    assert times >= (1 if how == "full" else 3)
    assert_replica_equals_server(desk)


@pytest.mark.parametrize("asked", ["open", "deepen"])
async def test_what_somebody_asks_for_meanwhile_does_not_end_the_engine(
    server: LiveServer, desk: Desk, asked: str, expected_errors: Errors
) -> None:
    expected_errors.expect("files_refused")
    talk = talk_of(server)
    await desk.until(lambda: held(desk) == 1, "the message")
    ticket = UUID(bytes=next(iter(desk.rows("tickets"))))
    frames = {"open": pipe.Open("ticket", ticket), "deepen": pipe.Deepen("message", talk, 2)}
    with bad_disk(desk.folder / CACHE_FILE, "read-only", 1) as disk:
        await desk.tell(frames[asked])
        await desk.until(lambda: desk.mode == "stuck", "the bad disk to be told")
        disk.mend()
        await desk.until(lambda: desk.mode == "live", "live again")
    server.execute(server.operator(), received(talk, "And now?"))
    await desk.until(lambda: held(desk) == 2, "the next message")
    assert_replica_equals_server(desk)


def held(desk: Desk) -> int:
    return len(desk.rows("messages"))


@contextmanager
def largest_file(pages: int) -> Iterator[None]:
    """No file of this process may grow beyond so many pages: the disk is full from there on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (pages * PAGE, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_work_file_that_is_full_at_any_page_keeps_what_it_took(
    console: Console, expected_errors: Errors
) -> None:
    expected_errors.expect("work_file_refused")
    case = console.case()
    console.pull()
    local = console.local
    kept: list[UUID] = []
    refused: list[str] = []
    for pages in range(WORK_PAGES):
        local._work.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        wish = AddNote(message_id=new_id(), body=f"{pages} {BIG[: 600 * pages]}")
        try:
            with largest_file(pages):
                done = await local.do(
                    CONVERSATION, case.conversation_id, wish, lane=case.ticket.id, about="Note"
                )
        except Unavailable as told:
            refused.append(told.message)
        else:
            kept.append(done)
        assert not local._work.in_transaction
        assert list(local.entries) == kept
    assert len(refused) >= 3
    assert set(refused) == {DISK_REFUSES}
    assert len(kept) >= 3
    assert queued(console) == kept
    local.keep_draft(case.ticket.id, Draft("buyer", "half a thought"))
    await console.settled()
    await console.reopen()
    assert list(console.local.entries) == kept
    assert console.local.drafts[case.ticket.id].draft.body == "half a thought"


def queued(console: Console) -> list[UUID]:
    """What the file has, as another process reads it."""
    work = open_work(console.folder / WORK_FILE, KEY)
    try:
        return [command.cmd_id for _, command in Outbox(work).queued()]
    finally:
        work.close()


@pytest.mark.parametrize("room", range(4))
async def test_a_work_file_that_cannot_note_an_answer_still_keeps_what_comes_next(
    tmp_path: Path, room: int
) -> None:
    work = open_work(tmp_path / WORK_FILE, KEY)
    outbox = Outbox(work)
    wishes = [note(new_id(), BIG) for _ in range(4)]
    for wish in wishes:
        outbox.put(wish, wish.target, "Note", AT)
    outbox.answer([Result(wish.cmd_id, Accepted(n)) for n, wish in enumerate(wishes)])
    fill_up(work, room)
    with pytest.raises(sqlite.DatabaseError):
        outbox.settle(len(wishes))
    assert not work.in_transaction
    work.execute("PRAGMA max_page_count = 100000")
    late = note(new_id(), "after it")
    outbox.put(late, late.target, "Note", AT)
    other = open_work(tmp_path / WORK_FILE, KEY)
    assert [command.cmd_id for _, command in Outbox(other).queued()] == [late.cmd_id]
    assert len(Outbox(other).entries()) == len(wishes) + 1
    other.close()
    outbox.settle(len(wishes))
    assert [entry.command.cmd_id for entry in outbox.entries()] == [late.cmd_id]
    work.close()


def fill_up(connection: sqlite.Connection, room: int) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + room}")
