"""What is marked in the text being written: gaps, what a macro filled in or will be masked, formats."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from console.conversations.model import gaps
from console.conversations.widgets import mentions, rich_text
from console.conversations.widgets.rich_text import units
from console.ui.theme import Theme


class Marks(QObject):
    """Marks of one editor; they move with the text and are no part of it."""

    def __init__(self, editor: QTextEdit | QPlainTextEdit, theme: Theme) -> None:
        super().__init__(editor)  # it goes with the editor, and hears of no theme after that
        self._editor, self._theme = editor, theme
        self._filled: list[QTextCursor] = []
        self._masked: list[QTextCursor] = []
        self.formats = False
        """Whether the text may have formats: it is only then looked through for them."""
        theme.changed.connect(self.refresh)

    def fill(self, start: int, text: str, spans: Iterable[tuple[int, int]]) -> None:
        """A macro's text begins at this place; its spans (in characters) were filled in."""
        for begin, end in spans:
            self._filled.append(self._at(start + units(text[:begin]), start + units(text[:end])))
        self.refresh()

    def mask(self, text: str, spans: Iterable[tuple[int, int]]) -> None:
        """These spans (in characters) of the text, which is all that stands there, will not go out."""
        self._masked = [self._at(units(text[:start]), units(text[:end])) for start, end in spans]
        self.refresh()

    def forget(self) -> None:
        """Another text is shown: nothing in it was filled in here, or looked through yet."""
        self._filled.clear()
        self._masked.clear()
        self.refresh()

    def _at(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def refresh(self) -> None:
        """Mark what stands there now."""
        tokens = self._theme.tokens
        self._filled = [cursor for cursor in self._filled if cursor.hasSelection()]
        marks = [_mark(cursor, tokens["green_tint"], tokens["text"]) for cursor in self._filled]
        text = self._editor.toPlainText()
        for begin, end in gaps(text):
            cursor = self._at(units(text[:begin]), units(text[:end]))
            marks.append(_mark(cursor, tokens["amber_tint"], tokens["amber"]))
        self._masked = [cursor for cursor in self._masked if cursor.hasSelection()]
        marks += [_mark(cursor, tokens["chip"], tokens["dim"], out=True) for cursor in self._masked]
        self._editor.setExtraSelections([*(self._formats() if self.formats else ()), *marks])

    def _formats(self) -> Iterator[QTextEdit.ExtraSelection]:
        """Links, code and mentions in the colours of the theme, which are no part of the text."""
        tokens, document = self._theme.tokens, self._editor.document()
        for block in rich_text.blocks(document):
            for run in block.textFormats():
                href, code = run.format.anchorHref(), run.format.boolProperty(rich_text.CODE)
                if href or code:
                    cursor = QTextCursor(document)
                    start = block.position() + run.start
                    cursor.setPosition(start)
                    cursor.setPosition(start + run.length, QTextCursor.MoveMode.KeepAnchor)
                    ink = tokens["accent" if href else "text"]
                    yield _mark(cursor, tokens["chip"] if code else None, ink)
        for place, _ in mentions.intact(document):
            cursor = QTextCursor(document)
            cursor.setPosition(place.start)
            cursor.setPosition(place.end, QTextCursor.MoveMode.KeepAnchor)
            yield _mark(cursor, tokens["accent_tint"], tokens["accent"])


def _mark(
    cursor: QTextCursor, ground: QColor | None, ink: QColor, *, out: bool = False
) -> QTextEdit.ExtraSelection:
    made = QTextEdit.ExtraSelection()
    look = QTextCharFormat()
    if ground is not None:
        look.setBackground(ground)
    look.setForeground(ink)
    look.setFontStrikeOut(out)
    made.cursor, made.format = cursor, look
    return made
