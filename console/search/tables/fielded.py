"""What `field:` asks of a value, by what its custom field holds; and the tickets it is true of."""

from collections.abc import Sequence
from datetime import date, timedelta

from console.fields.model import CustomField
from console.fields.tables.rows import fields
from console.search.model.query import Filter, Wanted
from console.search.model.words import folded
from console.store.reader import Reader
from console.tickets.tables.values import CONTAINS, Asked, Params, matches, stood

_YES, _NO = ("yes", "true"), ("no", "false")
_ANY = "1 = 1"


def named(reader: Reader, name: str) -> list[CustomField]:
    """The fields in use that are called so; if none is, those with the name in theirs."""
    active = [field for field in fields(reader) if field.content.active]
    exact = [field for field in active if _plain(field.content.name) == _plain(name)]
    return exact or [field for field in active if _plain(name) in _plain(field.content.name)]


def asked(field: CustomField, known: Filter, param: Params) -> Asked | None:
    """What a filter asks of one field; None for what is no value of such a field."""
    held = _ANY if known.wanted is None else _held(field, known.wanted, param)
    return None if held is None else Asked(field.id, held)


def takes(field: CustomField, known: Filter) -> bool:
    """Whether a field can have what a filter asks for."""
    return asked(field, known, lambda _: "") is not None


def _held(field: CustomField, wanted: Wanted, param: Params) -> str | None:
    match field.content.type:
        case "number":
            return _number(wanted, param)
        case "date":
            return _day(wanted, param)
        case "text" if wanted.sign == "=":
            return matches(CONTAINS + wanted.value, param)
        case "yesno" if wanted.sign == "=" and wanted.value in _YES + _NO:
            return f"v.value = {param(stood(wanted.value in _YES))}"
        case "choice" if wanted.sign == "=":
            return _one_of(_options(field, wanted.value), param)
    return None


def _number(wanted: Wanted, param: Params) -> str | None:
    try:
        return f"v.value {wanted.sign} {param(stood(float(wanted.value)))}"
    except ValueError:
        return None


def _day(wanted: Wanted, param: Params) -> str | None:
    """A day, a month or a year: `=` anywhere in it, `>` after all of it."""
    if wanted.span is None:
        return None
    first, following = wanted.span
    last = following - timedelta(days=1)
    ends: dict[str, Sequence[tuple[str, date]]] = {
        "=": ((">=", first), ("<=", last)),
        ">": ((">", last),),
        ">=": ((">=", first),),
        "<": (("<", first),),
        "<=": (("<=", last),),
    }
    parts = (f"v.value {sign} {param(day.isoformat())}" for sign, day in ends[wanted.sign])
    return " AND ".join(parts)


def _options(field: CustomField, value: str) -> list[str]:
    """The keys of the options that are called so; if none is, of those with it in their names."""
    names = [(option.key, _plain(option.name)) for option in field.content.options]
    wanted = _plain(value)
    exact = [key for key, name in names if name == wanted]
    return exact or [key for key, name in names if wanted in name]


def _one_of(keys: Sequence[str], param: Params) -> str | None:
    return f"v.value IN ({', '.join(param(key) for key in keys)})" if keys else None


def _plain(name: str) -> str:
    """As a name can stand in the search line: without case, accents and quotation marks."""
    return " ".join(folded(name).replace('"', " ").split())
