"""A desk without its window: real files, a real engine, an outbox, and a view of what arrived."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec

from console.catalog import catalog
from console.kernel.clock import SystemClock
from console.people.model import User
from console.store import sqlite
from console.store.reader import SqliteReader
from console.sync.client import pipe
from console.sync.client.bridge import Bridge
from console.sync.client.engine import Engine
from console.sync.client.outbox import Outbox
from console.sync.client.work import CACHE_FILE, WORK_FILE, device_id, open_work
from console.sync.records import Command, Final
from tests.parts.until import until

KEY = bytes(range(32))
FINAL: msgspec.json.Decoder[Final] = msgspec.json.Decoder(Final)


class Server(Protocol):
    """Where a desk signs in."""

    @property
    def url(self) -> str:
        """Its address."""

    def token(self, user: User, device: UUID | None = None) -> str:
        """A session for the user."""


CONFIRMED = frozenset({"SendReply"})
"""What the console's rooms have done again only when somebody says so."""


@dataclass
class Desk:
    """One console's core. `said` is every frame the engine sent."""

    folder: Path
    server: Server
    user: User
    said: list[pipe.FromEngine] = field(default_factory=list)
    _cursor: int = 0

    async def open(self) -> "Desk":
        """Sign in, start the engine, begin."""
        self._changed = asyncio.Event()
        self.work = open_work(self.folder / WORK_FILE, KEY)
        self.outbox = Outbox(self.work)
        self.device = device_id(self.work)
        self.token = self.server.token(self.user, self.device)
        await self._start()
        self._cache = sqlite.connect(self.folder / CACHE_FILE, key=KEY, mode="ro")
        self.reader = SqliteReader(self._cache)
        return self

    @property
    def begin(self) -> pipe.Begin:
        """What this console tells its engine first."""
        who = self.user.id, self.device
        return pipe.Begin(self.server.url, self.token, *who, str(self.folder), KEY)

    async def _start(self) -> None:
        self.engine = Engine(self._hear, SystemClock(), catalog())
        await self.engine.take(self.begin)

    async def tell(self, frame: pipe.ToEngine) -> None:
        """Say something to the engine."""
        await self.engine.take(frame)

    async def _stop(self) -> None:
        await self.engine.close()

    async def close(self) -> None:
        """Stop as a quitting console does."""
        await self._stop()
        self._cache.close()
        self.work.close()

    async def reopen(self) -> "Desk":
        """Quit and start again on the same files."""
        await self.close()
        self.said.clear()
        return await self.open()

    def _hear(self, frame: pipe.FromEngine) -> None:
        self.said.append(frame)
        if isinstance(frame, pipe.Answered):
            self.outbox.answer(frame.results)
        if isinstance(frame, pipe.Restored):
            self.outbox.revive(frame.lost, CONFIRMED)
            self._poking = asyncio.ensure_future(self.tell(pipe.Poke()))
        if isinstance(frame, pipe.Changed | pipe.Standing):
            self._cursor = frame.cursor
        self.outbox.settle(self._cursor)
        self._changed.set()

    async def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Wait until something holds, looking after every frame."""
        await until(holds, what, news=self._changed, seen=lambda: self.said[-3:])

    @property
    def mode(self) -> str:
        """How the link is."""
        found = [frame.mode for frame in self.said if isinstance(frame, pipe.Standing)]
        return found[-1] if found else ""

    async def live(self) -> None:
        """Wait until the desk is current."""
        await self.until(lambda: self.mode == "live", "live")

    async def do(self, command: Command, lane: UUID | None = None) -> None:
        """Queue an action and poke the engine."""
        self.outbox.put(command, lane or command.target, command.type, SystemClock().now())
        await self.tell(pipe.Poke())

    async def offline(self, stay: bool = True) -> None:
        """Cut or restore the network."""
        await self.tell(pipe.GoOffline(stay))
        if stay:
            await self.until(lambda: self.mode == "offline", "offline")

    def outcome(self, cmd_id: UUID) -> Final | None:
        """The answer to a command, from outbox or journal; None while there is none."""
        for table in ("outbox", "journal"):
            row = self.work.execute(
                f"SELECT outcome FROM {table} WHERE cmd_id = ?", (cmd_id.bytes,)
            ).fetchone()
            if row and row[0]:
                return FINAL.decode(row[0])
        return None

    async def settled(self) -> None:
        """Wait until nothing is queued or awaited any more."""
        await self.until(
            lambda: all(entry.state == "rejected" for entry in self.outbox.entries()), "settled"
        )

    def rows(self, table: str) -> dict[bytes, tuple[int, str]]:
        """Id → (rev, document) of a cached table."""
        found = self.reader.rows(f"SELECT id, rev, plain(doc) FROM {table}")
        return {bytes(row[0]): (row[1], row[2]) for row in found}


class ProcessDesk(Desk):
    """A desk whose engine is a process of its own, as the console's is."""

    async def _start(self) -> None:
        self.bridge = Bridge([sys.executable, "-c", ENGINE])
        self.bridge.said.connect(self._hear)
        self.bridge.started.connect(self._begin)
        self.bridge.start()
        await self.until(lambda: any(isinstance(f, pipe.Opened) for f in self.said), "opened")

    def _begin(self, _: None) -> None:
        self.bridge.send(self.begin)

    async def tell(self, frame: pipe.ToEngine) -> None:
        self.bridge.send(frame)

    async def _stop(self) -> None:
        await self.bridge.close()

    def kill_engine(self) -> None:
        """End it with kill -9; the bridge starts another."""
        process = self.bridge._process
        assert process is not None, "no engine runs"
        os.kill(process.pid, signal.SIGKILL)


ENGINE = "import sys; from console.desktop.engine import main; sys.exit(main())"


class Desks:
    """Desks of one server, each with a folder of its own."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._opened: list[Desk] = []

    async def open(self, user: User, name: str = "") -> Desk:
        """A desk at which `user` works, current or becoming so."""
        folder = self._folder / (name or f"desk-{len(self._opened)}")
        folder.mkdir()
        desk = await Desk(folder, self._server, user).open()
        self._opened.append(desk)
        return desk

    async def close(self) -> None:
        """Close every desk."""
        for desk in self._opened:
            await desk.close()
