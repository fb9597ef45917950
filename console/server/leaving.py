"""A server that stops: who is here is told when to come back, and has gone before the end."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from console.kernel.errors import Unavailable

MAX_BOOTSTRAPS = 8
"""How many fetch everything at a time; readers have four threads, and others want to be read too."""
STALLED_S = 30.0
"""Whoever has not taken what they are sent by then reads no more: a lid was closed, a line is dead."""
COME_BACK_S = (0.5, 5.0)
"""Consoles come back spread over this while, to whichever node answers."""
BUSY_S = (2.0, 15.0)
GONE_S = 2.0
"""A console that does not take its good-bye in this time is left without."""


def come_back_s() -> float:
    """When one console comes back to a server that stops: not all in the same second."""
    return round(random.uniform(*COME_BACK_S), 2)  # noqa: S311 - spreads load


class Guests:
    """The live sessions of one server, counted from accepting the socket to its good-bye."""

    def __init__(self) -> None:
        self._here = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def seat(self) -> Iterator[None]:
        """Be here while the context lasts."""
        self._here += 1
        self._none.clear()
        try:
            yield
        finally:
            self._here -= 1
            if not self._here:
                self._none.set()

    async def gone(self) -> None:
        """Wait until nobody is here, GONE_S at most."""
        try:
            async with asyncio.timeout(GONE_S):
                await self._none.wait()
        except TimeoutError:
            pass


class Place:
    """A place behind the turnstile, until it is left: by whoever has it, or for them."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave: Callable[[], None] | None = leave

    @property
    def left(self) -> bool:
        """Whether it is somebody else's by now."""
        return self._leave is None

    def leave(self) -> None:
        """Give it back; once is enough."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """In the block its holder is sent something; not taken within STALLED_S, the place is left."""
        stalled = asyncio.get_running_loop().call_later(STALLED_S, self.leave)
        try:
            yield
        finally:
            stalled.cancel()


class Turnstile:
    """Lets so many in at a time and asks the others to come back, each after another while."""

    def __init__(self, most: int = MAX_BOOTSTRAPS) -> None:
        self._free = most

    def enter(self) -> Place:
        """A place. Raises Unavailable when all are taken."""
        if not self._free:
            after_s = random.uniform(*BUSY_S)  # noqa: S311 - spreads load
            raise Unavailable("Many are fetching everything just now.", retry_after_s=after_s)
        self._free -= 1
        return Place(self._leave)

    def _leave(self) -> None:
        self._free += 1
