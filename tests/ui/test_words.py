"""Times, amounts and counts in words."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from console.kernel.money import Money
from console.ui import words
from console.ui.manners import write

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


@pytest.fixture
def speak() -> Iterator[Callable[..., None]]:
    """Write as a language does on a system, for the length of a test."""

    def use(language: str, system: str = "C") -> None:
        write(language, QLocale.c() if system == "C" else QLocale(system))

    yield use
    use("en")


AT = datetime(2026, 11, 8, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "system", "clock", "heading"),
    [
        ("en", "C", "14:05", "Sunday 8 November 2026"),
        ("en", "en_US", "2:05 PM", "Sunday, November 8, 2026"),
        ("de", "C", "14:05", "Sonntag, 8. November 2026"),
        ("de", "en_US", "2:05 PM", "Sonntag, 8. November 2026"),
        ("ar", "C", "14:05", "\u200fالأحد 8 نوفمبر 2026"),
        ("ar", "ar_EG", "2:05 م", "\u200fالأحد 8 نوفمبر 2026"),
    ],
)
def test_dates_by_language_and_the_clock_by_system(
    speak: Callable[..., None], language: str, system: str, clock: str, heading: str
) -> None:
    speak(language, system)
    assert words.clock(AT, UTC) == clock
    assert words.day(AT.date(), date(2025, 1, 1)) == heading


def test_midnight_and_noon_by_a_clock_of_twelve_hours(speak: Callable[..., None]) -> None:
    speak("en", "en_US")
    told = [words.clock(AT.replace(hour=hour), UTC) for hour in (0, 1, 12, 23)]
    assert told == ["12:05 AM", "1:05 AM", "12:05 PM", "11:05 PM"]


@pytest.mark.parametrize(
    ("language", "system", "told"),
    [
        ("en", "C", ["6,000", "2.4 MB", "€1,842.10", "8 Nov"]),
        ("en", "en_US", ["6,000", "2.4 MB", "€1,842.10", "Nov 8"]),
        ("de", "C", ["6.000", "2,4 MB", "1.842,10\xa0€", "8. Nov."]),
        ("de", "de_CH", ["6'000", "2.4 MB", "EUR\xa01’842.10", "8. Nov."]),
        (
            "ar",
            "ar_EG",
            ["6,000", "\u200f\u20682.4\u2069 م.ب", "\u200f1,842.10\xa0€", "\u200f8 نوفمبر"],
        ),
    ],
)
def test_numbers_sizes_money_and_days_by_locale(
    speak: Callable[..., None], language: str, system: str, told: list[str]
) -> None:
    speak(language, system)
    size, money = words.size(2_400_000), words.money(Money(184_210, "EUR"))
    assert [words.count(6_000), size, money, words.brief_day(AT)] == told


def test_long_words_are_broken_and_others_are_not() -> None:
    plain = "Lange Reihe 12, 20099 Hamburg"
    assert words.breaking(plain) == plain
    broken = words.breaking("a " + "x" * 30)
    assert broken.replace("\u200b", "") == "a " + "x" * 30
    assert max(map(len, broken.split("\u200b"))) <= len("a ") + 8


@pytest.mark.parametrize(
    ("parts", "text"), [((), ""), (("vip",), "vip"), (("vip", "b2b", "late"), "vip, b2b, late")]
)
def test_one_after_another(parts: tuple[str, ...], text: str) -> None:
    assert words.several(parts) == text
