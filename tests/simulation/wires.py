"""Wires in memory: what is put in comes out a little later, in order, unless the wire is held or cut."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

ROOM = 16
"""How much is on its way or unread before a sender waits: a connection's window."""


class Wire:
    """One direction of a connection. `deliver` gets each thing after `latency()` seconds."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        latency: Callable[[], float],
        deliver: Callable[[Any], None],
    ) -> None:
        self._loop = loop
        self._latency = latency
        self._deliver = deliver
        self._under_way: deque[Any] = deque()
        self._last = 0.0
        self._held = False
        self._due = 0
        self.dead = False
        self.unread = 0  # delivered and not taken yet, where somebody counts
        self._room = asyncio.Event()
        self._room.set()

    def put(self, thing: Any) -> None:
        """Send something, however much is under way."""
        if self.dead:
            return
        self._under_way.append(thing)
        self._last = max(self._last + 1e-6, self._loop.time() + self._latency())
        self._loop.call_at(self._last, self._arrive)
        self._count()

    @property
    def has_room(self) -> bool:
        """Whether a sender need not wait."""
        return self._room.is_set()

    async def send(self, thing: Any) -> None:
        """Send something once there is room."""
        while not self._room.is_set() and not self.dead:
            await self._room.wait()
        self.put(thing)

    def _arrive(self) -> None:
        self._due += 1
        self._flush()

    def _flush(self) -> None:
        while self._due and self._under_way and not self._held and not self.dead:
            self._due -= 1
            thing = self._under_way.popleft()
            self._deliver(thing)
        self._count()

    def taken(self) -> None:
        """The receiver has read one thing."""
        self.unread -= 1
        self._count()

    def _count(self) -> None:
        if len(self._under_way) + self.unread < ROOM or self.dead:
            self._room.set()
        else:
            self._room.clear()

    def hold(self, held: bool) -> None:
        """Keep what is under way back, or let it through again."""
        self._held = held
        self._flush()

    def cut(self) -> None:
        """Nothing comes out any more."""
        self.dead = True
        self._under_way.clear()
        self._room.set()


def short(value: object) -> str:
    """A place in the log as epoch.count, anything else as it is."""
    if isinstance(value, int) and value >= 1 << 32:
        return f"{value >> 32}.{value & 0xFFFFFFFF}"
    return str(value)
