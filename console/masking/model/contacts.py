"""Contact data in a text, whatever way it is written; hostile text takes no more than linear time."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

ContactKind = Literal["email", "phone", "messenger", "account", "link"]
KINDS: tuple[ContactKind, ...] = ("email", "phone", "messenger", "account", "link")
_TAKEN, _LINKED = 1, 2
_UNSEEN = "\u034f\ufe0e\ufe0f\u20e3"
"""What joins letters, chooses how one looks, or draws a key around it."""
_KEPT = 64
"""Texts whose contacts are remembered: what is typed is looked through again when it is sent."""


class Contact(NamedTuple):
    """Letters `start` to `end` of a text say how somebody is reached outside.

    `value` is what they say, always written the same: an address in lower case, digits of a
    telephone number (with its country where it is known), an IBAN, the host of a link.
    """

    start: int
    end: int
    kind: ContactKind
    value: str


@lru_cache(maxsize=_KEPT)
def find(text: str, regions: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> list[Contact]:
    """All contact data in a text, in its order; none overlaps another, but addresses may lie in links.

    `regions` are the countries (ISO 3166) whose people write telephone numbers as at home;
    `numbers` are telephone numbers (digits alone) known to be somebody's, found however written.
    """
    from console.masking.model import accounts, addresses, phones

    folded, places = _folded(text)
    found: list[Contact] = []
    taken = bytearray(len(folded))
    for contact in _each(
        accounts.find(folded), addresses.find(folded), phones.find(folded, regions, numbers)
    ):
        inside = taken[contact.start : contact.end]
        if not any(inside) or (contact.kind == "email" and _TAKEN not in inside):
            address = "/" in folded[contact.start : contact.end]
            sign = _LINKED if address else _TAKEN
            taken[contact.start : contact.end] = bytes([sign]) * len(inside)
            found.append(contact)
    found.sort()
    return [_placed(contact, places) for contact in found] if places else found


def _each(*finders: Iterable[Contact]) -> Iterator[Contact]:
    for finder in finders:
        yield from finder


def _placed(contact: Contact, places: Sequence[int]) -> Contact:
    return contact._replace(start=places[contact.start], end=places[contact.end - 1] + 1)


def _folded(text: str) -> tuple[str, Sequence[int] | None]:
    """The text with digits, signs and spaces of any script as ASCII has them, and no unseen letters.

    Where letters were left out, also the place that each of the rest has in the text.
    """
    if text.isascii():
        return text, None
    table = {letter: _fold(letter) for letter in set(text)}
    if all(table.values()):
        return "".join([table[letter] for letter in text]), None
    places = [place for place, letter in enumerate(text) if table[letter]]
    return "".join([table[text[place]] for place in places]), places


def _fold(letter: str) -> str:
    if letter.isascii():
        return letter
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category == "Cf" or letter in _UNSEEN:
        return ""
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter
