"""Exact changes to a list: from any list to any other, told as few edits."""

from hypothesis import given
from hypothesis import strategies as st

from console.kernel.edits import Change, Insert, Remove, Reset, difference
from tests.parts.edits import applied

keys = st.lists(st.integers(0, 30), unique=True, max_size=12)


@given(keys, keys)
def test_the_edits_lead_from_one_list_to_the_other(old: list[int], new: list[int]) -> None:
    assert applied(list(old), difference(old, new)) == new


@given(keys, st.sets(st.integers(0, 30)))
def test_what_looks_different_is_told_in_its_place(held: list[int], changed: set[int]) -> None:
    edits = difference(held, held, changed)
    assert edits == [Change(at) for at, key in enumerate(held) if key in changed]


def test_growing_at_an_end_is_one_insert() -> None:
    assert difference([1, 2], [1, 2, 3, 4]) == [Insert(2, [3, 4])]
    assert difference([3, 4], [1, 2, 3, 4]) == [Insert(0, [1, 2])]
    assert difference([1, 2, 3], [1, 3]) == [Remove(1, 1)]
    assert difference([], []) == []


def test_a_reset_replaces_everything() -> None:
    assert applied([1, 2], [Reset([5]), Insert(1, [6])]) == [5, 6]
