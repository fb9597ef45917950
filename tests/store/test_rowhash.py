"""Fingerprints of tables: what differs shows, how rows are ordered does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.store.rowhash import Fingerprint, RowHash

VALUES = st.one_of(
    st.none(), st.integers(-(1 << 63), (1 << 63) - 1), st.text(max_size=20), st.binary(max_size=20)
)
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=20)


def fingerprint(
    rows: list[tuple[object, object]], columns: tuple[str, str] = ("a", "b")
) -> Fingerprint:
    seen = RowHash(columns)
    seen.add(rows)
    return seen.fingerprint


@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 20))
def test_order_and_portions_do_not_matter(
    rows: list[tuple[object, object]], dice, cut: int
) -> None:
    shuffled = dice.sample(rows, len(rows))
    portions = RowHash(("a", "b"))
    portions.add(shuffled[:cut])
    portions.add(shuffled[cut:])
    assert portions.fingerprint == fingerprint(rows)


@given(ROWS, st.tuples(VALUES, VALUES))
def test_one_more_row_shows(rows: list[tuple[object, object]], more: tuple[object, object]) -> None:
    assert fingerprint([*rows, more]) != fingerprint(rows)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((None, "x"), ("", "x")),
        ((1, "x"), ("1", "x")),
        (("x", None), (b"x", None)),
        (("ab", "c"), ("a", "bc")),
        ((0, None), (False, None)),
        (("é", ""), ("e\u0301", "")),
    ],
)
def test_values_that_only_look_alike_differ(
    one: tuple[object, object], other: tuple[object, object]
) -> None:
    assert fingerprint([one]) != fingerprint([other])


def test_the_same_rows_twice_are_not_none() -> None:
    assert fingerprint([(1, 2), (1, 2)]) != fingerprint([])


def test_columns_belong_to_it() -> None:
    assert fingerprint([(1, 2)]) != fingerprint([(1, 2)], ("a", "c"))


def test_it_is_the_same_for_ever() -> None:
    """It stands in backups: another release must come to the same."""
    found = fingerprint([(1, "Lena"), (None, b"\x00\xff"), (-(1 << 62), "")])
    assert found == Fingerprint(3, "709ac7ceb72b7164aa7915903abfd8ab")


def test_it_says_how_many_bytes_it_took_in() -> None:
    assert RowHash(("a",)).add([(b"x" * 1000,), ("y" * 1000,)]) == pytest.approx(2000, abs=20)
