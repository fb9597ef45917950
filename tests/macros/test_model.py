"""What may stand in a macro, and what several deeds together come to."""

from typing import Any

import pytest

from console.conversations.model import gaps
from console.fields.model import MAX_FIELDS
from console.fields.model import MAX_TEXT_CHARS as MAX_VALUE_CHARS
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.macros.model import (
    MAX_NAME_CHARS,
    MAX_SHORTCUT_CHARS,
    MAX_TEXT_CHARS,
    PLACEHOLDERS,
    Content,
    checked,
)
from console.tickets.model import MAX_TAGS, Deeds, Status


def code(**content: Any) -> str:
    with pytest.raises(Refused) as refused:
        checked(Content(**{"name": "Late parcel", "text": "Sorry", **content}))
    return refused.value.code


def test_what_is_kept_is_trimmed_and_clean() -> None:
    told = Content(
        name="  Late   parcel ", shortcut=" /Late ", text="\n\nDear {customer.first}\r\n\n",
        deeds=Deeds(add_tags=("Lost Parcel", "lost-parcel")), team_id=new_id(),
    )  # fmt: skip
    kept = checked(told)
    assert (kept.name, kept.shortcut, kept.text) == ("Late parcel", "late", "Dear {customer.first}")
    assert kept.deeds.add_tags == ("lost-parcel",)
    assert kept.team_id == NIL, "what is not a team's names no team"


def test_limits_hold_to_the_character() -> None:
    assert checked(Content(name="n" * MAX_NAME_CHARS, text="x")).name
    assert checked(Content(name="n", text="x" * MAX_TEXT_CHARS)).text
    assert checked(Content(name="n", text="x", shortcut="s" * MAX_SHORTCUT_CHARS)).shortcut
    assert code(name="n" * (MAX_NAME_CHARS + 1)) == "bad_macro_name"
    assert code(text="x" * (MAX_TEXT_CHARS + 1)) == "macro_too_long"
    assert code(shortcut="s" * (MAX_SHORTCUT_CHARS + 1)) == "bad_shortcut"
    many = tuple(f"t{n}" for n in range(MAX_TAGS + 1))
    assert code(deeds=Deeds(add_tags=many)) == "too_many_tags"
    fields = {new_id(): True for _ in range(MAX_FIELDS)}
    assert checked(Content(name="n", deeds=Deeds(fields=fields))).deeds.fields == fields
    assert code(deeds=Deeds(fields={**fields, new_id(): True})) == "too_many_fields"
    assert code(deeds=Deeds(fields={new_id(): "x" * (MAX_VALUE_CHARS + 1)})) == "bad_value"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ({"name": "  "}, "bad_macro_name"),
        ({"name": "a\x07b"}, "bad_macro_name"),
        ({"shortcut": "two words"}, "bad_shortcut"),
        ({"shortcut": "-x"}, "bad_shortcut"),
        ({"text": "  "}, "macro_empty"),
        ({"text": "Dear {customer.nose}"}, "bad_placeholder"),
        ({"deeds": Deeds(add_tags=("",))}, "bad_tag"),
        ({"sharing": "team"}, "no_team"),
    ],
)
def test_what_cannot_be_kept_says_why(content: dict[str, Any], wanted: str) -> None:
    assert code(**content) == wanted


def test_a_macro_may_do_without_a_text() -> None:
    assert checked(Content(name="Close", deeds=Deeds(status=Status.SOLVED))).text == ""


def test_braces_that_are_no_placeholder_are_text() -> None:
    assert checked(Content(name="n", text="{x} {} { order.number }")).text
    assert gaps("{x} {} { order.number }") == []


def test_every_placeholder_is_found_as_one() -> None:
    for name in PLACEHOLDERS:
        assert gaps(f"a {{{name}}} b") == [(2, 4 + len(name))]
