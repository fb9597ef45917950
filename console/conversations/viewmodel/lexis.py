"""Which words of what is being written are spelled as words: no addresses, numbers, names of things."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from console.conversations.model import gaps

MAX_LINE_CHARS = 4_000
"""Of a line that is looked at: it is looked at again with every letter typed into it."""
MAX_WORD_CHARS = 50
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u200c"
_LETTER = rf"(?:[^\W\d_]|[{_MARKS}])"
_WORD = re.compile(rf"[^\W\d_]{_LETTER}*(?:['’][^\W\d_]{_LETTER}*)*")
_RUN = re.compile(r"\S+")
_CODE = re.compile(r"`[^`]*`?")
_NO_WORDS = re.compile(r"[\d@\\/_<>=|~^$%&*+]|://|^[#:]|\w\.\w{2,}")
"""What makes a run of letters an address, a number, a path or code."""
_QUOTED = re.compile(r"\s*>")


class Spelled(NamedTuple):
    """A word and where it stands in its line, in characters."""

    start: int
    end: int
    word: str


def spelled(line: str) -> Iterator[Spelled]:
    """The words of a line that a dictionary can judge, `’` told as `'`.

    Left out: quoted lines, what stands between backticks and in placeholders, runs with digits or
    signs of addresses, words in capitals or with capitals inside.
    """
    if len(line) > MAX_LINE_CHARS or _QUOTED.match(line):
        return
    for start, end in (*gaps(line), *(found.span() for found in _CODE.finditer(line))):
        line = line[:start] + " " * (end - start) + line[end:]
    for run in _RUN.finditer(line):
        if _NO_WORDS.search(run.group()):
            continue
        for found in _WORD.finditer(run.group()):
            word = found.group()
            if 1 < len(word) <= MAX_WORD_CHARS and word[1:] == word[1:].lower():
                start = run.start() + found.start()
                yield Spelled(start, start + len(word), word.replace("’", "'"))
