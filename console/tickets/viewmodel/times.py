"""Times to snooze until: the usual ones, what somebody types, and whose time has come."""

import re
from datetime import date, datetime, timedelta, tzinfo

from console.kernel.tongue import mark
from console.sync.client.local import Local
from console.tickets.model import MOST_SNOOZED
from console.tickets.tables import rows

MORNING_HOUR = 9
LATER = timedelta(hours=3)
LATEST_HOUR = 20
"""Later today is no later than that, else it is not offered."""
WOKEN_AT_ONCE = 500

_HALF = timedelta(minutes=30)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_UNITS["w"] = 7 * _UNITS["d"]
_LENGTH = re.compile(r"(\d{1,4})\s*([mhdw])")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:\s+(\d{1,2}):(\d{2}))?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?(?:\s*(\d{1,2}):(\d{2}))?")

LATER_TODAY = mark("Later today")
TOMORROW = mark("Tomorrow morning")
NEXT_WEEK = mark("Next week")


def presets(now: datetime, zone: tzinfo | None = None) -> list[tuple[str, datetime]]:
    """The usual times by their marked names, soonest first; `zone` is the desk's unless told."""
    here = now.astimezone(zone)
    later = here + LATER
    past = timedelta(
        minutes=later.minute % 30, seconds=later.second, microseconds=later.microsecond
    )
    later += _HALF - past if past else timedelta(0)
    today = here.date()
    found = []
    if later.date() == today and (later.hour, later.minute) <= (LATEST_HOUR, 0):
        found.append((LATER_TODAY, later))
    found.append((TOMORROW, _at(today + timedelta(days=1), zone)))
    found.append((NEXT_WEEK, _at(today + timedelta(days=7 - today.weekday()), zone)))
    return found


def typed_time(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """The time that is typed: `30m`, `2h`, `3d`, `1w`, `14:30`, `2026-12-01 9:00`, `24.12. 8:00`.

    None for what is no time, is over, or further than MOST_SNOOZED.
    """
    try:
        at = _read(text.strip().lower(), now, zone)
    except (ValueError, OverflowError):
        return None
    return at if at is not None and now < at <= now + MOST_SNOOZED else None


def _read(text: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    today = now.astimezone(zone).date()
    if found := _LENGTH.fullmatch(text):
        return now + int(found[1]) * _UNITS[found[2]]
    if found := _CLOCK.fullmatch(text):
        at = _at(today, zone, int(found[1]), int(found[2]))
        return (
            at if at > now else _at(today + timedelta(days=1), zone, int(found[1]), int(found[2]))
        )
    if found := _DAY.fullmatch(text):
        day = date(int(found[1]), int(found[2]), int(found[3]))
        return _at(day, zone, int(found[4] or MORNING_HOUR), int(found[5] or 0))
    if found := _DOTTED.fullmatch(text):
        day = date(int(found[3] or today.year), int(found[2]), int(found[1]))
        if not found[3] and day < today:
            day = day.replace(year=day.year + 1)
        return _at(day, zone, int(found[4] or MORNING_HOUR), int(found[5] or 0))
    return None


def _at(day: date, zone: tzinfo | None, hour: int = MORNING_HOUR, minute: int = 0) -> datetime:
    plain = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return plain.astimezone(zone)


class Waking:
    """Shows snoozed tickets awake when their time has come, also while no server can say so."""

    def __init__(self, local: Local) -> None:
        self._local = local
        local.opened.connect(self._opened)
        self.look()

    def look(self) -> None:
        """Wake those whose time has come."""
        reader = self._local.reader
        if reader is not None:
            self._local.lapse(rows.to_wake(reader, self._local.clock.now(), WOKEN_AT_ONCE))

    def _opened(self, _: None) -> None:
        self.look()
