"""The server of the simulation: the real core and web app over a real file; stopped, killed, restored."""

import asyncio
import random
import tempfile
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from console.kernel.clock import Clock
from console.server.app import ASGIApp, make_app
from console.server.core import Core, open_core
from console.store import migrate, sqlite
from console.store.engine import open_sqlite
from console.store.reader import SqliteReader
from console.sync.frames import ServerFrame
from console.sync.server import compaction, epoch
from tests.parts.replaced import replaced
from tests.simulation.loop import VirtualLoop
from tests.simulation.process import Process

if TYPE_CHECKING:
    from tests.simulation.path import Path as Way
    from tests.simulation.watch import Watch

T = TypeVar("T")
MEMORY = Path("/dev/shm")
CONTROL = "control-token-of-the-simulation"
PARTING_S = 5.0
"""How long a server that stops waits for what it is answering."""


class Oracle(SqliteReader):
    """Reads the database file from outside, as it is committed."""

    def __init__(self, path: Path) -> None:
        super().__init__(sqlite.connect(path, mode="ro"))

    @property
    def head(self) -> int:
        """The newest place in the log, or where the current epoch begins."""
        row = self.row("SELECT max(seq) FROM change_log")
        return max((row[0] if row else None) or 0, epoch.first_seq(epoch.current(self).no))


class SimServer:
    """One server over one file, in one life after another."""

    def __init__(
        self, loop: VirtualLoop, clock: Clock, dice: random.Random, folder: Path, watch: "Watch"
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._dice = dice
        self._file = folder / "parley.db"
        self._backup = folder / "backup.db"
        self._watch = watch
        self._grave: list[Core] = []
        self._lives = 0
        self._file.write_bytes(_empty_database())
        self.up = False
        self.has_backup = False
        self.backup_head = 0
        self.connections: dict[Any, None] = {}
        self.process: Process
        self.core: Core
        self.app: ASGIApp
        self.oracle: Oracle

    async def start(self) -> None:
        """Open the file and listen: a new epoch begins."""
        self._lives += 1
        self.process = Process(self._loop, f"server-{self._lives}", self._dice)
        await self.process.spawn(self._open(), "open")
        self.connections = {}
        self.oracle = Oracle(self._file)
        self.up = True
        self._watch.note(f"server starts at {self.oracle.head >> 32}")

    async def _open(self) -> None:
        process = self.process
        database = open_sqlite(self._file, executor=process.executor(in_order=False))
        self.core = await open_core(
            database, self._clock, serving=True, executor=process.executor()
        )
        # Woken in the order they came: a set of objects has another order each time.
        assert isinstance(self.core.hub.listeners, set)
        self.core.hub.listeners = InOrder()
        self.app = make_app(self.core, CONTROL)

    async def stop(self) -> None:
        """End as SIGTERM does it."""
        self._watch.note("server stops")
        self.up = False
        await asyncio.wait([self.process.spawn(self.core.leave(), "leave")], timeout=PARTING_S)
        for connection in list(self.connections):
            connection.go_away()
        waited = 0.0
        while self.connections and waited < PARTING_S:
            await asyncio.sleep(0.05)
            waited += 0.05
        if self.process.alive:
            self.process.call(self.core.close)
            self.process.kill()
        self.oracle.connection.close()

    def kill(self) -> None:
        """End as SIGKILL does it."""
        if self.process.alive:
            self._watch.note("server killed")
            self.up = False
            self.process.kill()
            self._grave.append(self.core)
            self.oracle.connection.close()

    def bury(self) -> None:
        """Close the files of killed lives, once nobody looks any more."""
        for core in self._grave:
            core.database.readers.dispose()
            core.database.writer.dispose()

    # -- its operator

    async def do(self, work: Callable[[Core], Coroutine[Any, Any, T]]) -> T | None:
        """What `work(core)` gives inside the server; None when it is down or dies over it."""
        if not self.up:
            return None
        task = self.process.spawn(work(self.core), "inside")
        await asyncio.wait([task])
        return None if task.cancelled() else task.result()

    def back_up(self) -> None:
        """Copy the database as it is committed now."""
        self._backup.unlink(missing_ok=True)
        target = sqlite.connect(self._backup)
        self.oracle.connection.backup(target)
        target.close()
        self.has_backup, self.backup_head = True, self.oracle.head

    def put_back(self) -> None:
        """Replace the database by the backup; the server must be down."""
        assert not self.up, "nobody restores onto a running server"
        sqlite.remove(self._file)
        self._file.write_bytes(self._backup.read_bytes())

    async def prune(self, keep: int) -> None:
        """Drop the log but for its newest `keep` lines, however young they are."""
        if self.up:
            self._watch.pruning()
        with replaced(compaction, KEEP_LOG=timedelta(0), KEEP_LOG_LINES=keep, BLOCK=2):
            await self.do(compaction.prune_log)

    # -- what is seen of it on the wires

    def sends(self, path: "Way", frame: ServerFrame) -> None:
        """A frame leaves for a desk."""
        self._watch.frame_sent(path, frame)

    def listener(self, path: "Way", url: str) -> Callable[[bytes], None]:
        """What to call with each part of an answer to a desk."""
        return self._watch.answer_sent(path, url)


@cache
def _empty_database() -> bytes:
    """A database at this release's schema: migrating takes longer than many a run."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        database = open_sqlite(Path(folder) / "empty.db")
        migrate.upgrade(database)
        database.close()  # the last one to close a file brings its journal in
        return (Path(folder) / "empty.db").read_bytes()


class InOrder(dict[Any, None]):
    """A set that keeps the order in which its members came."""

    def add(self, member: Any) -> None:
        """Take a member in."""
        self[member] = None

    def discard(self, member: Any) -> None:
        """Let a member go."""
        self.pop(member, None)
