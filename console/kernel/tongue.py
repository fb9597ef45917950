"""The language of the program: every sentence people see goes through `tr` or `trn`.

Catalogues are gettext's (`resources/locale/LANGUAGE/LC_MESSAGES/parley.mo`); English is the text in
the code. The language is set once, before the first window, and again when somebody changes it:
what is on screen is then built anew.
"""

import gettext
from typing import Final

from console.kernel.assets import asset
from console.kernel.errors import Unusable

ENGLISH: Final = "en"
DOMAIN: Final = "parley"


class _Tongue:
    """Which catalogue is in use in this process."""

    language = ENGLISH
    catalogue = gettext.NullTranslations()


def use(language: str) -> str:
    """Speak a language such as `de` or `ar` from now on; one we lack is English. The one in use."""
    _Tongue.language, _Tongue.catalogue = ENGLISH, gettext.NullTranslations()
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


def tr(text: str) -> str:
    """The sentence in the language in use; a whole one, with `{names}` for what is filled in."""
    return _Tongue.catalogue.gettext(text) if text else ""


def trn(one: str, many: str, number: int) -> str:
    """The form of a sentence that the language in use has for this number."""
    return _Tongue.catalogue.ngettext(one, many, number)


def pair(one: str, many: str) -> tuple[str, str]:
    """The two forms of a sentence that stands in a table, for `trn(*found, number)`."""
    return one, many


def mark(text: str) -> str:
    """A sentence that stands in a table: found for the catalogues, translated where it is shown."""
    return text
