"""A spelling dictionary of a few words, in place of the system's: slow where a test wants it."""

import threading
from collections.abc import Iterable

_ENGLISH = "a and dear hello late mail order parcel the to was we when will you"
_GERMAN = "Bestellung Guten Ihr Ihre Paket Sie Tag das haben ist kommt leider morgen und wir"
_ARABIC = "مرحبا الطرد سيصل غدا شكرا طلبك"
WORDS = {
    "en_US": frozenset(_ENGLISH.split()),
    "en_GB": frozenset({"hello", "parcel", "the", "colour", "was", "late"}),
    "de_DE": frozenset(_GERMAN.split()),
    "ar": frozenset(_ARABIC.split()),
}


class Wordlist:
    """Knows WORDS. `asked` are the words of each look-up, `threads` where it happened.

    While `gate` is shut nothing is answered.
    """

    def __init__(self, words: dict[str, frozenset[str]] = WORDS) -> None:
        self._words = words
        self.asked: list[set[str]] = []
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()

    def languages(self) -> tuple[str, ...]:
        self._wait()
        return tuple(sorted(self._words))

    def check(self, language: str, words: Iterable[str]) -> dict[str, bool]:
        told = set(words)
        self.asked.append(told)
        self._wait()
        return {word: word in self._words[language] for word in told}

    def suggest(self, language: str, word: str) -> list[str]:
        self._wait()
        return [known for known in sorted(self._words[language]) if known[0] == word[0]]

    def _wait(self) -> None:
        self.threads.add(threading.get_ident())
        assert self.gate.wait(10)
