"""Timers that ring as a test moves its clock."""

from collections.abc import Callable

from tests.fakes.clock import ManualClock


class Timers:
    """Timers that ring as the clock is moved."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.due: dict[int, tuple[float, Callable[[], None]]] = {}
        self.count = 0

    def __call__(self, delay_s: float, work: Callable[[], None]) -> "Timer":
        self.count += 1
        self.due[self.count] = self.clock.monotonic() + delay_s, work
        return Timer(self, self.count)

    def advance(self, seconds: float) -> None:
        until = self.clock.monotonic() + seconds
        while self.due and min(at for at, _ in self.due.values()) <= until:
            key = min(self.due, key=lambda k: self.due[k][0])
            at, work = self.due.pop(key)
            self.clock.advance(at - self.clock.monotonic())
            work()
        self.clock.advance(until - self.clock.monotonic())


class Timer:
    """One of them."""

    def __init__(self, timers: Timers, key: int) -> None:
        self._timers, self._key = timers, key

    def cancel(self) -> None:
        self._timers.due.pop(self._key, None)
