"""How long things took, counted into fixed steps: a few integers, cheap enough for every read."""

import threading
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import NamedTuple

STEPS_S = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip


class Tally(NamedTuple):
    """Durations by step, and all of them together.

    `counts` has a number for each of STEPS_S: how many took up to it and more than the step
    before. A last one is for those beyond.
    """

    counts: tuple[int, ...]
    total_s: float


class Times:
    """A histogram of durations. Any thread may add to it and read it."""

    def __init__(self) -> None:
        self._counts = [0] * (len(STEPS_S) + 1)
        self._total_s = 0.0
        self._lock = threading.Lock()

    def add(self, seconds: float, times: int = 1) -> None:
        """Something took so long, `times` over."""
        step = bisect_left(STEPS_S, seconds)
        with self._lock:
            self._counts[step] += times
            self._total_s += seconds * times

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Add how long the block takes, also when it fails."""
        began = perf_counter()
        try:
            yield
        finally:
            self.add(perf_counter() - began)

    def read(self) -> Tally:
        """All that was added so far."""
        with self._lock:
            return Tally(tuple(self._counts), self._total_s)
