"""Times, amounts and counts in words, by the language in use, the desk's locale and its zone."""

import re
from calendar import day_abbr, day_name, month_abbr, month_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from console.kernel import tongue
from console.kernel.money import Money, exponent
from console.kernel.tongue import tr

_TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067"))
_ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))
_LONG, _PIECE = re.compile(r"\S{24,}"), r".{1,8}"
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def numbered(number: int) -> str:
    """A ticket's number as it is written; of one that the server has not numbered yet a dash."""
    return f"#{number}" if number else "#–"


@dataclass(frozen=True)
class Manner:
    """How dates and numbers are written: months and weekdays from the first, Monday, on.

    `money` is the locale by which Babel writes amounts; `halves` are the words for a.m. and p.m.,
    none where a day has 24 hours.
    """

    money: str
    months: tuple[str, ...]
    brief_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    brief_weekdays: tuple[str, ...]
    month_first: bool
    decimal: str
    halves: tuple[str, str] | None


def english() -> Manner:
    """As it is written until somebody says otherwise."""
    return Manner(
        money=tongue.ENGLISH,
        months=tuple(month_name[1:]),
        brief_months=tuple(month_abbr[1:]),
        weekdays=tuple(day_name),
        brief_weekdays=tuple(day_abbr),
        month_first=False,
        decimal=".",
        halves=None,
    )


class _Here:
    """The manner in use in this process."""

    manner = english()


def use(manner: Manner) -> None:
    """Write like this from now on."""
    _Here.manner = manner


def age(since: datetime, now: datetime) -> str:
    """How long ago, briefly: `now`, `5 min`, `3 h`, `2 d`, then the date."""
    gone = now - since
    if gone < _MINUTE:
        return tr("now")
    if gone < _HOUR:
        return tr("{minutes} min").format(minutes=gone // _MINUTE)
    if gone < _DAY:
        return tr("{hours} h").format(hours=gone // _HOUR)
    if gone < 7 * _DAY:
        return tr("{days} d").format(days=gone // _DAY)
    here = since.astimezone()
    if here.year == now.astimezone().year:
        return brief_day(here)
    month = _Here.manner.brief_months[here.month - 1]
    return tr("{month} {year}").format(month=month, year=here.year)


def span(length: timedelta) -> str:
    """A duration, briefly: `12 min`, `1 h 20`, `2 d 4 h`."""
    minutes = max(0, length // _MINUTE)
    if minutes < 60:
        return tr("{minutes} min").format(minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        if not minutes:
            return tr("{hours} h").format(hours=hours)
        return tr("{hours} h {minutes}").format(hours=hours, minutes=f"{minutes:02d}")
    days, hours = divmod(hours, 24)
    if not hours:
        return tr("{days} d").format(days=days)
    return tr("{days} d {hours} h").format(days=days, hours=hours)


def clock(at: datetime, zone: tzinfo | None = None) -> str:
    """The time of day: `14:32`, or `2:32 PM` where the day has twice twelve hours."""
    return _clock(at.astimezone(zone), "%M")


def clock_s(at: datetime) -> str:
    """The time of day with seconds: `14:32:05`."""
    return _clock(at.astimezone(), "%M:%S")


def _clock(here: datetime, rest: str) -> str:
    halves = _Here.manner.halves
    if halves is None:
        return f"{here:%H}:{here.strftime(rest)}"
    return f"{here.hour % 12 or 12}:{here.strftime(rest)} {halves[here.hour // 12]}"


def day(value: date, today: date) -> str:
    """A day as a heading: `Today`, `Yesterday`, `Friday 20 November`, with the year if another."""
    if value == today:
        return tr("Today")
    if value == today - _DAY:
        return tr("Yesterday")
    return _long_day(value, year=value.year != today.year)


def _long_day(value: date, *, year: bool) -> str:
    here = _Here.manner
    if here.month_first:
        told = tr("{weekday}, {month} {day}, {year}") if year else tr("{weekday}, {month} {day}")
    else:
        told = tr("{weekday} {day} {month} {year}") if year else tr("{weekday} {day} {month}")
    weekday, month = here.weekdays[value.weekday()], here.months[value.month - 1]
    return told.format(weekday=weekday, day=value.day, month=month, year=value.year)


def brief_day(value: date) -> str:
    """A day of this year, briefly: `8 Nov`."""
    here = _Here.manner
    told = tr("{month} {day}") if here.month_first else tr("{day} {month}")
    return told.format(day=value.day, month=here.brief_months[value.month - 1])


def stamp(at: datetime) -> str:
    """Day and time, briefly: `8 Nov 10:12`."""
    here = at.astimezone()
    return tr("{day} {time}").format(day=brief_day(here), time=clock(here))


def soon(at: datetime, now: datetime) -> str:
    """A time that is to come: `14:30` today, `Tue 09:00` this week, else `8 Nov 10:12`."""
    here, today = at.astimezone(), now.astimezone().date()
    if here.date() == today:
        return clock(here)
    if timedelta(0) < here.date() - today < 7 * _DAY:
        weekday = _Here.manner.brief_weekdays[here.weekday()]
        return tr("{day} {time}").format(day=weekday, time=clock(here))
    return stamp(at)


def until(at: datetime, now: datetime) -> str:
    """Until when: the time today, the day and time this week, else the date and time."""
    return tr("Until {when}").format(when=soon(at, now))


def full(at: datetime) -> str:
    """Day and time in full, for tooltips."""
    here = at.astimezone()
    time = f"{clock_s(here)} {here:%Z}"
    return tr("{day}, {time}").format(day=_long_day(here, year=True), time=time)


def count(number: int) -> str:
    """A number with its thousands apart: `6,000`."""
    return tongue.number(number)


def decimal(digits: str) -> str:
    """A number given as `-1250.5`, with its thousands apart and the language's decimal sign."""
    whole, _, rest = digits.removeprefix("-").partition(".")
    minus = "-" if digits.startswith("-") else ""
    return minus + count(int(whole)) + (_Here.manner.decimal + rest if rest else "")


def undecimal(typed: str) -> str:
    """A number as it is typed here, as `1250.5`: thousands may be apart, the point is one too."""
    text, group, sign = "".join(typed.split()), count(1000)[1], _Here.manner.decimal
    grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", text)
    if sign in text.replace(group, "") or grouped:
        text = text.replace(group, "")
    return text.replace(sign, ".")


def brief_date(value: date) -> str:
    """A day with its year, briefly: `8 Nov 2026`."""
    here = _Here.manner
    told = tr("{month} {day}, {year}") if here.month_first else tr("{day} {month} {year}")
    month = here.brief_months[value.month - 1]
    return told.format(month=month, day=value.day, year=value.year)


def month_first() -> bool:
    """Whether a date in figures begins with its month."""
    return _Here.manner.month_first


def share(done: int, total: int) -> str:
    """How much of it, in hundredths: `42 %`."""
    return tr("{hundredths} %").format(hundredths=100 * done // total)


def size(count: int) -> str:
    """So many bytes, briefly: `812 B`, `14 kB`, `2.4 MB`."""
    if count < 1_000:
        return tr("{count} B").format(count=count)
    if count < 1_000_000:
        return tr("{count} kB").format(count=min(round(count / 1_000), 999))
    text = f"{count / 1_000_000:.1f}".replace(".", _Here.manner.decimal)
    return tr("{count} MB").format(count=text)


def money(amount: Money) -> str:
    """An amount with its sign: `€1,842.10`, `¥5,400`."""
    # Babel's locale data takes a while to load, and no first screen needs it.
    from babel.numbers import format_currency

    value = Decimal(amount.minor).scaleb(-exponent(amount.currency))
    here = _Here.manner.money
    return str(format_currency(value, amount.currency, locale=here, numbering_system="latn"))


def breaking(text: str) -> str:
    """Text whose long words may go on in the next line, which Qt's labels do nowhere else."""
    return _LONG.sub(lambda word: "\u200b".join(re.findall(_PIECE, word.group())), text)


def several(parts: Sequence[str]) -> str:
    """Things one after another: `vip, refund`."""
    told = iter(parts)
    whole = next(told, "")
    for part in told:
        whole = tr("{first}, {next}").format(first=whole, next=part)
    return whole


def unturned(text: str) -> str:
    """A text without the marks that turn the direction of what follows: nobody's name does that."""
    return text.translate(_TURNS)


def bare(name: str) -> str:
    """A name for the middle of a sentence, which keeps it apart: it has no say in that itself."""
    return unturned(name).translate(_ISOLATES)
