"""What travels: scopes in pairs, commands that are the same wish, tolerant records."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw, structs

from console.catalog import catalog
from console.kernel.codec import Strict
from console.kernel.ids import new_id
from console.sync.records import Command, Rejected, Result, Results, command, internal_scope, sees

even = st.integers(0, 50).map(lambda n: n * 2)


class Wish(Strict, frozen=True):
    """A command's arguments."""

    word: str
    times: int = 1


@given(st.frozensets(even), st.frozensets(even))
def test_public_scopes_show_no_internal_side(granted: frozenset[int], own: frozenset[int]) -> None:
    assert sees(granted, own) is bool(granted & own)
    assert not sees(granted, own, internal=True)


@given(st.frozensets(even, min_size=1))
def test_the_odd_scope_shows_the_internal_side_alone(own: frozenset[int]) -> None:
    inside = frozenset(internal_scope(scope) for scope in own)
    assert sees(inside, own, internal=True)
    assert not sees(inside, own)


def test_a_command_is_named_after_its_arguments() -> None:
    target, cmd_id = new_id(), new_id()
    made = command(target, Wish(word="x"), cmd_id=cmd_id)
    assert (made.type, made.target, made.cmd_id, made.n) == ("Wish", target, cmd_id, 0)
    assert bytes(made.args) == b'{"word":"x"}'


def test_the_same_wish_has_the_same_digest_whatever_its_number_and_spacing() -> None:
    made = command(new_id(), Wish(word="x", times=2), cmd_id=new_id())
    spaced = structs.replace(made, n=9, args=Raw(b'{ "times": 2, "word": "x" }'))
    assert made.digest() == spaced.digest()


@pytest.mark.parametrize(
    "other",
    [
        {"type": "Other"},
        {"target": UUID(int=1)},
        {"base_rev": 3},
        {"after": UUID(int=1)},
        {"group": UUID(int=1)},
        {"requires": (UUID(int=1),)},
        {"v": 2},
        {"args": Raw(b'{"word":"y"}')},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_wish_has_another_digest(other: dict[str, object]) -> None:
    made = command(new_id(), Wish(word="x"), cmd_id=new_id())
    assert structs.replace(made, **other).digest() != made.digest()


def test_an_unknown_field_in_a_command_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(
            f'{{"cmd_id":"{new_id()}","type":"X","target":"{new_id()}","sudo":1}}', type=Command
        )


def test_an_unknown_field_in_an_answer_is_ignored() -> None:
    cmd_id = new_id()
    data = f'{{"results":[{{"cmd_id":"{cmd_id}","outcome":{{"r":"rejected","code":"x","why":1}}}}],"v":9}}'
    assert msgspec.json.decode(data, type=Results) == Results((Result(cmd_id, Rejected("x")),))


def test_children_name_their_parent_and_parents_come_first() -> None:
    seen: set[str] = set()
    for entry in catalog().tables.values():
        kind = entry.kind
        assert kind.parent is None or kind.parent in seen
        assert (kind.parent is None) == (kind.parent_id is None) == (entry.parent == "")
        seen.add(kind.name)
