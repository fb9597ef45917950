"""Values of custom fields as one query column, and what conditions ask of it.

Which fields there are is data, so none has a column of its own: all of a ticket's values stand in
one text, in an index with the tickets' ids. A condition reads that index once, some 50 ms at
100,000 tickets of which most have values, and the view's own order is kept.
"""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from console.fields.model import MAX_WHOLE_DIGITS, Value, field_of
from console.store.reader import Reader
from console.store.reader import Value as Param
from console.tickets.model.days import RELATIVE, days_of
from console.views.model import Condition

FIELD_BYTES = 2_000
"""So much of a ticket's values can be asked for, short ones first: an index entry holds no more.

All numbers, dates, options and yes-or-noes of as many fields as there may be stand in it.
"""
AT_LEAST, EXACTLY, CONTAINS, UNSET = ">=", "=", "~", ""
"""How a condition's value begins; UNSET is one without a value."""
_LIFT = 2 * 10**MAX_WHOLE_DIGITS
_BAR = str.maketrans("|", " ")
_NOTHING = "1 = 0"


def values_column(values: Mapping[UUID, Value]) -> str:
    """Values as one text, `|key=value|key=value|`; those for which FIELD_BYTES leave no room not."""
    entries = [f"{_key(field_id)}={stood(value)}|" for field_id, value in values.items()]
    text = ""
    for entry in sorted(entries, key=lambda entry: (len(entry), entry)):
        longer = f"{text or '|'}{entry}"
        if len(longer.encode()) <= FIELD_BYTES:
            text = longer
    return text


def stood(value: Value) -> str:
    """A value as it stands in the column: numbers so that they sort as texts, texts in lower case."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.casefold().translate(_BAR)
    return f"{value + _LIFT:.4f}"


def values_where(
    condition: Condition, param: Callable[[Param], str], reader: Reader, today: date
) -> str:
    """A condition on a custom field as SQL on `t`; `param` makes parameters.

    Days are counted from `today`.
    """
    field_id = field_of(condition.field)
    if field_id is None:
        return _NOTHING
    asked = [
        _asked(field_id, value, condition.without, param, reader, today)
        for value in condition.values
    ]
    glue = " AND " if condition.without else " OR "
    return f"({glue.join(asked) or _NOTHING})"


def _asked(
    field_id: UUID,
    value: str,
    without: bool,
    param: Callable[[Param], str],
    reader: Reader,
    today: date,
) -> str:
    begun = f"|{_key(field_id)}="
    if value.startswith(RELATIVE):
        return _within(begun, value, without, param, reader, today)
    if value == UNSET:
        return _of(f"f.fields LIKE {param(_like(begun))} ESCAPE '!'", not without)
    if value.startswith(AT_LEAST):
        wanted = _sorted(value.removeprefix(AT_LEAST))
        if wanted is None:
            return _NOTHING
        place = reader.place_of("f.fields", param(begun))
        width = len(wanted)
        part = f"substr(f.fields, {place} + {len(begun)}, {width})"
        # Those without a value are neither at least so much nor less.
        order = "<" if without else ">="
        return _of(f"{place} > 0 AND {part} {order} {param(wanted)}", False)
    if value.startswith(CONTAINS):
        # LIKE cannot say that the value ends before, so it is cut out of what has the words at all.
        found = value.removeprefix(CONTAINS).casefold().translate(_BAR)
        place = reader.place_of("f.fields", param(begun))
        rest = f"substr(f.fields, {place} + {len(begun)})"
        bar = "'|'"
        own = f"substr({rest}, 1, {reader.place_of(rest, bar)})"
        anywhere = f"f.fields LIKE {param(_like(found))} ESCAPE '!'"
        inside = f"{place} > 0 AND {reader.place_of(own, param(found))} > 0"
        return _of(f"{anywhere} AND {inside}", without)
    exact = f"{begun}{stood(value.removeprefix(EXACTLY))}|"
    return _of(f"f.fields LIKE {param(_like(exact))} ESCAPE '!'", without)


def _within(
    begun: str,
    value: str,
    without: bool,
    param: Callable[[Param], str],
    reader: Reader,
    today: date,
) -> str:
    """Dates between two days. Those without one are neither in between nor not."""
    days = days_of(value)
    if days is None:
        return _NOTHING
    first, last = days.dates(today)
    place = reader.place_of("f.fields", param(begun))
    part = f"substr(f.fields, {place} + {len(begun)}, {len(today.isoformat())})"
    signs = ("<", ">", " OR ") if without else (">=", "<=", " AND ")
    ends = [
        f"{part} {sign} {param(end)}"
        for sign, end in zip(signs, (first, last), strict=False)
        if end
    ]
    return _of(f"{place} > 0 AND ({signs[2].join(ends)})", False)


def _of(condition: str, without: bool) -> str:
    """Tickets of which the index of values says so. The view is still read in its own order."""
    word = "NOT IN" if without else "IN"
    return f"coalesce(t.id, t.id) {word} (SELECT f.id FROM tickets f WHERE {condition})"


def _like(text: str) -> str:
    plain = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{plain}%"


def _sorted(told: str) -> str | None:
    """The border of a range as values stand in the column; None for what is neither."""
    try:
        return stood(float(told))
    except ValueError:
        return told if len(told) == len("2026-01-01") else None


def _key(field_id: UUID) -> str:
    """What tells fields apart, briefly: the random end of their ids."""
    return field_id.hex[-12:]
