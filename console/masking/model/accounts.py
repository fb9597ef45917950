"""Bank account numbers in a text: IBANs of the length their country has, whose check digits fit."""

import re
from collections.abc import Iterator

from console.masking.model.contacts import Contact

_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 24, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
"""Letters of an IBAN by country, as the registry of ISO 13616 has them."""
_BEGINS = re.compile(r"(?<![^\W_])([A-Za-z]{2})[ -]?\d[ -]?\d")
_NAMED = re.compile(
    r"(?:iban|konto|account|compte|cuenta|conto|rachun)\w*\W{0,3}(?:\w{1,6}\W{1,3})?$",
    re.IGNORECASE,
)
_BEFORE = 24


def find(text: str) -> Iterator[Contact]:
    """The IBANs in a text, as letters and digits in capitals."""
    for begun in _BEGINS.finditer(text):
        length = _LENGTHS.get(begun[1].upper())
        end = _end(text, begun.start(), length) if length else 0
        if end and _is_written(text, begun.start(), end):
            account = "".join(filter(str.isalnum, text[begun.start() : end])).upper()
            if _checks(account):
                yield Contact(begun.start(), end, "account", account)


def _is_written(text: str, start: int, end: int) -> bool:
    """Whether it is written as one: in capitals, in one piece, or where one is spoken of.

    One in a hundred sequences of digits has good check digits, too.
    """
    told = text[start:end]
    if told.isupper() or told.isalnum():
        return True
    return _NAMED.search(text[max(0, start - _BEFORE) : start]) is not None


def _end(text: str, start: int, length: int) -> int:
    """Where so many letters and digits end, with at most a sign between any; 0 for no such place."""
    place, count, apart = start, 0, False
    while count < length:
        letter = text[place : place + 1]
        if letter.isalnum() and letter.isascii():
            count, apart = count + 1, False
        elif letter in (" ", "-") and not apart:
            apart = True
        else:
            return 0
        place += 1
    following = text[place : place + 1]
    return 0 if following.isalnum() else place


def _checks(account: str) -> bool:
    turned = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1
