"""When what waits here is released: seconds in which a message can be taken back, or a chosen time."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from console.kernel.clock import Clock
from console.kernel.errors import Unavailable
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks, heed
from console.sync.client.outbox import Entry, Outbox

if TYPE_CHECKING:
    import asyncio

LOOK_AGAIN_S = 30.0
"""At most so long until the clock is looked at again: this computer may have slept."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Release:
    """Until when something stays here: `waiting` to be taken back, or `scheduled` for later."""

    at: datetime
    state: Literal["waiting", "scheduled"]


class Holder(Protocol):
    """Where the entries are."""

    clock: Clock
    entries: dict[UUID, Entry]
    outbox_changed: Signal[None]

    async def shift(
        self,
        entries: Sequence[Entry],
        write: Callable[[Outbox, list[UUID]], None],
        **changed: Any,
    ) -> None:
        """Change entries that were not released yet."""


class Releases:
    """Frees what is due, as long as `keep_time` runs; `due` does it once."""

    def __init__(self, holder: Holder) -> None:
        self._holder = holder
        self._tasks = Tasks()
        holder.outbox_changed.connect(self._changed)

    @cached_property
    def _news(self) -> "asyncio.Event":
        import asyncio  # it comes with the loop: no first paint waits for it

        return asyncio.Event()

    def keep_time(self) -> None:
        """From now on free everything at its time."""
        if not self._tasks.names:
            self._tasks.spawn(heed(self._news, self._turn), name="releases")

    async def close(self) -> None:
        """Free nothing any more; what waits does so in the file."""
        await self._tasks.close()

    async def due(self) -> float:
        """Free what is due by now; the seconds until something is again, at most LOOK_AGAIN_S."""
        holder, now = self._holder, self._holder.clock.now()
        waiting = [e for e in holder.entries.values() if e.unreleased and e.due_at is not None]
        ripe = [e for e in waiting if e.due_at is not None and e.due_at <= now]
        if ripe:
            await self.free(ripe)
        ahead = [(e.due_at - now).total_seconds() for e in waiting if e.due_at and e.due_at > now]
        return min([LOOK_AGAIN_S, *ahead])

    async def free(self, entries: Sequence[Entry]) -> None:
        """Queue what waited or was scheduled: from here on it is sent.

        Raises Unavailable when the disk refuses, as the others do.
        """
        await self._holder.shift(entries, Outbox.free, state="queued", due_at=None)

    async def reschedule(self, entries: Sequence[Entry], at: datetime) -> None:
        """Give what waited or was scheduled another time."""

        def write(outbox: Outbox, ids: list[UUID]) -> None:
            outbox.reschedule(ids, at)

        await self._holder.shift(entries, write, state="scheduled", due_at=at)

    async def hold_back(self, entries: Sequence[Entry]) -> None:
        """Hold what was not released until somebody sends or discards it."""
        await self._holder.shift(entries, Outbox.hold_back, state="held")

    def _changed(self, _: None) -> None:
        self._news.set()

    async def _turn(self) -> float:
        try:
            return await self.due()
        except Unavailable:  # the disk is full: it is said there, and tried again
            log.warning("release_failed")
            return LOOK_AGAIN_S
