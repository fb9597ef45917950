"""The language of the program: every sentence people see goes through `tr` or `trn`.

Catalogues are gettext's (`resources/locale/LANGUAGE/LC_MESSAGES/parley.mo`); English is the text in
the code. The language is set once, before the first window, and again when somebody changes it:
what is on screen is then built anew.
"""

import gettext
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from console.kernel.assets import asset
from console.kernel.errors import Unusable

ENGLISH: Final = "en"
LANGUAGES: Final = {"en": "English", "de": "Deutsch", "ar": "العربية"}
"""The languages there are, each by the name it calls itself."""
DOMAIN: Final = "parley"
RIGHT_TO_LEFT: Final = frozenset({"ar"})
# A text of the other direction keeps to itself: what stands beside it stays in its order.
_APART, _TOGETHER, _FROM_RIGHT = "\u2068", "\u2069", "\u200f"
_LEFTWARD, _RIGHTWARD = frozenset({"R", "AL", "AN"}), frozenset({"L", "EN"})


class _Tongue:
    """Which catalogue is in use in this process."""

    language = ENGLISH
    catalogue = gettext.NullTranslations()
    group = ","


class Sentence(str):
    """A sentence whose `{names}` are filled in with texts of any direction."""

    __slots__ = ()

    def format(self, *args: object, **values: Any) -> str:
        """The sentence with its names filled in; a text of the other direction is kept apart."""
        apart = {name: _apart(value) for name, value in values.items()}
        return _begun(super().format(*args, **apart))


def apart(text: str) -> str:
    """A text among others: one of the other direction keeps its signs, `+tag` its plus in front."""
    return str(_apart(text))


def _apart(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    if value.isascii() and not runs_right_to_left():
        return value
    other_way = _RIGHTWARD if runs_right_to_left() else _LEFTWARD
    if any(unicodedata.bidirectional(letter) in other_way for letter in value):
        return f"{_APART}{value}{_TOGETHER}"
    return value


def _begun(text: str) -> str:
    """A line of ours, which runs the way of the language whatever it begins with."""
    return f"{_FROM_RIGHT}{text}" if text and runs_right_to_left() else text


def use(language: str, group: str = ",") -> str:
    """Speak a language such as `de` or `ar` from now on; one we lack is English. The one in use.

    `group` is what it puts between the thousands of a number.
    """
    _Tongue.language, _Tongue.catalogue = ENGLISH, gettext.NullTranslations()
    _Tongue.group = group
    if language != ENGLISH:
        try:
            path = asset("locale", language, "LC_MESSAGES", f"{DOMAIN}.mo")
        except Unusable:
            return ENGLISH
        with path.open("rb") as file:
            _Tongue.catalogue = gettext.GNUTranslations(file)
        _Tongue.language = language
    return _Tongue.language


def language() -> str:
    """The language in use, such as `en`, `de` or `ar`."""
    return _Tongue.language


def runs_right_to_left() -> bool:
    """Whether the language in use is written from right to left."""
    return _Tongue.language in RIGHT_TO_LEFT


def tr(text: str) -> str:
    """The sentence in the language in use; a whole one, with `{names}` for what is filled in."""
    return Sentence(_Tongue.catalogue.gettext(text) if text else "")


def trn(one: str, many: str, number: int) -> str:
    """The form of a sentence that the language in use has for this number."""
    return Sentence(_Tongue.catalogue.ngettext(one, many, number))


def pair(one: str, many: str) -> tuple[str, str]:
    """The two forms of a sentence that stands in a table, for `trn(*found, number)`."""
    return one, many


def mark(text: str) -> str:
    """A sentence that stands in a table: found for the catalogues, translated where it is shown."""
    return text


def number(value: int) -> str:
    """A number with its thousands apart: `6,000`."""
    return f"{value:,}".replace(",", _Tongue.group)


def beside(parts: Iterable[str]) -> str:
    """Things side by side, without the empty ones: `Hamburg · German · 15:08 there`."""
    return joined(" · ", filter(None, parts))


def joined(sign: str, parts: Iterable[str]) -> str:
    """Texts one after the other in the order of the language, whatever direction each has."""
    return _begun(sign.join(map(apart, parts)))
