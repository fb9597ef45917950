"""How a desk's own fields are asked for in the search line: one example for each."""

from collections.abc import Iterable

from console.fields.model import Content, CustomField
from console.kernel.tongue import tr

FIELDS_SHOWN = 8
"""So many fields have an example, the first of the desk's order."""
_OPTIONS_SHOWN = 5


def field_lines(fields: Iterable[CustomField]) -> list[tuple[str, str]]:
    """A line that asks for each field in use, and what it finds."""
    active = [field.content for field in fields if field.content.active]
    return [(f"field:{_quoted(c.name)}{_value(c)}", _meaning(c)) for c in active[:FIELDS_SHOWN]]


def _value(content: Content) -> str:
    match content.type:
        case "choice":
            names = _options(content)
            return f"={_quoted(names[0])}" if names else ""
        case "yesno":
            return "=yes"
        case "number":
            return ">=100"
        case "date":
            return "=today"
    return ""


def _meaning(content: Content) -> str:
    match content.type:
        case "choice":
            return ", ".join(_options(content)[:_OPTIONS_SHOWN])
        case "yesno":
            return tr("yes or no")
        case "number":
            return tr("a number; =, > or < it")
        case "date":
            return tr("a day, month or year; =, > or < it")
    return tr("any text; with = such as has these words")


def _options(content: Content) -> list[str]:
    return [option.name for option in content.options if not option.gone]


def _quoted(text: str) -> str:
    """As the line takes it: what is more than letters and digits stands in quotation marks."""
    plain = text.replace('"', " ").lower()
    return plain if plain.isalnum() else f'"{plain}"'
