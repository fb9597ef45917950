"""Times at which a message can be sent later: what is offered, and what somebody types."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

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


def offered(now: datetime, zone: tzinfo | None = None) -> list[Later]:
    """The usual times from `now`, the nearest first; `zone` is the desk's unless told."""
    now = now.astimezone(zone)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = [
        Later(now + timedelta(minutes=minutes), tr(_NAMED[minutes])) for minutes in _IN_MINUTES
    ]
    afternoon = _there(today.replace(hour=AFTERNOON_H), zone)
    if afternoon > now + timedelta(minutes=30):
        found.append(Later(afternoon, tr("This afternoon")))
    found.append(Later(_days(today, 1, zone), tr("Tomorrow morning")))
    ahead = (_MONDAY - today.weekday()) % 7 or 7
    if ahead > 1:
        found.append(Later(_days(today, ahead, zone), tr("Monday morning")))
    return sorted(found, key=lambda later: later.at)


def typed(text: str, now: datetime, zone: tzinfo | None = None) -> Later | None:
    """What somebody typed as a time: `45 min`, `3 h`, `2 d`, `16:30`, `2026-12-01 9:00`.

    A time of day that is past is tomorrow's. None for anything else, and beyond MOST_DAYS.
    """
    at = _after(text.strip().lower(), now) or _at_clock(text.strip(), now, zone)
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


def _at_clock(text: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute = found.groups()
    try:
        today = now.astimezone(zone)
        at = today.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        if year is not None:
            return _there(at.replace(year=int(year), month=int(month), day=int(day)), zone)
    except (ValueError, OverflowError):
        return None
    at = _there(at, zone)
    return at if at > now else _there(at + timedelta(days=1), zone)


def _days(today: datetime, days: int, zone: tzinfo | None) -> datetime:
    return _there((today + timedelta(days=days)).replace(hour=MORNING_H), zone)


def _there(at: datetime, zone: tzinfo | None) -> datetime:
    """The same time of day as clocks of the zone show it on that day."""
    return at.replace(tzinfo=zone).astimezone(zone)


_NAMED = {
    30: mark("In half an hour"),
    60: mark("In an hour"),
    180: mark("In three hours"),
}
