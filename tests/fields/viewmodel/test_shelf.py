"""Values of custom fields in words and back: what is told can be typed, in every language."""

from collections.abc import Iterator

import pytest

from console.fields.model import MAX_TEXT_CHARS, Content, Option, Value, checked
from console.fields.records import FIELD, CreateField
from console.fields.viewmodel.shelf import Fields, read, told, typed_as
from console.kernel import tongue
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.ui import words
from tests.parts.acts import act
from tests.parts.console import Console

NUMBER, DAY = Content(name="Sum", type="number"), Content(name="Day", type="date")
TEXT, YES = Content(name="Why", type="text"), Content(name="Done", type="yesno")
CHOICE = checked(Content(name="Reason", type="choice", options=(Option("Late"), Option("Lost"))))


@pytest.fixture
def german() -> Iterator[None]:
    """Numbers and dates as they are written in German."""
    here = words.english()
    words.use(words.Manner(**{**vars(here), "decimal": ",", "month_first": False}))
    tongue.use("de", group=".")
    yield
    words.use(here)
    tongue.use(tongue.ENGLISH)


@pytest.mark.parametrize(
    ("content", "value", "shown"),
    [
        (TEXT, "lost & found", "lost & found"),
        (NUMBER, 1250.5, "1,250.5"),
        (NUMBER, -3.0, "-3"),
        (DAY, "2026-11-08", "8 Nov 2026"),
        (DAY, "soon", ""),
        (YES, True, "Yes"),
        (YES, False, "No"),
        (CHOICE, "2", "Lost"),
        (CHOICE, "9", ""),
        (NUMBER, "7", ""),
        (YES, None, ""),
    ],
)
def test_values_in_words(content: Content, value: Value | None, shown: str) -> None:
    assert told(content, value) == shown


@pytest.mark.parametrize(
    ("content", "typed", "value"),
    [
        (TEXT, " two  words ", "two words"),
        (NUMBER, "1,250.5", 1250.5),
        (NUMBER, "1 250.5", 1250.5),
        (NUMBER, "-3", -3.0),
        (DAY, "2026-11-08", "2026-11-08"),
        (DAY, "8.11.2026", "2026-11-08"),
        (DAY, "08/11/2026", "2026-11-08"),
        (NUMBER, "  ", None),
    ],
)
def test_what_is_typed(content: Content, typed: str, value: Value | None) -> None:
    assert read(content, typed) == value
    assert value is None or read(content, typed_as(content, value)) == value


def test_numbers_are_typed_as_the_language_writes_them(german: None) -> None:
    assert told(NUMBER, 1250.5) == "1.250,5"
    for typed, value in (("1.250,5", 1250.5), ("1250,5", 1250.5), ("12.5", 12.5), ("1.250", 1250)):
        assert read(NUMBER, typed) == value, typed


def test_a_date_begins_with_its_month_where_that_is_so() -> None:
    here = words.english()
    words.use(words.Manner(**{**vars(here), "month_first": True}))
    try:
        assert read(DAY, "11/8/2026") == "2026-11-08"
        assert told(DAY, "2026-11-08") == "Nov 8, 2026"
    finally:
        words.use(here)


@pytest.mark.parametrize(
    ("content", "typed", "sentence"),
    [
        (NUMBER, "1,5", "Sum takes a number such as 1,250.5, of at most 15 digits."),
        (NUMBER, "many", "Sum takes a number such as 1,250.5, of at most 15 digits."),
        (DAY, "31.2.2026", "Day takes a date such as 2026-11-30."),
        (TEXT, "x" * (MAX_TEXT_CHARS + 1), "Why takes one line of at most 200 characters."),
    ],
)
def test_what_is_wrong_is_said(content: Content, typed: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read(content, typed)
    assert (refused.value.code, refused.value.message) == ("bad_value", sentence)


@pytest.mark.anyio
async def test_fields_are_at_hand_as_they_change(console: Console) -> None:
    fields, changed = Fields(console.local), list[None]()
    fields.changed.connect(changed.append)
    assert fields.all == []
    cara, target = console.actor(console.cara), new_id()
    told_ = CreateField(content=Content(name="Sum", type="number", teams=(console.team.id,)))
    console.office.run(cara, act(target, told_))
    console.pull()
    assert changed
    found = fields.field(target)
    assert found is not None
    assert fields.shown_to(console.team.id) == fields.active == [found]
    assert fields.shown_to(new_id()) == []
    assert FIELD.name == "field"
