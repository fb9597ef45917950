"""Which colleague takes a case, and when their shift lets them."""

from datetime import datetime, timedelta

from console.demo.content import Library, Staff
from console.demo.dice import Dice, hours, weighted

_TAKERS = {
    "Europe": (("ana", 45), ("aiko", 50), ("priya", 5)),
    "Americas": (("tomas", 92), ("priya", 8)),
    "Payments": (("ana", 80), ("priya", 20)),
}
_LONGEST_WEEK = 14


def taker(rng: Dice, team: str) -> str:
    """The key of whoever takes a case of that team."""
    keys = [key for key, _ in _TAKERS[team]]
    return weighted(rng, keys, [weight for _, weight in _TAKERS[team]])


def on_shift(library: Library, rng: Dice, key: str, after: datetime) -> datetime:
    """A moment not before `after` at which that colleague works."""
    member = library.staff(key)
    if _works(member, after):
        return after
    day = after.replace(hour=member.hours[0], minute=0, second=0)
    for later in range(_LONGEST_WEEK):
        start = day + timedelta(days=later)
        if start >= after and start.weekday() in member.days:
            return start + hours(rng, 0.05, 2.5)
    return after


def answered(library: Library, rng: Dice, key: str, asked_at: datetime) -> datetime:
    """When that colleague gets to something that waits since `asked_at`."""
    delay_h = min(rng.lognormvariate(0.0, 0.9), 9.0) + 0.1
    return on_shift(library, rng, key, asked_at + hours(rng, delay_h, delay_h + 0.2))


def _works(member: Staff, at: datetime) -> bool:
    return at.weekday() in member.days and member.hours[0] <= at.hour < member.hours[1]
