"""Time as aware UTC datetimes, and its one conversion to stored milliseconds."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Clock(Protocol):
    """Where the time comes from; tests hand in their own."""

    def now(self) -> datetime:
        """The wall clock, aware, UTC. May jump; never orders anything."""

    def monotonic(self) -> float:
        """Seconds that never go backwards, for deadlines and intervals."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def to_ms(at: datetime) -> int:
    """Whole milliseconds since 1970 UTC, rounded down; `at` must be aware."""
    return (at - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """The aware UTC datetime of `ms` milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=ms)


def whole_ms(at: datetime) -> datetime:
    """`at` cut to the millisecond, so that it survives storage unchanged."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
