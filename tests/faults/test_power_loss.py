"""Files that are older than what was said: a cache, a work file or a server's database come back."""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest

from console.conversations.records import AddNote
from console.kernel.ids import new_id
from console.people.model import User
from console.store import sqlite
from console.sync.client import pipe
from console.sync.client.work import CACHE_FILE, WORK_FILE
from console.sync.records import Accepted
from console.sync.server import epoch
from tests.faults.shop import later_than
from tests.parts.acts import act, received
from tests.parts.compare import assert_shows, projection
from tests.parts.databases import Databases
from tests.parts.desk import Desk
from tests.parts.server import LiveServer, live_server

pytestmark = pytest.mark.anyio
COPIES = 4
NOTES = 5


class Place:
    """A server over a file, started and stopped; Ana's desk beside it."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        self.folder, self.database_url, self._stack = folder, url, stack
        self.server = self._serve(0)
        self.ana = self.server.add_user("Ana Kovac")
        first = received()
        self.server.execute(self.server.operator(), first)
        self.talk = first.target
        (folder / "ana").mkdir()
        self.desk = Desk(folder / "ana", self, self.ana)
        self.written: list[UUID] = []

    def _serve(self, port: int) -> LiveServer:
        return self._stack.enter_context(
            live_server(self.folder / "server", self.database_url, port=port)
        )

    @property
    def url(self) -> str:
        return self.server.url

    def token(self, user: User, device: UUID | None = None) -> str:
        return self.server.token(user, device)

    async def write(self, count: int = NOTES) -> None:
        for _ in range(count):
            note = act(
                self.talk, AddNote(message_id=new_id(), body=f"note {len(self.written)} of Ana")
            )
            self.written.append(note.cmd_id)
            await self.desk.do(note, self.talk)

    def buyer(self, count: int = 1) -> None:
        for _ in range(count):
            self.server.execute(self.server.operator(), received(self.talk, "And now?"))

    def stop(self) -> Path:
        """Stop the server; a copy of its database as it is now."""
        self._stack.close()
        kept = self.folder / "backup.db"
        copy(Path(self.database_url.removeprefix("sqlite:///")), kept)
        return kept

    def serve_again(self, database: Path | None = None) -> None:
        """Start again where it was, on this older database if one is given."""
        if database is not None:
            copy(database, Path(self.database_url.removeprefix("sqlite:///")))
        port = self.server.port
        self.server = self._serve(port)

    def bodies(self) -> Counter[str]:
        """How often each of Ana's notes is on the server."""
        rows = self.server.call(
            self.server.core.read(lambda r: r.rows("SELECT doc FROM messages WHERE internal = 1"))
        )
        return Counter(f"note {n}" for n in range(len(self.written)) for (doc,) in rows
                       if f'"note {n} of Ana"' in doc)  # fmt: skip

    async def converge(self) -> None:
        """The desk is live, nothing waits, and it shows what the server shows."""
        desk = self.desk
        await desk.tell(pipe.Hurry())
        await desk.live()
        await desk.settled()
        await desk.until(self._agrees, "the same on both sides")

    def _agrees(self) -> bool:
        try:
            assert_shows(self.desk, *projection(self.desk, self.server))
        except AssertionError:
            return False
        return True


@pytest.fixture
def place(databases: Databases, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, databases.fresh("sqlite", migrated=True), stack)


def copy(source: Path, target: Path, torn: random.Random | None = None) -> None:
    """A database file with its write-ahead log; `torn` cuts the log off where the power went."""
    sqlite.remove(target)
    shutil.copy(source, target)
    log = source.with_name(source.name + "-wal")
    if log.exists():
        data = log.read_bytes()
        kept = data[: torn.randint(0, len(data))] if torn else data
        target.with_name(target.name + "-wal").write_bytes(kept)


@pytest.mark.parametrize("seed", range(3))
async def test_an_older_cache_comes_back_and_catches_up(place: Place, seed: int) -> None:
    dice = random.Random(seed)
    desk, copies = await place.desk.open(), []
    cache = desk.folder / CACHE_FILE
    for n in range(COPIES):
        await place.write(dice.randint(1, NOTES))
        place.buyer(dice.randint(0, 3))
        if n == 0:
            await desk.live()
        for _ in range(dice.randint(0, 200)):
            await asyncio.sleep(0)  # some turns of the loop: a moment like any other
        older = place.folder / f"cache-{n}.db"
        torn = dice if n % 2 else None
        await desk.engine._worker.run(lambda o=older, t=torn: copy(cache, o, t))
        copies.append(older)
    await place.converge()
    dice.shuffle(copies)
    for older in copies:
        await desk.close()
        copy(older, cache)
        desk.said.clear()
        await desk.open()
        await place.write(1)
        place.buyer()
        await place.converge()
    assert set(place.bodies().values()) == {1}
    assert len(place.bodies()) == len(place.written)
    await desk.close()


@pytest.mark.parametrize("online", [True, False])
async def test_an_older_work_file_sends_again_and_nothing_is_done_twice(
    place: Place, online: bool
) -> None:
    desk = await place.desk.open()
    await desk.live()
    await place.write()
    await desk.settled()
    if not online:
        await desk.offline()
    await place.write()
    older = place.folder / "work-before.db"
    copy(desk.folder / WORK_FILE, older)
    if not online:
        await desk.offline(False)
    await desk.settled()
    await place.write()
    await desk.settled()
    await desk.close()
    copy(older, desk.folder / WORK_FILE)
    device = desk.device
    desk.said.clear()
    await desk.open()
    assert desk.device == device
    # Answers given before do not count: the next number is one too high, answered `expected`.
    await place.write()
    await place.converge()
    assert set(place.bodies().values()) == {1}
    assert len(place.bodies()) == len(place.written)
    sent_again = place.written[NOTES : 2 * NOTES] if not online else []
    assert all(isinstance(desk.outcome(cmd), Accepted) for cmd in sent_again)
    assert all(isinstance(desk.outcome(cmd), Accepted) for cmd in place.written[-NOTES:])
    await desk.close()


@pytest.mark.parametrize("asleep", [False, True], ids=["watching", "asleep"])
async def test_an_older_server_comes_back_and_the_desk_follows_it(
    place: Place, asleep: bool
) -> None:
    desk = await place.desk.open()
    await desk.live()
    await place.write()
    await desk.settled()
    backup = place.stop()
    place.serve_again()
    await place.converge()
    await place.write()
    place.buyer(3)
    await place.converge()
    await desk.offline()
    await place.write()
    queued = place.written[-NOTES:]
    kept_safe = place.written[:NOTES]
    if asleep:
        await desk.close()
    await later_than(place.server.call(place.server.core.read(epoch.last_number)))
    place._stack.close()
    place.serve_again(backup)
    desk.said.clear()
    if asleep:
        desk.token = ""
        await desk.open()
    else:
        desk.token = place.token(place.ana, desk.device)
        await desk.tell(desk.begin)
    await place.converge()
    bodies = place.bodies()
    assert set(bodies.values()) == {1}
    there = {f"note {n}" for n, cmd in enumerate(place.written) if cmd in (*queued, *kept_safe)}
    assert there <= bodies.keys()
    assert all(isinstance(desk.outcome(cmd), Accepted) for cmd in queued)
    await desk.close()
