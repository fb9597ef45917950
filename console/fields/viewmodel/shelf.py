"""The custom fields that are here, and how their values are told and typed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from console.fields.model import (
    MAX_DECIMALS,
    MAX_TEXT_CHARS,
    MAX_WHOLE_DIGITS,
    Content,
    CustomField,
    FieldType,
    Value,
    checked_value,
    missing,
    plain_number,
    shown_to,
)
from console.fields.records import FIELD
from console.fields.tables import rows
from console.kernel import codec
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr
from console.sync.client.local import Local
from console.sync.client.telling import Touched
from console.ui import words

_THREE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
WRONG: Mapping[FieldType, str] = {
    "text": mark("{name} takes one line of at most {most} characters."),
    "number": mark("{name} takes a number such as {example}, of at most {most} digits."),
    "date": mark("{name} takes a date such as {example}."),
}


_TYPED = "fields"


_Texts = dict[str, str]


class Fields:
    """All custom fields that are here, in their order. `changed` when any did.

    What somebody types as a value and has not given yet is kept by ticket and field, as it is
    typed: also over a crash.
    """

    def __init__(self, local: Local) -> None:
        self._local = local
        self.all: Sequence[CustomField] = ()
        self.changed: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._load)
        self._load(None)

    @property
    def active(self) -> list[CustomField]:
        """Those in use."""
        return [field for field in self.all if field.content.active]

    def field(self, field_id: UUID) -> CustomField | None:
        """The field of that id, if it is here."""
        return next((field for field in self.all if field.id == field_id), None)

    def shown_to(self, team_id: UUID) -> list[CustomField]:
        """Those that a ticket in this team's queue has."""
        return shown_to(self.all, team_id)

    def missing(self, team_id: UUID, values: Mapping[UUID, Value]) -> list[CustomField]:
        """Those that still want a value before such a ticket is solved."""
        return missing(self.all, team_id, values)

    def typed(self, ticket_id: UUID, field_id: UUID) -> str | None:
        """What is typed for a ticket's field and not given, None for nothing."""
        return self._texts().get(f"{ticket_id} {field_id}")

    def keep_typed(self, ticket_id: UUID, field_id: UUID, typed: str | None) -> None:
        """This is typed for a ticket's field; None when it was given, or taken back."""
        key, texts = f"{ticket_id} {field_id}", self._texts()
        if texts.get(key) == typed:
            return
        texts.pop(key, None)
        if typed is not None:
            texts[key] = typed
        self._local.remember(_TYPED, codec.encode(texts).decode())

    def _texts(self) -> _Texts:
        return codec.decode(self._local.remembered.get(_TYPED, "{}"), _Texts)

    def _touched(self, touched: Touched) -> None:
        if FIELD.name in touched:
            self._load(None)

    def _load(self, _: None) -> None:
        reader = self._local.reader
        self.all = rows.fields(reader) if reader else ()
        self.changed.emit(None)


def told(content: Content, value: Value | None) -> str:
    """A value in words; empty for none, and for one that this release cannot read."""
    match content.type, value:
        case "yesno", bool():
            return tr("Yes") if value else tr("No")
        case "number", float() | int():
            return words.decimal(plain_number(value))
        case "date", str():
            return _date_told(value)
        case "choice", str():
            option = content.option(value)
            return option.name if option else ""
        case "text", str():
            return value
    return ""


def typed_as(content: Content, value: Value | None) -> str:
    """A value as one would type it."""
    return value if content.type == "date" and isinstance(value, str) else told(content, value)


def read(content: Content, typed: str) -> Value | None:
    """What somebody typed into a field of text, numbers or dates as a value; None for nothing.

    Raises Refused `bad_value` with a sentence that says what the field takes.
    """
    text = typed.strip()
    if not text:
        return None
    try:
        return checked_value(content, _meant(content, text))
    except (Refused, ValueError) as error:
        raise Refused("bad_value", wrong(content), fields={"value": content.type}) from error


def wrong(content: Content) -> str:
    """The sentence that says what a field takes."""
    examples = {"number": words.decimal("1250.5"), "date": "2026-11-30"}
    most = MAX_WHOLE_DIGITS + MAX_DECIMALS if content.type == "number" else MAX_TEXT_CHARS
    sentence = tr(WRONG[content.type])
    return sentence.format(name=content.name, most=most, example=examples.get(content.type, ""))


def _meant(content: Content, text: str) -> Value:
    match content.type:
        case "number":
            return float(words.undecimal(text))
        case "date":
            return _date_meant(text)
    return text


def _date_told(value: str) -> str:
    try:
        return words.brief_date(date.fromisoformat(value))
    except ValueError:
        return ""


def _date_meant(text: str) -> str:
    """`2026-11-30`, or day, month and year in the order of the language."""
    found = _THREE.fullmatch(text)
    if found is None:
        return date.fromisoformat(text).isoformat()
    first, second, year = (int(part) for part in found.groups())
    month, day = (first, second) if words.month_first() else (second, first)
    return date(year, month, day).isoformat()
