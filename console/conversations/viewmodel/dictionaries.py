"""The spelling dictionaries of this computer, through Enchant: which there are and what they know."""

import logging
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import enchant

MOST_SUGGESTIONS = 6

log = logging.getLogger(__name__)


class Speller(Protocol):
    """Knows words. Its methods may take a while: they are called in a thread beside the screen's."""

    def languages(self) -> tuple[str, ...]:
        """The languages there are dictionaries of: `de_DE`, `en_US`; sorted."""

    def check(self, language: str, words: Iterable[str]) -> dict[str, bool]:
        """Whether each of the words is one, in one of `languages`."""

    def suggest(self, language: str, word: str) -> list[str]:
        """What may have been meant, the likeliest first; at most MOST_SUGGESTIONS."""


class Dictionaries:
    """Whatever Enchant finds: Hunspell's, Aspell's, the system's own. Nothing where it is missing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # the library works for one at a time
        self._broker: enchant.Broker | None = None
        self._found: tuple[str, ...] | None = None
        self._open: dict[str, enchant.Dict] = {}

    def languages(self) -> tuple[str, ...]:
        with self._lock:
            if self._found is None:
                self._found = self._look()
            return self._found

    def check(self, language: str, words: Iterable[str]) -> dict[str, bool]:
        with self._lock:
            known = self._dictionary(language)
            return {word: known.check(word) for word in words}

    def suggest(self, language: str, word: str) -> list[str]:
        with self._lock:
            return list(self._dictionary(language).suggest(word)[:MOST_SUGGESTIONS])

    def _look(self) -> tuple[str, ...]:
        try:
            import enchant  # it looks for the system's library, which may not be there
        except ImportError:
            log.info("no_enchant")
            return ()
        self._broker = enchant.Broker()
        return tuple(sorted(self._broker.list_languages()))

    def _dictionary(self, language: str) -> "enchant.Dict":
        known = self._open.get(language)
        if known is None:
            assert self._broker is not None, "languages() was asked before"
            known = self._open[language] = self._broker.request_dict(language)
        return known


@lru_cache(maxsize=1)
def dictionaries() -> Dictionaries:
    """The ones of this process: each language is loaded once, whichever window asks."""
    return Dictionaries()
