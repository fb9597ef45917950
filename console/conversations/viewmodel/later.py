"""Times at which a message can be sent later: what is offered, and what somebody types."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.kernel.tongue import mark, tr

MORNING_H, AFTERNOON_H = 9, 14
MOST_DAYS = 365
"""Nothing is scheduled further ahead."""
_IN_MINUTES = (30, 60, 180)
_MONDAY = 0
_AFTER = re.compile(r"(\d{1,4})\s*(m|min|h|d)?")
_CLOCK = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})\s+)?(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True)
class Later:
    """A time, and what it is called."""

    at: datetime
    words: str


def offered(now: datetime) -> list[Later]:
    """The usual times from `now`, which is in the desk's zone; the nearest first."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = [
        Later(now + timedelta(minutes=minutes), tr(_NAMED[minutes])) for minutes in _IN_MINUTES
    ]
    afternoon = today.replace(hour=AFTERNOON_H)
    if afternoon > now + timedelta(minutes=30):
        found.append(Later(afternoon, tr("This afternoon")))
    found.append(Later(_days(today, 1), tr("Tomorrow morning")))
    ahead = (_MONDAY - today.weekday()) % 7 or 7
    if ahead > 1:
        found.append(Later(_days(today, ahead), tr("Monday morning")))
    return sorted(found, key=lambda later: later.at)


def typed(text: str, now: datetime) -> Later | None:
    """What somebody typed as a time: `45 min`, `3 h`, `2 d`, `16:30`, `2026-12-01 9:00`.

    A time of day that is past is tomorrow's. None for anything else, and beyond MOST_DAYS.
    """
    at = _after(text.strip().lower(), now) or _at_clock(text.strip(), now)
    if at is None or not now < at <= now + timedelta(days=MOST_DAYS):
        return None
    return Later(at, tr("At the time typed"))


def _after(text: str, now: datetime) -> datetime | None:
    found = _AFTER.fullmatch(text)
    if found is None:
        return None
    number, unit = int(found[1]), found[2] or "min"
    size = {"h": timedelta(hours=1), "d": timedelta(days=1)}.get(unit, timedelta(minutes=1))
    return now + number * size


def _at_clock(text: str, now: datetime) -> datetime | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute = found.groups()
    try:
        at = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        if year is not None:
            return at.replace(year=int(year), month=int(month), day=int(day))
    except ValueError:
        return None
    return at if at > now else at + timedelta(days=1)


def _days(today: datetime, days: int) -> datetime:
    return (today + timedelta(days=days)).replace(hour=MORNING_H)


_NAMED = {
    30: mark("In half an hour"),
    60: mark("In an hour"),
    180: mark("In three hours"),
}
