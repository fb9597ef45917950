"""Days told from today on, in conditions on dates: today, the last seven, the next ones, long ago."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

RELATIVE = "@"
"""How such a value begins: `@-6..0` are the last seven days, `@..-31` more than thirty days ago."""
MOST_DAYS = 3_650
_VALUE = re.compile(rf"{RELATIVE}(-?\d{{1,4}})?\.\.(-?\d{{1,4}})?", re.ASCII)


class Days(NamedTuple):
    """From one day to another, both included, counted from today (0); None where there is no end."""

    first: int | None
    last: int | None

    @property
    def value(self) -> str:
        """As a condition names it."""
        first, last = ("" if each is None else str(each) for each in self)
        return f"{RELATIVE}{first}..{last}"

    def dates(self, today: date) -> tuple[str, str]:
        """The first and the last day as ISO dates; empty where there is no end."""
        first, last = (
            "" if each is None else (today + timedelta(days=each)).isoformat() for each in self
        )
        return first, last

    def moments(self, today: date) -> tuple[datetime | None, datetime | None]:
        """When the first day begins and the last is over, where whoever looks is; None: no end."""
        begin = None if self.first is None else _midnight(today + timedelta(days=self.first))
        end = None if self.last is None else _midnight(today + timedelta(days=self.last + 1))
        return begin, end


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone()


def days_of(value: str) -> Days | None:
    """The days that a condition's value names; None for one that names none."""
    found = _VALUE.fullmatch(value)
    if found is None:
        return None
    first, last = (int(each) if each else None for each in found.groups())
    ends = [each for each in (first, last) if each is not None]
    if not ends or max(map(abs, ends)) > MOST_DAYS or (first or last or 0) > (last or first or 0):
        return None
    return Days(first, last)


def lately(count: int) -> Days:
    """The last so many days, today among them."""
    return Days(1 - count, 0)


def soon(count: int) -> Days:
    """The next so many days, today among them."""
    return Days(0, count - 1)


def ago(count: int) -> Days:
    """More than so many days ago."""
    return Days(None, -count - 1)


TODAY, YESTERDAY, TOMORROW, PAST = Days(0, 0), Days(-1, -1), Days(1, 1), Days(None, -1)
