"""The words of a text: how they are indexed, compared with what was typed, and found again in it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

PREFIX_CHARS = 3
"""A word typed last stands for all that begin so from this many letters on."""

# Scripts written without spaces (and Hangul, whose particles cling to the word): each letter is a
# word, so that any part of a text is found as a phrase.
_ALONE = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9d\U00020000-\U0003ffff"
)
_LETTER = re.compile(f"[{_ALONE}]")
_QUOTED = re.compile(r"^(?:[ \t]*>)+", re.MULTILINE)
"""How mail marks lines of somebody else's."""
_WORD = re.compile(f"[{_ALONE}]|(?:(?![{_ALONE}])[^\\W_]|[\u0300-\u036f])+")


class Token(NamedTuple):
    """A word of a text, folded, and where it stands there."""

    text: str
    start: int
    end: int


class Term(NamedTuple):
    """What is looked for: words that follow one another; the last may be only begun."""

    words: tuple[str, ...]
    begun: bool = False


def indexed(text: str) -> str:
    """A text as it goes into the index: letters of scripts without spaces stand alone."""
    return text if text.isascii() else _LETTER.sub(r" \g<0> ", text)


def folded(text: str) -> str:
    """The same letters for whoever does not care about case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def plain(text: str) -> str:
    """The words of a text alone, folded, one space apart."""
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    return " ".join(token.text for token in tokens(text))


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in their order."""
    if text.isascii():
        for found in _WORD.finditer(text.lower()):
            yield Token(found[0], found.start(), found.end())
        return
    for found in _WORD.finditer(text):
        word = folded(found.group())
        if word:
            yield Token(word, found.start(), found.end())


def spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where any of the terms stands in a text: start and end, ascending, none over another."""
    plain = folded(text)
    terms = [term for term in terms if all(word in plain for word in term.words)]
    if not terms:
        return []
    found: list[tuple[int, int]] = []
    if text.isascii():
        for term in terms:
            found += _places(plain, term)
        return _joined(sorted(found))
    known = list(tokens(text))
    for term in terms:
        size = len(term.words)
        found += [
            (known[at].start, known[at + size - 1].end)
            for at in range(len(known) - size + 1)
            if _stands(known[at : at + size], term)
        ]
    return _joined(sorted(found))


def has(text: str, term: Term) -> bool:
    """Whether a text has the term."""
    return bool(spans(text, (term,)))


def _places(plain: str, term: Term) -> Iterator[tuple[int, int]]:
    """Where a term stands in small ASCII letters, found without looking at every word."""
    shape, first = _shape(term), term.words[0]
    at = plain.find(first)
    while at >= 0:
        found = shape.match(plain, at) if at == 0 or not plain[at - 1].isalnum() else None
        if found is not None:
            yield found.span()
        at = plain.find(first, at + 1)


@lru_cache(maxsize=64)
def _shape(term: Term) -> re.Pattern[str]:
    """A term from its first letter to its last, in ASCII."""
    end = "[a-z0-9]*" if term.begun else "(?![a-z0-9])"
    return re.compile("[^a-z0-9]+".join(map(re.escape, term.words)) + end)


def _stands(here: Sequence[Token], term: Term) -> bool:
    *front, last = (token.text for token in here)
    *wanted, end = term.words
    return front == wanted and (last.startswith(end) if term.begun else last == end)


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    whole: list[tuple[int, int]] = []
    for start, end in found:
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def excerpt(text: str, terms: Sequence[Term], chars: int) -> str:
    """About `chars` of a text on one line, with the first place where a term stands."""
    plain = " ".join(_QUOTED.sub("", text).split())
    found = spans(plain, terms)
    first = found[0][0] if found else 0
    if len(plain) <= chars or first < chars // 2:
        return plain[:chars] + "…" * (len(plain) > chars)
    start = first - chars // 4
    space = plain.find(" ", start, first)
    start = space + 1 if space >= 0 else start
    return "…" + plain[start : start + chars] + "…" * (len(plain) > start + chars)
