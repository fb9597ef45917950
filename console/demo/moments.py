"""Times at which things plausibly happen: when people shop, sleep, and what Friday means."""

from datetime import UTC, datetime, timedelta, tzinfo

from console.demo.dice import Dice, weighted

_FRIDAY = 4
_NIGHT_ENDS = 6


def placed_on(rng: Dice, day: datetime, zone: tzinfo) -> datetime:
    """A moment of that day at which people there shop, evenings more often."""
    clock = weighted(rng, range(7, 24), (1, 2, 3, 3, 3, 4, 4, 3, 3, 3, 4, 5, 6, 8, 8, 5, 2))
    local = day.astimezone(zone).replace(
        hour=clock, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0
    )
    return local.astimezone(UTC)


def awake(at: datetime, zone: tzinfo) -> datetime:
    """`at`, or some hours later when people are asleep."""
    hour = at.astimezone(zone).hour
    return at + timedelta(hours=_NIGHT_ENDS + at.minute / 20 - hour) if hour < _NIGHT_ENDS else at


def days_to_friday(here: datetime) -> int:
    """Days back to the last Friday that is at least two days past."""
    return (here.weekday() - _FRIDAY - 2) % 7 + 2


def on_day(now: datetime, days: int, clock: str, zone: tzinfo) -> datetime:
    """So many days back from now, when the clocks there showed `clock` (`16:40`)."""
    hour, minute = (int(part) for part in clock.split(":"))
    there = now.astimezone(zone) - timedelta(days=days)
    return there.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)
