"""Times, amounts and counts in words, by the desk's locale and zone."""

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from console.kernel.money import Money, exponent
from console.kernel.tongue import tr

LOCALE = "en"
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def age(since: datetime, now: datetime) -> str:
    """How long ago, briefly: `now`, `5 min`, `3 h`, `2 d`, then the date."""
    gone = now - since
    if gone < _MINUTE:
        return "now"
    if gone < _HOUR:
        return f"{gone // _MINUTE} min"
    if gone < _DAY:
        return f"{gone // _HOUR} h"
    if gone < 7 * _DAY:
        return f"{gone // _DAY} d"
    here = since.astimezone()
    if here.year == now.astimezone().year:
        return f"{here.day} {here:%b}"
    return f"{here:%b %Y}"


def span(length: timedelta) -> str:
    """A duration, briefly: `12 min`, `1 h 20`, `2 d 4 h`."""
    minutes = max(0, length // _MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def clock(at: datetime, zone: tzinfo | None = None) -> str:
    """The time of day: `14:32`."""
    return f"{at.astimezone(zone):%H:%M}"


def clock_s(at: datetime) -> str:
    """The time of day with seconds: `14:32:05`."""
    return f"{at.astimezone():%H:%M:%S}"


def day(value: date, today: date) -> str:
    """A day as a heading: `Today`, `Yesterday`, `Friday 20 November`, with the year if another."""
    if value == today:
        return "Today"
    if value == today - _DAY:
        return "Yesterday"
    text = f"{value:%A} {value.day} {value:%B}"
    return text if value.year == today.year else f"{text} {value.year}"


def stamp(at: datetime) -> str:
    """Day and time, briefly: `8 Nov 10:12`."""
    here = at.astimezone()
    return f"{here.day} {here:%b %H:%M}"


def until(at: datetime, now: datetime) -> str:
    """Until when: the time today, the day and time this week, else the date and time."""
    here, today = at.astimezone(), now.astimezone().date()
    if here.date() == today:
        return tr("Until {when}").format(when=f"{here:%H:%M}")
    if timedelta(0) < here.date() - today < 7 * _DAY:
        return tr("Until {when}").format(when=f"{here:%a %H:%M}")
    return tr("Until {when}").format(when=stamp(at))


def full(at: datetime) -> str:
    """Day and time in full, for tooltips."""
    here = at.astimezone()
    return f"{here:%A} {here.day} {here:%B %Y}, {here:%H:%M:%S %Z}"


def count(number: int) -> str:
    """A number with its thousands apart: `6,000`."""
    return f"{number:,}"


def size(count: int) -> str:
    """So many bytes, briefly: `812 B`, `14 kB`, `2.4 MB`."""
    if count < 1_000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{min(round(count / 1_000), 999)} kB"
    return f"{count / 1_000_000:.1f} MB"


def money(amount: Money) -> str:
    """An amount with its sign: `€1,842.10`, `¥5,400`."""
    # Babel's locale data takes a while to load, and no first screen needs it.
    from babel.numbers import format_currency

    value = Decimal(amount.minor).scaleb(-exponent(amount.currency))
    return str(format_currency(value, amount.currency, locale=LOCALE))


def plural(number: int, one: str, many: str) -> str:
    """`1 ticket`, `2 tickets`."""
    return f"{number:,} {one if number == 1 else many}"
