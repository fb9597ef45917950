"""Conditions on custom fields in words, and the values that can be asked for."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from console.fields.model import CustomField, FieldType, column_of, field_of, plain_number
from console.fields.viewmodel.shelf import read, told
from console.kernel.errors import Refused
from console.kernel.tongue import mark, tr, trn
from console.tickets.model.days import (
    MOST_DAYS,
    PAST,
    RELATIVE,
    TODAY,
    TOMORROW,
    YESTERDAY,
    Days,
    ago,
    days_of,
    lately,
    soon,
)
from console.tickets.tables.values import AT_LEAST, CONTAINS, EXACTLY, UNSET
from console.ui import words
from console.ui.picker import Choice, Search, containing
from console.views.model import MAX_VALUE_CHARS, Condition

SINGLE_TYPES = frozenset({"number", "date"})
"""Types of which a condition names one value: a border."""
ICON = "list-dashes"
WRONG = "?"
"""The value of a choice that only says what is wrong with what was typed."""
_IS = (mark("is"), mark("is not"))
_HOW: Mapping[FieldType, tuple[str, str]] = {
    "number": (mark("at least"), mark("less than")),
    "date": (mark("on or after"), mark("before")),
    "text": (mark("any of"), mark("none of")),
}

_NAMED = {
    TODAY: mark("today"), YESTERDAY: mark("yesterday"), TOMORROW: mark("tomorrow"),
    PAST: mark("before today"),
}  # fmt: skip
OFFERED = (TODAY, YESTERDAY, TOMORROW, lately(7), lately(30), soon(7), soon(30), PAST, ago(30))
"""Days to choose from, before any is typed."""


def days_typed(typed: str, *kinds: Callable[[int], Days]) -> list[Days]:
    """The days that a number somebody typed may mean; none for anything else."""
    count = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0
    return [each(count) for each in kinds] if 0 < count < MOST_DAYS else []


class Custom:
    """What is known of custom fields for the asking: those in use, and those that views name."""

    def __init__(self, fields: Sequence[CustomField]) -> None:
        self._fields = {field.id: field for field in fields}

    @property
    def columns(self) -> list[str]:
        """The fields that can be asked for, as conditions name them."""
        return [column_of(f.id) for f in self._fields.values() if f.content.active]

    def field(self, name: str) -> CustomField | None:
        """The field that a condition names; None for a built-in one, or one that is not here."""
        field_id: UUID | None = field_of(name)
        return self._fields.get(field_id) if field_id else None

    def single(self, name: str) -> bool:
        """Whether a condition on it names one value."""
        field = self.field(name)
        return field is not None and field.content.type in SINGLE_TYPES

    def how(self, field: CustomField, condition: Condition) -> str:
        """How the condition takes its values."""
        plain = all(v == UNSET or v.startswith(RELATIVE) for v in condition.values)
        said = _IS if plain and condition.values else _HOW.get(field.content.type, _IS)
        return tr(said[condition.without])

    def value(self, field: CustomField, value: str) -> str:
        """A value in words."""
        if value == UNSET:
            return tr("without a value")
        if value.startswith(RELATIVE):
            days = days_of(value)
            return days_told(days) if days else value
        sign = next(s for s in (AT_LEAST, EXACTLY, CONTAINS, UNSET) if value.startswith(s))
        rest = value.removeprefix(sign)
        if sign == CONTAINS:
            return tr("with “{text}” in it").format(text=rest)
        if field.content.type == "yesno":
            return told(field.content, rest == "yes")
        if field.content.type == "number":
            return told(field.content, _number(rest)) or rest
        return told(field.content, rest) or rest

    def search(self, field: CustomField, condition: Condition) -> Search:
        """What can be asked for: options, what is typed, and to have no value at all."""
        content = field.content
        values = list(condition.values)
        if content.type == "yesno":
            values += [f"{EXACTLY}yes", f"{EXACTLY}no"]
        if content.type == "date":
            values += [days.value for days in OFFERED]
        if content.type == "choice":
            values += [EXACTLY + option.key for option in content.options if not option.gone]
        offered = [
            Choice(value, self.value(field, value), checked=value in condition.values)
            for value in dict.fromkeys([*values, UNSET])
        ]
        if content.type in ("yesno", "choice"):
            return containing(offered)

        def search(typed: str) -> Sequence[Choice]:
            found = list(containing(offered)(typed))
            return [*self._typed(field, typed), *found] if typed.strip() else found

        return search

    def _typed(self, field: CustomField, typed: str) -> list[Choice]:
        """What somebody typed as values to ask for; or what is wrong with it."""
        content = field.content
        if content.type == "date" and (days := days_typed(typed, lately, soon, ago)):
            return [Choice(each.value, days_told(each), "plus") for each in days]
        try:
            value = read(content, typed)
        except Refused as refusal:
            return [Choice(WRONG, refusal.message, "warning-circle")]
        if isinstance(value, float):
            return [Choice(AT_LEAST + plain_number(value), told(content, value), "plus")]
        if content.type == "date":
            return [Choice(f"{AT_LEAST}{value}", told(content, value), "plus")]
        text = str(value)[: MAX_VALUE_CHARS - 1]
        both = (CONTAINS + text.casefold(), EXACTLY + text.casefold())
        return [Choice(each, self.value(field, each), "plus") for each in both]


def days_told(days: Days) -> str:
    """Days counted from today, in words: `today`, `last 7 days`, `longer ago than 30 days`."""
    if days in _NAMED:
        return tr(_NAMED[days])
    first, last = days
    if first is None and last is not None and last < 0:
        return tr("longer ago than {span}").format(span=_span(-last - 1))
    if last == 0 and first is not None:
        return tr("last {span}").format(span=_span(1 - first))
    if first == 0 and last is not None:
        return tr("next {span}").format(span=_span(last + 1))
    return days.value


def _span(count: int) -> str:
    return trn("{count} day", "{count} days", count).format(count=words.count(count))


def _number(digits: str) -> float | None:
    try:
        return float(digits)
    except ValueError:
        return None
