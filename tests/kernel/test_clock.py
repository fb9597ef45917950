"""Time in milliseconds and back, without loss and without the local zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kernel.clock import SystemClock, from_ms, to_ms, whole_ms


@given(st.integers(min_value=-(10**13), max_value=10**14))
def test_milliseconds_survive(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms
    assert from_ms(ms).tzinfo is UTC


def test_any_zone_is_the_same_moment() -> None:
    berlin = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert to_ms(berlin) == to_ms(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def test_a_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        to_ms(datetime(2026, 3, 2))  # noqa: DTZ001 - that is the point


def test_whole_milliseconds_survive_storage() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 123_999, tzinfo=UTC)
    assert whole_ms(at).microsecond == 123_000
    assert from_ms(to_ms(whole_ms(at))) == whole_ms(at)


def test_the_system_clock_is_aware_and_monotonic() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
