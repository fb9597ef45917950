"""A server that stops: who is here is told when to come back, and has gone before the end."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager

from console.kernel.errors import Unavailable

MAX_BOOTSTRAPS = 8
"""How many fetch everything at a time; readers have four threads, and others want to be read too."""
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


class Turnstile:
    """Lets so many in at a time and asks the others to come back, each after another while."""

    def __init__(self, most: int = MAX_BOOTSTRAPS) -> None:
        self._free = most

    def enter(self) -> None:
        """Take a place. Raises Unavailable when all are taken."""
        if not self._free:
            after_s = random.uniform(*BUSY_S)  # noqa: S311 - spreads load
            raise Unavailable("Many are fetching everything just now.", retry_after_s=after_s)
        self._free -= 1

    def leave(self) -> None:
        """Give the place back."""
        self._free += 1
