"""A custom field: what it holds, who is shown it, and which values it takes."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal
from uuid import UUID

from msgspec import Struct, structs

from console.kernel.codec import NIL, Record
from console.kernel.errors import Refused

FieldType = Literal["text", "number", "date", "yesno", "choice"]
TYPES: tuple[FieldType, ...] = ("text", "number", "date", "yesno", "choice")

MAX_FIELDS = 40
"""So many are in use at once."""
MAX_KEPT = 200
"""So many there ever are, with those that are not in use any more."""
MAX_NAME_CHARS = 40
MAX_OPTIONS = 60
MAX_OPTIONS_KEPT = 200
"""So many options a field ever has, with those that were taken away."""
MAX_OPTION_CHARS = 60
MAX_TEXT_CHARS = 200
MAX_WHOLE_DIGITS, MAX_DECIMALS = 11, 4
"""Digits of a number before and after the point: what a JSON number carries exactly."""
MAX_TEAMS = 100
POSITION_GAP = 1 << 20

Value = str | float | bool
"""Text, an ISO date, or an option's key; a number; yes or no."""

_COLUMN = re.compile(r"field_([0-9a-f]{32})")


class Option(Struct, frozen=True, omit_defaults=True):
    """One of a choice: values keep its `key`, so it can be called something else.

    `gone` can be chosen no more; tickets that have it still show it.
    """

    name: str
    key: str = ""
    gone: bool = False


class Content(Struct, frozen=True, omit_defaults=True):
    """What somebody says of a field. `teams` are shown it, all when there are none.

    A `required` one must have a value before a ticket that shows it is solved. One that is not
    `active` is shown nowhere; the values that tickets have of it stay.
    """

    name: str
    type: FieldType = "text"
    options: tuple[Option, ...] = ()
    teams: tuple[UUID, ...] = ()
    required: bool = False
    active: bool = True

    def option(self, key: str) -> Option | None:
        """The option of that key, also one that is gone."""
        return next((option for option in self.options if option.key == key), None)


class CustomField(Record, frozen=True, kw_only=True):
    """A field as it is kept; `changed_by` wrote it last. Smallest `position` first."""

    content: Content
    position: int = 0
    changed_by: UUID = NIL


def column_of(field_id: UUID) -> str:
    """What a field is called as a column of the table and in a view's conditions."""
    return f"field_{field_id.hex}"


def field_of(column: str) -> UUID | None:
    """The field behind a column's name; None when it is no custom field's."""
    found = _COLUMN.fullmatch(column)
    return UUID(found[1]) if found else None


def checked(content: Content, before: Content | None = None) -> Content:
    """The content as it is kept: trimmed, options with keys, those taken away kept as gone.

    Raises Refused `bad_field_name`, `field_type_fixed`, `bad_options` or `too_many_teams`; each
    names its field.
    """
    name = " ".join(content.name.split())
    if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
        told = f"A field's name has 1 to {MAX_NAME_CHARS} visible characters."
        raise Refused("bad_field_name", told, fields={"name": "not usable"})
    if before is not None and before.type != content.type:
        told = "What a field holds stays as it is: make another field."
        raise Refused("field_type_fixed", told, fields={"type": before.type})
    teams = tuple(sorted(set(content.teams)))
    if len(teams) > MAX_TEAMS:
        told = f"A field is shown to {MAX_TEAMS} teams, or to all."
        raise Refused("too_many_teams", told, fields={"teams": "too many"})
    options = _options(content, before) if content.type == "choice" else ()
    return structs.replace(content, name=name, options=options, teams=teams)


def _options(content: Content, before: Content | None) -> tuple[Option, ...]:
    known = {option.key: option for option in before.options} if before else {}
    told = [option for option in content.options if not option.gone]
    names = [" ".join(option.name.split()) for option in told]
    if not 1 <= len(told) <= MAX_OPTIONS:
        raise _bad_options(f"A choice has 1 to {MAX_OPTIONS} options.")
    if any(not name or len(name) > MAX_OPTION_CHARS or not name.isprintable() for name in names):
        raise _bad_options(f"An option has 1 to {MAX_OPTION_CHARS} visible characters.")
    if len({name.casefold() for name in names}) < len(names):
        raise _bad_options("No two options are called the same.")
    fresh = 1 + max((int(key) for key in known), default=0)
    kept: list[Option] = []
    for name, option in zip(names, told, strict=True):
        key = option.key if option.key in known else ""
        if not key or key in {other.key for other in kept}:
            key, fresh = str(fresh), fresh + 1
        kept.append(Option(name, key))
    used = {option.key for option in kept}
    kept += [structs.replace(o, gone=True) for key, o in known.items() if key not in used]
    if len(kept) > MAX_OPTIONS_KEPT:
        raise _bad_options(f"A field ever has {MAX_OPTIONS_KEPT} options: make another field.")
    return tuple(kept)


def _bad_options(told: str) -> Refused:
    return Refused("bad_options", told, fields={"options": "not usable"})


def checked_value(content: Content, value: Value) -> Value:
    """The value as it is kept. Raises Refused `bad_value`, which does not repeat it."""
    match content.type:
        case "yesno":
            good: Value | None = value if isinstance(value, bool) else None
        case "number":
            number = isinstance(value, int | float) and not isinstance(value, bool)
            good = _number(str(value)) if number else None
        case "date":
            good = _date(value) if isinstance(value, str) else None
        case "choice":
            option = content.option(value) if isinstance(value, str) else None
            good = option.key if option and not option.gone else None
        case _:
            good = _text(value) if isinstance(value, str) else None
    if good is None:
        told = "The field does not take such a value."
        raise Refused("bad_value", told, fields={"value": content.type})
    return good


def _text(value: str) -> str | None:
    clean = " ".join(value.split())
    return clean if clean and len(clean) <= MAX_TEXT_CHARS and clean.isprintable() else None


def _number(told: str) -> float | None:
    try:
        number = Decimal(told)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= 10**MAX_WHOLE_DIGITS:
        return None
    if number != round(number, MAX_DECIMALS):
        return None
    return float(number) + 0.0  # no negative zero


def _date(told: str) -> str | None:
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        return None


def plain_number(value: float) -> str:
    """A number as digits, with a point and no more decimals than it has: `1250.5`."""
    if not math.isfinite(value):
        return ""
    text = f"{value:.{MAX_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def shown_to(fields: Iterable[CustomField], team_id: UUID) -> list[CustomField]:
    """The fields that a ticket in this team's queue has, in their order."""
    found = [
        field
        for field in fields
        if field.content.active and (not field.content.teams or team_id in field.content.teams)
    ]
    return sorted(found, key=lambda field: (field.position, field.id))


def missing(
    fields: Iterable[CustomField], team_id: UUID, values: Mapping[UUID, Value]
) -> list[CustomField]:
    """The fields that still want a value before such a ticket is solved, in their order."""
    shown = shown_to(fields, team_id)
    return [field for field in shown if field.content.required and field.id not in values]
