"""Circles of objects are looked for between events, and in the thread of the window alone.

Python looks for them wherever an object is made, in any thread. Qt's objects must end in the thread
that made them, and a picture should not wait for it in the middle.
"""

import gc
from itertools import count

EVERY_MS = 1_000
_YOUNG = 700
"""Objects made since and still there: fewer are not worth a look (Python's own figure)."""
_OLDER, _OLDEST = 10, 100
"""Every so many looks goes through what outlived one, and through all."""


class Garbage:
    """Looks for garbage when it is told to, never by itself."""

    def __init__(self) -> None:
        gc.disable()
        self._looks = count(1)

    def look(self) -> None:
        """Free what only holds itself, if enough was made since: a part of it, now and then all."""
        if gc.get_count()[0] < _YOUNG:
            return
        look = next(self._looks)
        gc.collect(2 if look % _OLDEST == 0 else 1 if look % _OLDER == 0 else 0)
