"""Where words stand in a text: the quick way through plain letters finds what the slow one finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.search.model.words import Term, excerpt, spans

FOREIGN = "é "
"""Before a text it has every word looked at, one by one."""
_words = st.lists(st.sampled_from(["a", "ab", "b", "a1"]), min_size=1, max_size=3)
_terms = st.lists(st.builds(Term, _words.map(tuple), st.booleans()), min_size=1, max_size=2)


@given(st.text(alphabet="abAB1 _-.\n", max_size=40), _terms)
def test_plain_letters_are_found_as_any_others(text: str, terms: list[Term]) -> None:
    slow = [(start - 2, end - 2) for start, end in spans(FOREIGN + text, terms)]
    assert spans(text, terms) == slow


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("A parcel, parcels, myparcel", Term(("parcel",)), ["parcel"]),
        ("A parcel, Parcels, myparcel", Term(("parc",), begun=True), ["parcel", "Parcels"]),
        ("big  big-big", Term(("big", "big")), ["big  big-big"]),
        ("snake_case", Term(("case",)), ["case"]),
        ("Never arrived.", Term(("never", "arr"), begun=True), ["Never arrived"]),
    ],
)
def test_whole_words_in_a_row(text: str, term: Term, found: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text, (term,))] == found


def test_an_excerpt_shows_the_first_place() -> None:
    text = "word " * 200 + "needle " + "word " * 200
    shown = excerpt(text, (Term(("needle",)),), 100)
    assert "needle" in shown
    assert len(shown) < 110
