"""A console without its window: the real engine over real files, and a wait for what it tells."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from console.catalog import catalog
from console.kernel.clock import SystemClock
from console.people.model import User
from console.sync.client import pipe
from console.sync.client.engine import Engine
from console.sync.client.http import REAL, Network
from console.sync.client.outbox import Outbox
from console.sync.client.work import WORK_FILE, open_work
from console.sync.records import Result

KEY = bytes(range(32))
PATIENCE_S = 300.0
"""Whatever takes longer is broken: the run ends with an error."""


@dataclass(frozen=True)
class Seat:
    """An agent's session on one device."""

    user: User
    token: str
    device: UUID


class Address(Protocol):
    """Where a server is."""

    @property
    def url(self) -> str:
        """Its address."""


class Console:
    """An engine with its files, told to a list, and waits for what it tells."""

    def __init__(
        self, folder: Path, server: Address, seat: Seat, *, network: Network = REAL
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._server, self._seat = folder, server, seat
        self.work = open_work(folder / WORK_FILE, KEY)
        self.outbox = Outbox(self.work)
        self.said: list[pipe.FromEngine] = []
        self.results: dict[UUID, Result] = {}
        self._applied: dict[UUID, asyncio.Future[float]] = {}
        self._news = asyncio.Event()
        self.engine = Engine(self._hear, SystemClock(), catalog(), network=network)

    def _hear(self, frame: pipe.FromEngine) -> None:
        match frame:
            case pipe.Answered(results):
                self.outbox.answer(results)
                self.results.update({result.cmd_id: result for result in results})
            case pipe.Changed(kinds, _):
                now = time.monotonic()
                for ticket in kinds.get("ticket", ()):
                    waiting = self._applied.pop(ticket, None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(now)
        self.said.append(frame)
        self._news.set()

    async def begin(self) -> None:
        """Start and wait until live."""
        seat = self._seat
        await self.engine.take(
            pipe.Begin(
                self._server.url, seat.token, seat.user.id, seat.device, str(self.folder), KEY
            )
        )
        await self.until(lambda: self.mode == "live")

    @property
    def mode(self) -> str:
        """How the link is."""
        return self._standing.mode if self._standing else ""

    @property
    def cursor(self) -> int:
        """How far in the log its cache is, as last told."""
        for frame in reversed(self.said):
            if isinstance(frame, pipe.Standing | pipe.Changed):
                return frame.cursor
        return 0

    @property
    def _standing(self) -> pipe.Standing | None:
        found = (f for f in reversed(self.said) if isinstance(f, pipe.Standing))
        return next(found, None)

    def applied(self, ticket: UUID) -> "asyncio.Future[float]":
        """When (monotonic, s) the next change of a ticket is in the cache and told."""
        self._applied[ticket] = asyncio.get_running_loop().create_future()
        return self._applied[ticket]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, looking after every frame. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def close(self) -> None:
        """Close the files."""
        await self.engine.close()
        self.work.close()
