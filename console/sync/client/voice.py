"""What this console says of itself: at which ticket somebody is, what they do, what is in sight.

Said at once when it changes, again while it lasts, and only over an open socket. Who hurries
through a list is not at every ticket of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from math import inf
from uuid import UUID

from console.kernel.clock import Clock
from console.sync.frames import Ephemeral
from console.sync.presence import (
    GLANCE_S,
    LEFT,
    LIST,
    REPEAT_S,
    THROTTLE_S,
    VIEWING,
    glance,
    topic_of,
)

SETTLE_S = 0.4
"""Whoever stays at a ticket for so long looks at it."""
WRITING_S = 6.0
"""Whoever wrote nothing for so long does not write any more."""


class Voice:
    """Says where somebody is. It outlives sockets: what holds is said to each new one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._topic = ""
        self._came_at = 0.0
        self._doing = VIEWING
        self._done_at = 0.0
        self._held: tuple[str, str] | None = None  # what the server takes to be so
        self._said: dict[tuple[str, str], float] = {}
        self._sight = self._sight_held = ""
        self._sight_at = -inf
        self._news = asyncio.Event()

    def attend(self, ticket_id: UUID | None, what: str) -> None:
        """Somebody is at this ticket now (None: at none) and does this."""
        now = self._clock.monotonic()
        topic = topic_of(ticket_id) if ticket_id else ""
        if topic != self._topic:
            self._topic, self._came_at = topic, now
        self._doing, self._done_at = what, now
        self._news.set()

    def glance(self, tickets: Iterable[UUID]) -> None:
        """These tickets' rows are in sight now."""
        self._sight = glance(tickets)
        self._news.set()

    async def speak(self, send: Callable[[Ephemeral], Awaitable[None]]) -> None:
        """Say what is to be said over a socket that has just been opened, until cancelled."""
        self._held = None
        self._said.clear()
        self._sight_held, self._sight_at = "", -inf
        while True:
            self._news.clear()
            now = self._clock.monotonic()
            for frame in self.due(now):
                await send(frame)
            await self._wait(self.wakes_at(now))

    async def _wait(self, until: float | None) -> None:
        """Until then, or until there is news."""
        wait = None if until is None else max(0.0, until - self._clock.monotonic())
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._news.wait()

    def due(self, now: float) -> Iterator[Ephemeral]:
        """What is to be said now; it counts as said."""
        self._said = {key: at for key, at in self._said.items() if now < at + REPEAT_S}
        wanted = self._wanted(now)
        if self._held is not None and self._held[0] != self._topic:
            yield Ephemeral(self._held[0], LEFT)
            self._held = None
        if wanted is not None and now >= self._next(wanted):
            self._held = wanted
            self._said[wanted] = now
            yield Ephemeral(*wanted)
        if self._sight != self._sight_held and now >= self._sight_at + GLANCE_S:
            self._sight_held, self._sight_at = self._sight, now
            yield Ephemeral(LIST, self._sight)

    def wakes_at(self, now: float) -> float | None:
        """When something may be due after now; None when nothing will be by itself."""
        wanted = self._wanted(now)
        times = [self._came_at + SETTLE_S, self._done_at + WRITING_S]
        if wanted is not None:
            times.append(self._next(wanted))
        coming = [at for at in times if at > now and self._topic]
        if self._sight != self._sight_held:
            coming.append(self._sight_at + GLANCE_S)
        return min(coming, default=None)

    def _wanted(self, now: float) -> tuple[str, str] | None:
        writing = self._doing != VIEWING and now < self._done_at + WRITING_S
        here = self._held is not None and self._held[0] == self._topic
        if not self._topic or not (writing or here or now >= self._came_at + SETTLE_S):
            return None
        return self._topic, self._doing if writing else VIEWING

    def _next(self, wanted: tuple[str, str]) -> float:
        """When this may be said: at once if it is new, else when it is time to say it again."""
        said_at = self._said.get(wanted)
        if said_at is None:
            return -inf
        return said_at + (REPEAT_S if wanted == self._held else THROTTLE_S)
