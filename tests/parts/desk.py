"""A desk without its window: real files, a real engine, an outbox, and a view of what arrived."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from console.catalog import catalog
from console.kernel.clock import SystemClock
from console.people.model import User
from console.store import sqlite
from console.store.reader import SqliteReader
from console.sync.client import pipe
from console.sync.client.engine import CACHE, WORK, Engine
from console.sync.client.outbox import Outbox
from console.sync.client.work import device_id, open_work
from console.sync.records import Command, Final
from tests.parts.server import LiveServer

KEY = bytes(range(32))


@dataclass
class Desk:
    """One console's core. `said` is every frame the engine sent."""

    folder: Path
    server: LiveServer
    user: User
    said: list[pipe.FromEngine] = field(default_factory=list)

    async def open(self) -> "Desk":
        """Sign in, start the engine, begin."""
        self._changed = asyncio.Event()
        self.work = open_work(self.folder / WORK, KEY)
        self.outbox = Outbox(self.work)
        device = device_id(self.work)
        self.engine = Engine(self._hear, SystemClock(), catalog())
        token = self.server.token(self.user, device)
        await self.engine.take(
            pipe.Begin(self.server.url, token, self.user.id, device, str(self.folder), KEY)
        )
        self._cache = sqlite.connect(self.folder / CACHE, key=KEY, mode="ro")
        self.reader = SqliteReader(self._cache)
        return self

    async def close(self) -> None:
        """Stop as a quitting console does."""
        await self.engine.close()
        self._cache.close()
        self.work.close()

    def _hear(self, frame: pipe.FromEngine) -> None:
        self.said.append(frame)
        if isinstance(frame, pipe.Answered):
            self.outbox.answer(frame.results)
        if isinstance(frame, pipe.Changed | pipe.Standing):
            self.outbox.settle(frame.cursor)
        self._changed.set()

    async def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Wait until something holds, looking after every frame."""
        try:
            async with asyncio.timeout(20):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what or holds}: {self.said[-3:]}") from None

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
        await self.engine.take(pipe.Poke())

    async def offline(self, stay: bool = True) -> None:
        """Cut or restore the network."""
        await self.engine.take(pipe.GoOffline(stay))
        if stay:
            await self.until(lambda: self.mode == "offline", "offline")

    def outcome(self, cmd_id: UUID) -> Final | None:
        """The answer to a command, from outbox or journal."""
        for entry in self.outbox.entries():
            if entry.command.cmd_id == cmd_id:
                return entry.outcome
        return None

    async def settled(self) -> None:
        """Wait until nothing is queued or awaited any more."""
        await self.until(
            lambda: all(entry.state == "rejected" for entry in self.outbox.entries()), "settled"
        )

    def rows(self, table: str) -> dict[bytes, tuple[int, str]]:
        """Id → (rev, document) of a cached table."""
        found = self.reader.rows(f"SELECT id, rev, doc FROM {table}")
        return {bytes(row[0]): (row[1], row[2]) for row in found}
