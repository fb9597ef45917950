"""In which language something is written: that of the dictionary that knows most of its words."""

import threading
import unicodedata
from collections.abc import Collection, Sequence

from console.conversations.viewmodel.dictionaries import Speller
from console.conversations.viewmodel.lexis import spelled

LEAST_WORDS = 5
"""Different words that must stand there before anything is made of them."""
MOST_WORDS = 200
"""Different words that are looked at, from the beginning on."""
SURE, AHEAD = 0.6, 0.2
"""The share of the words a dictionary must know, and by how much more than the first guess's."""
ENOUGH = 0.85
"""Who knows so many is not compared with others: their dictionaries need not be loaded."""
MOST_LANGUAGES = 12
"""Dictionaries that are asked; the likeliest come first."""
MOST_KNOWN = 20_000
"""Words remembered of each; then all of it are forgotten and looked up again."""
_SCRIPTS = {
    "ar": "arabic", "fa": "arabic", "ur": "arabic", "he": "hebrew", "ru": "cyrillic",
    "uk": "cyrillic", "bg": "cyrillic", "sr": "cyrillic", "el": "greek", "hi": "devanagari",
    "th": "thai", "ko": "hangul",
}  # fmt: skip
"""In which letters a language is written, where they are not Latin: others are not its words."""


def in_letters_of(language: str, word: str) -> bool:
    """Whether a word is in the letters that a language is written in."""
    script = _SCRIPTS.get(language.partition("_")[0], "latin")
    return unicodedata.name(word[0], "").lower().startswith(script)


def words_in(text: str, names: Collection[str]) -> list[str]:
    """The different words that tell something of a text's language, MOST_WORDS at most."""
    found: dict[str, None] = {}
    for line in text.split("\n"):
        for told in spelled(line):
            if told.word not in names:
                found[told.word] = None
                if len(found) == MOST_WORDS:
                    return list(found)
    return list(found)


class Guesser:
    """Compares dictionaries. It takes its time: its one method is called in a thread of its own."""

    def __init__(self, speller: Speller) -> None:
        self._speller, self._lock = speller, threading.Lock()
        self._known: dict[str, dict[str, bool]] = {}

    def language(self, words: Sequence[str], first: str, others: Sequence[str]) -> str:
        """In which of these languages the words are; empty where that cannot be told.

        `first` is what holds until now, empty for none; `others` the likeliest first.
        """
        if len(words) < LEAST_WORDS:
            return ""
        with self._lock:  # somebody may press for the next word while this goes on
            return self._compared(words, first, others)

    def _compared(self, words: Sequence[str], first: str, others: Sequence[str]) -> str:
        best, most = "", 0.0
        holds = self._share(first, words) if first else 0.0
        if holds >= ENOUGH:
            return first
        for language in [each for each in others if each != first][:MOST_LANGUAGES]:
            share = self._share(language, words)
            if share > most:
                best, most = language, share
            if most >= ENOUGH:
                break
        if most >= SURE and most - holds >= AHEAD:
            return best
        return first if holds >= SURE else ""

    def _share(self, language: str, words: Sequence[str]) -> float:
        """How many of the words are known, 0 to 1; none are of a language in other letters."""
        its = [word for word in words if in_letters_of(language, word)]
        if len(its) < SURE * len(words):
            return 0.0  # its dictionary is not even loaded
        known = self._known.setdefault(language, {})
        new = [word for word in its if word not in known]
        if new:
            if len(known) + len(new) > MOST_KNOWN:
                known.clear()
                new = its
            known |= self._speller.check(language, new)
        return sum(known[word] for word in its) / len(words)
