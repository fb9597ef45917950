"""A process that is wrong about the time: its wall clock is off by as much as a test says."""

import time
from datetime import UTC, datetime, timedelta

from console.kernel import clock, ids

_off = {"seconds": 0.0}


def believe(seconds: float) -> None:
    """From here on this process's wall clock is off by `seconds`; what measures durations is not."""
    _off["seconds"] = seconds
    ids.time = _Time
    clock.SystemClock.now = _now


class _Time:
    @staticmethod
    def time_ns() -> int:
        return time.time_ns() + int(_off["seconds"] * 1e9)


def _now(_: clock.SystemClock) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=_off["seconds"])
