"""Saved views: who may keep which, and what a view may be."""

from typing import Any

import pytest
from msgspec import structs

from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.model import User
from console.views import model
from console.views.model import (
    MAX_COLUMNS,
    MAX_CONDITIONS,
    MAX_NAME_CHARS,
    MAX_VALUE_CHARS,
    MAX_VALUES,
    Condition,
    SavedView,
    checked,
    may_keep,
)

ME, OTHER, EUROPE, ASIA = new_id(), new_id(), new_id(), new_id()
OPEN = Condition(field="status", values=("open",))


def somebody(role: str, **more: Any) -> User:
    told = {"id": ME, "name": "Ana", "email": "a@x.y", "role": role, "teams": frozenset({EUROPE})}
    return User(**{**told, **more})


@pytest.mark.parametrize(
    ("role", "audience", "owner", "team", "may"),
    [
        ("agent", "personal", ME, NIL, True),
        ("agent", "personal", OTHER, NIL, False),
        ("supervisor", "personal", OTHER, NIL, False),
        ("agent", "team", OTHER, EUROPE, True),
        ("agent", "team", ME, ASIA, False),
        ("supervisor", "team", OTHER, ASIA, True),
        ("admin", "team", OTHER, NIL, False),
        ("agent", "shared", ME, NIL, False),
        ("supervisor", "shared", OTHER, NIL, True),
        ("admin", "shared", OTHER, NIL, True),
        ("integration", "personal", ME, NIL, False),
        ("integration", "shared", ME, NIL, False),
    ],
)
def test_who_may_keep_a_view(role: str, audience: Any, owner: Any, team: Any, may: bool) -> None:
    assert may_keep(somebody(role), audience, owner, team) is may


def test_who_left_keeps_none() -> None:
    assert not may_keep(somebody("admin", active=False), "personal", ME, NIL)


def test_a_view_is_kept_tidy() -> None:
    twice = Condition(field="tag", values=("a", "b", "a"))
    tidy = checked(SavedView(name="  Late \n ones ", conditions=(twice,)))
    assert (tidy.name, tidy.conditions[0].values) == ("Late ones", ("a", "b"))


def many(count: int, make: Any) -> tuple[Any, ...]:
    return tuple(make(n) for n in range(count))


@pytest.mark.parametrize(
    ("field", "most", "over"),
    [
        ("name", {"name": "x" * MAX_NAME_CHARS}, {"name": "x" * (MAX_NAME_CHARS + 1)}),
        (
            "conditions",
            {"conditions": (OPEN,) * MAX_CONDITIONS},
            {"conditions": (OPEN,) * (MAX_CONDITIONS + 1)},
        ),
        (
            "conditions",
            {"conditions": (Condition(field="tag", values=many(MAX_VALUES, str)),)},
            {"conditions": (Condition(field="tag", values=many(MAX_VALUES + 1, str)),)},
        ),
        (
            "conditions",
            {"conditions": (Condition(field="tag", values=("x" * MAX_VALUE_CHARS,)),)},
            {"conditions": (Condition(field="tag", values=("x" * (MAX_VALUE_CHARS + 1),)),)},
        ),
        (
            "columns",
            {"columns": many(MAX_COLUMNS, lambda n: "c" * (n + 1))},
            {"columns": many(MAX_COLUMNS + 1, lambda n: "c" * (n + 1))},
        ),
    ],
)
def test_limits(field: str, most: dict[str, Any], over: dict[str, Any]) -> None:
    view = SavedView(name="x")
    assert checked(structs.replace(view, **most))
    with pytest.raises(Refused) as refusal:
        checked(structs.replace(view, **over))
    assert (refusal.value.code, list(refusal.value.fields)) == ("bad_view", [field])


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " \n "}, {"name": "a\u202eb"}, {"icon": "skull"}, {"columns": ("a", "a")},
        {"columns": ("A b",)}, {"sort": "by; drop"}, {"audience": "team"}, {"team_id": EUROPE},
        {"conditions": (Condition(field="moon", values=("full",)),)},
        {"conditions": (Condition(field="tag", values=()),)},
        {"conditions": (Condition(field="tag", values=("a\nb",)),)},
    ],
)  # fmt: skip
def test_what_cannot_be_kept(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        checked(structs.replace(SavedView(name="x"), **wrong))
    assert refusal.value.code == "bad_view"
    assert set(refusal.value.fields) <= set(wrong) | {"team_id"}


@pytest.mark.usefixtures("qapp")
def test_every_icon_can_be_drawn() -> None:
    from console.ui import icons

    assert model.DEFAULT_ICON in model.ICONS
    _, drawn = icons._glyphs()
    assert set(model.ICONS) <= set(drawn)
