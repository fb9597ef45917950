"""Who may do what to which record, and who sees which scopes."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kernel.errors import Denied
from console.kernel.ids import new_id
from console.people.model import (
    INTAKE_SCOPE,
    INTERNAL,
    ORG_SCOPE,
    ROLES,
    Action,
    Actor,
    Team,
    User,
    authorize,
    granted_scopes,
    initials,
)

EUROPE, ASIA = Team(id=new_id(), name="Europe", scope=20), Team(id=new_id(), name="Asia", scope=30)


def user(
    role: str = "agent", teams: frozenset[UUID] = frozenset({EUROPE.id}), **more: bool
) -> User:
    return User(id=new_id(), name="Ana", email="a@b.c", role=role, teams=teams, scope=40, **more)


def actor(role: str, scopes: frozenset[int]) -> Actor:
    return Actor(new_id(), "Ana", role, frozenset(ROLES[role]), scopes)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(ROLES))
def test_an_action_needs_the_role(role: str, action: Action) -> None:
    who = actor(role, frozenset({20, 21}))
    if action in ROLES[role]:
        authorize(who, action, None)
        authorize(who, action, frozenset({20}))
    else:
        with pytest.raises(Denied):
            authorize(who, action, frozenset({20}))


@given(st.frozensets(st.sampled_from([20, 21, 30, 31])), st.frozensets(st.sampled_from([20, 30])))
def test_a_record_must_be_in_sight(granted: frozenset[int], own: frozenset[int]) -> None:
    who = actor("agent", granted)
    for action in (Action.REPLY, Action.NOTE):
        needed = {scope + 1 for scope in own} if action in INTERNAL else own
        if granted & needed:
            authorize(who, action, own)
        else:
            with pytest.raises(Denied):
                authorize(who, action, own)


def test_an_unknown_action_is_nobodys() -> None:
    with pytest.raises(Denied):
        authorize(actor("admin", frozenset({20})), "server.explode", None)


@pytest.mark.parametrize(
    ("who", "scopes"),
    [
        (user(), {ORG_SCOPE, INTAKE_SCOPE, INTAKE_SCOPE + 1, 20, 21, 40}),
        (user(teams=frozenset()), {ORG_SCOPE, INTAKE_SCOPE, INTAKE_SCOPE + 1, 40}),
        (user("supervisor", frozenset()), {ORG_SCOPE, 4, 5, 20, 21, 30, 31, 40}),
        (user("admin", frozenset()), {ORG_SCOPE, 4, 5, 20, 21, 30, 31, 40}),
        (user("integration", frozenset()), {INTAKE_SCOPE, 20, 30}),
        (user("admin", active=False), set()),
    ],
)
def test_who_sees_which_scopes(who: User, scopes: set[int]) -> None:
    assert granted_scopes(who, [EUROPE, ASIA]) == scopes


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Kovac", "AK"),
        ("ana", "A"),
        ("Ana Maria de la Cruz", "AC"),
        ("", "?"),
        ("  ", "?"),
        ("(hidden)", "?"),
        ("Ana (Desk)", "A"),
        ("王 小明", "王小"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
