"""What a custom field may be, which values it takes, and who is shown it."""

from typing import Any

import pytest
from msgspec import structs

from console.fields.model import (
    MAX_DECIMALS,
    MAX_NAME_CHARS,
    MAX_OPTION_CHARS,
    MAX_OPTIONS,
    MAX_OPTIONS_KEPT,
    MAX_TEAMS,
    MAX_TEXT_CHARS,
    MAX_WHOLE_DIGITS,
    Content,
    CustomField,
    FieldType,
    Option,
    Value,
    checked,
    checked_value,
    column_of,
    field_of,
    missing,
    plain_number,
    shown_to,
)
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id


def code(before: Content | None = None, **content: Any) -> str:
    with pytest.raises(Refused) as refused:
        checked(Content(**{"name": "Reason", **content}), before)
    return refused.value.code


def options(*names: str) -> tuple[Option, ...]:
    return tuple(Option(name) for name in names)


def test_a_field_is_kept_trimmed_with_options_of_its_type_alone() -> None:
    team = new_id()
    kept = checked(Content(name="  Why   returned ", teams=(team, team), options=options("x")))
    assert (kept.name, kept.teams, kept.options) == ("Why returned", (team,), ())


def test_limits_hold_to_the_character() -> None:
    assert checked(Content(name="n" * MAX_NAME_CHARS)).name
    assert code(name="n" * (MAX_NAME_CHARS + 1)) == "bad_field_name"
    assert code(name=" ") == code(name="a\x07") == "bad_field_name"
    many = options(*(f"o{n}" for n in range(MAX_OPTIONS)))
    assert len(checked(Content(name="n", type="choice", options=many)).options) == MAX_OPTIONS
    assert code(type="choice", options=(*many, Option("more"))) == "bad_options"
    assert code(type="choice", options=()) == "bad_options"
    assert code(type="choice", options=options("x" * (MAX_OPTION_CHARS + 1))) == "bad_options"
    assert code(type="choice", options=options("Late", "late")) == "bad_options"
    assert code(teams=tuple(new_id() for _ in range(MAX_TEAMS + 1))) == "too_many_teams"


def test_what_a_field_holds_stays() -> None:
    assert code(Content(name="Reason", type="number"), type="text") == "field_type_fixed"


def test_options_keep_their_keys_and_those_taken_away_are_kept() -> None:
    first = checked(Content(name="n", type="choice", options=options("Late", "Broken", "Other")))
    assert [(o.key, o.name) for o in first.options] == [
        ("1", "Late"), ("2", "Broken"), ("3", "Other"),
    ]  # fmt: skip
    late, _broken, other = first.options
    wished = (structs.replace(other, name="Else"), Option("Lost"), late)
    again = checked(structs.replace(first, options=wished), first)
    assert [(o.key, o.name, o.gone) for o in again.options] == [
        ("3", "Else", False), ("4", "Lost", False), ("1", "Late", False), ("2", "Broken", True),
    ]  # fmt: skip
    third = checked(structs.replace(again, options=(*again.options[:3], Option("New"))), again)
    assert [o.key for o in third.options] == ["3", "4", "1", "5", "2"], "no key is used twice"


def test_options_are_not_kept_without_end() -> None:
    content = checked(Content(name="n", type="choice", options=options("a")))
    for n in range(MAX_OPTIONS_KEPT - 1):
        content = checked(structs.replace(content, options=options(f"b{n}")), content)
    assert len(content.options) == MAX_OPTIONS_KEPT
    assert code(content, type="choice", options=options("more")) == "bad_options"


CHOICE = checked(Content(name="n", type="choice", options=options("Late", "Broken")))


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", "  two  words ", "two words"),
        ("text", "x" * MAX_TEXT_CHARS, "x" * MAX_TEXT_CHARS),
        ("number", 12, 12.0),
        ("number", -0.0, 0.0),
        ("number", 99_999_999_999.9999, 99_999_999_999.9999),
        ("number", 0.1, 0.1),
        ("date", "2024-02-29", "2024-02-29"),
        ("yesno", True, True),
        ("yesno", False, False),
        ("choice", "2", "2"),
    ],
)
def test_values_that_are_taken(kind: FieldType, value: Value, kept: Value) -> None:
    content = CHOICE if kind == "choice" else Content(name="n", type=kind)
    found = checked_value(content, value)
    assert (found, type(found)) == (kept, type(kept))
    assert checked_value(content, found) == found


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", ""), ("text", " "), ("text", "x" * (MAX_TEXT_CHARS + 1)), ("text", "a\x00b"),
        ("text", 3.0), ("text", True),
        ("number", "12"), ("number", True), ("number", float("nan")), ("number", float("inf")),
        ("number", 10.0**MAX_WHOLE_DIGITS), ("number", -(10.0**MAX_WHOLE_DIGITS)),
        ("number", 10.0 ** -(MAX_DECIMALS + 1)),
        ("date", "2023-02-29"), ("date", "30.11.2026"), ("date", 2026.0),
        ("yesno", "certainly"), ("yesno", 1.0), ("choice", "Late"), ("choice", "9"), ("choice", True),
    ],
)  # fmt: skip
def test_values_that_are_not(kind: FieldType, value: Value) -> None:
    content = CHOICE if kind == "choice" else Content(name="n", type=kind)
    with pytest.raises(Refused) as refused:
        checked_value(content, value)
    assert refused.value.code == "bad_value"
    told = refused.value.message + repr(refused.value.fields)
    assert not isinstance(value, str) or len(value) < 3 or value not in told, "it is not repeated"


def test_an_option_that_is_gone_is_chosen_no_more() -> None:
    gone = checked(structs.replace(CHOICE, options=CHOICE.options[:1]), CHOICE)
    assert checked_value(gone, "1") == "1"
    with pytest.raises(Refused):
        checked_value(gone, "2")
    kept = gone.option("2")
    assert kept is not None
    assert kept.name == "Broken", "tickets that have it still say so"


def test_numbers_as_digits() -> None:
    assert [plain_number(n) for n in (3.0, 1250.5, -0.25, 0.0, 1e11, -0.00001)] == [
        "3", "1250.5", "-0.25", "0", "100000000000", "0",
    ]  # fmt: skip
    assert plain_number(float("inf")) == ""


def test_a_column_names_its_field() -> None:
    field_id = new_id()
    assert field_of(column_of(field_id)) == field_id
    assert [field_of(name) for name in ("status", "field_12", column_of(field_id) + "0")] == [
        None
    ] * 3


def made(position: int, **content: Any) -> CustomField:
    return CustomField(id=new_id(), content=Content(name="n", **content), position=position)


def test_who_is_shown_a_field_and_what_is_missing() -> None:
    team = new_id()
    everybody, europe = made(2), made(1, teams=(team,), required=True)
    off, must = made(0, active=False, required=True), made(3, required=True)
    fields = [everybody, europe, off, must]
    assert shown_to(fields, team) == [europe, everybody, must]
    assert shown_to(fields, NIL) == [everybody, must]
    assert missing(fields, team, {must.id: False}) == [europe], "no is an answer"
    assert missing(fields, NIL, {must.id: "x"}) == []
