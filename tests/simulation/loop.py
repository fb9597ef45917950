"""Virtual time: an event loop that never waits, and the clock that goes with it.

When nothing is ready, the loop's time jumps to the next thing that is due. No thread, socket or
sleep takes part, so the same program gives the same run.
"""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
BEGINS_AT = 1_000.0
MAX_TURNS = 2_000_000
"""Turns of the loop in one run; more means that something runs in circles."""


class Stalled(Exception):
    """Nothing is due any more and the program still waits, or it never comes to an end."""


class _Jumps:
    """What the loop asks for input: there is none, only time that passes."""

    def __init__(self) -> None:
        self.time = BEGINS_AT
        self.turns = 0

    def select(self, timeout: float | None) -> list[Any]:
        self.turns += 1
        if timeout is None:
            raise Stalled("everybody waits for somebody else")
        if self.turns > MAX_TURNS:
            raise Stalled(f"no end after {MAX_TURNS} turns of the loop")
        self.time += timeout
        return []

    def close(self) -> None:
        """Nothing is open."""


class VirtualLoop(asyncio.BaseEventLoop):
    """An asyncio loop in virtual time, for one thread and without input or output."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Jumps()
        self._clock_resolution = 1e-7  # also late in a long run a float tells this from nothing

    def time(self) -> float:
        return self._selector.time

    @property
    def turns(self) -> int:
        """How often the loop went round."""
        return self._selector.turns

    @turns.setter
    def turns(self, turns: int) -> None:
        self._selector.turns = turns

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps, so nobody needs waking."""


class VirtualClock:
    """Wall clock and monotonic time of a loop, as the product asks for them."""

    def __init__(self, loop: asyncio.AbstractEventLoop, at: datetime | None = None) -> None:
        self._loop = loop
        self._at = at or datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self._at + timedelta(seconds=round(self._loop.time() - BEGINS_AT, 6))

    def monotonic(self) -> float:
        return self._loop.time()


def run_virtually(loop: VirtualLoop, main: Coroutine[Any, Any, T]) -> T:
    """The result of `main` on `loop`, which is closed with all that still runs on it."""
    try:
        return loop.run_until_complete(main)
    finally:
        try:
            _end_all(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()


def _end_all(loop: VirtualLoop) -> None:
    loop.turns = 0
    for _ in range(20):
        left = sorted(asyncio.all_tasks(loop), key=lambda task: task.get_name())
        if not left:
            return
        for task in left:
            task.cancel()

        async def ended(tasks: list[asyncio.Task[Any]] = left) -> None:
            await asyncio.wait(tasks, timeout=1.0)

        loop.run_until_complete(ended())
    names = [task.get_name() for task in asyncio.all_tasks(loop)]
    raise Stalled(f"these do not end when cancelled: {names}")
