"""Colleagues named in the text being written: picked, found again, none any more once edited."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument

from console.conversations.model import Mention
from console.conversations.widgets import rich_text
from console.conversations.widgets.rich_text import MENTION, units

_WORDS = MENTION + 1


class Place(NamedTuple):
    """Letters of the document that were put there as a mention, and what they said then."""

    start: int
    end: int
    user_id: str
    words: str


def unnamed(look: QTextCharFormat) -> QTextCharFormat:
    """The same format, of no mention."""
    made = QTextCharFormat(look)
    made.clearProperty(MENTION)
    made.clearProperty(_WORDS)
    return made


def insert(cursor: QTextCursor, mention: Mention) -> None:
    """Put a mention and a space where the cursor is."""
    before = unnamed(cursor.charFormat())
    cursor.insertText(mention.words, _of(before, mention))
    cursor.insertText(" ", before)


def places(document: QTextDocument) -> Iterator[Place]:
    """Where mentions stand, in the text's order."""
    for block in rich_text.blocks(document):
        open_: Place | None = None
        for run in block.textFormats():
            user, words = run.format.stringProperty(MENTION), run.format.stringProperty(_WORDS)
            start = block.position() + run.start
            end = start + run.length
            if open_ is not None and (open_.user_id, open_.words, open_.end) == (
                user,
                words,
                start,
            ):
                open_ = open_._replace(end=end)
                continue
            if open_ is not None:
                yield open_
            open_ = Place(start, end, user, words) if user else None
        if open_ is not None:
            yield open_


def intact(document: QTextDocument) -> Iterator[tuple[Place, Mention]]:
    """The mentions that stand as they were picked: what was edited within is none any more."""
    text = document.toPlainText().encode("utf-16-le")
    for place in places(document):
        if text[2 * place.start : 2 * place.end].decode("utf-16-le") == place.words:
            yield place, Mention(UUID(place.user_id), place.words.removeprefix("@"))


def restore(document: QTextDocument, mentions: Iterable[Mention]) -> None:
    """Make the words of these mentions in a text just shown mentions again, each once."""
    text, at = document.toPlainText(), 0
    for mention in mentions:
        place = text.find(mention.words, at)
        if place < 0:
            continue
        cursor = QTextCursor(document)
        cursor.setPosition(units(text[:place]))
        at = place + len(mention.words)
        cursor.setPosition(units(text[:at]), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(_of(QTextCharFormat(), mention))


def _of(look: QTextCharFormat, mention: Mention) -> QTextCharFormat:
    made = QTextCharFormat(look)
    made.setProperty(MENTION, str(mention.user_id))
    made.setProperty(_WORDS, mention.words)
    return made
