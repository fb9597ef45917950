"""Which language a text is in: by dictionaries that are not even loaded where letters tell enough."""

import pytest

from console.conversations.viewmodel import guessing
from console.conversations.viewmodel.guessing import (
    LEAST_WORDS,
    MOST_LANGUAGES,
    MOST_WORDS,
    Guesser,
    in_letters_of,
    words_in,
)
from tests.fakes.speller import Wordlist

ENGLISH = ["hello", "we", "will", "mail", "the", "parcel"]


def test_words_are_counted_once_and_no_more_than_needed() -> None:
    assert words_in("Hello Lena, hello\n> quoted words\nthe 12345 parcel", {"Lena"}) == [
        "Hello", "hello", "the", "parcel",
    ]  # fmt: skip
    many = " ".join(f"w{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(MOST_WORDS + 50))
    assert len(words_in(many, ())) == MOST_WORDS


def test_a_few_words_tell_nothing() -> None:
    speller = Wordlist()
    assert Guesser(speller).language(ENGLISH[: LEAST_WORDS - 1], "de_DE", ["en_US"]) == ""
    assert speller.asked == []


def test_who_knows_nearly_all_is_compared_with_nobody() -> None:
    speller = Wordlist()
    assert Guesser(speller).language(ENGLISH, "en_US", ["de_DE"]) == "en_US"
    assert len(speller.asked) == 1


def test_a_dictionary_of_other_letters_is_not_loaded() -> None:
    speller = Wordlist()
    assert Guesser(speller).language(ENGLISH, "ar", ["en_US"]) == "en_US"
    assert len(speller.asked) == 1
    assert in_letters_of("ar_EG", "الطرد")
    assert not in_letters_of("ar_EG", "parcel")


def test_only_new_words_are_looked_up() -> None:
    speller = Wordlist()
    guesser = Guesser(speller)
    guesser.language(ENGLISH, "en_US", [])
    guesser.language([*ENGLISH, "late"], "en_US", [])
    assert speller.asked == [set(ENGLISH), {"late"}]


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"x{chr(97 + n)}": frozenset[str]() for n in range(MOST_LANGUAGES + 3)}
    speller = Wordlist(many)
    assert Guesser(speller).language(ENGLISH, "", sorted(many)) == ""
    assert len(speller.asked) == MOST_LANGUAGES
    monkeypatch.setattr(guessing, "MOST_KNOWN", 8)
    speller = Wordlist()
    guesser = Guesser(speller)
    guesser.language(ENGLISH, "en_US", [])
    assert guesser.language([*ENGLISH[3:], "late", "order", "to"], "en_US", []) == "en_US"
    assert len(guesser._known["en_US"]) == 6
