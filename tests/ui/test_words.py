"""Times, amounts and counts in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from console.kernel.money import Money
from console.ui import words

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gone", "text"),
    [
        (timedelta(seconds=-30), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=6, hours=23), "6 d"),
        (timedelta(days=20), "10 Feb"),
        (timedelta(days=200), "Aug 2025"),
    ],
)
def test_age(gone: timedelta, text: str) -> None:
    assert words.age(NOW - gone, NOW) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=-5), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=1, minutes=5), "1 h 05"),
        (timedelta(hours=24), "1 d"),
        (timedelta(days=2, hours=4, minutes=9), "2 d 4 h"),
    ],
)
def test_span(length: timedelta, text: str) -> None:
    assert words.span(length) == text


def test_days_as_headings() -> None:
    today = date(2026, 3, 2)
    told = [words.day(today - timedelta(days=n), today) for n in (0, 1, 2, 62)]
    assert told == ["Today", "Yesterday", "Saturday 28 February", "Tuesday 30 December 2025"]
    assert words.day(today + timedelta(days=1), today) == "Tuesday 3 March"


def test_times_of_day() -> None:
    assert words.clock(NOW, UTC) == "12:00"
    assert words.clock_s(NOW) == f"{NOW.astimezone():%H:%M:%S}"
    assert words.stamp(NOW).startswith(f"{NOW.astimezone().day} Mar ")
    assert "2 March 2026" in words.full(NOW)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(184_210, "EUR"), "€1,842.10"),
        (Money(-5, "USD"), "-$0.05"),
        (Money(5_400, "JPY"), "¥5,400"),
        (Money(1_234, "KWD"), "KWD1.234"),
        (Money(0, "EUR"), "€0.00"),
    ],
)
def test_amounts(amount: Money, text: str) -> None:
    assert words.money(amount) == text


def test_counts() -> None:
    assert words.count(1_234_567) == "1,234,567"
    assert [words.share(n, 3) for n in (0, 1, 3)] == ["0 %", "33 %", "100 %"]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"), (999, "999 B"), (1_000, "1 kB"), (14_499, "14 kB"), (999_999, "999 kB"),
        (1_000_000, "1.0 MB"), (26_214_400, "26.2 MB"),
    ],
)  # fmt: skip
def test_sizes(count: int, text: str) -> None:
    assert words.size(count) == text
