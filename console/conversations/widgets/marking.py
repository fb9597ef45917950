"""What is marked in the text being written: gaps nobody filled, and what a macro filled in."""

from collections.abc import Iterable

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from console.conversations.model import gaps
from console.ui.theme import Theme


class Marks(QObject):
    """Marks of one editor; they move with the text and are no part of it."""

    def __init__(self, editor: QPlainTextEdit, theme: Theme) -> None:
        super().__init__(editor)  # it goes with the editor, and hears of no theme after that
        self._editor, self._theme = editor, theme
        self._filled: list[QTextCursor] = []
        theme.changed.connect(self.refresh)

    def fill(self, start: int, text: str, spans: Iterable[tuple[int, int]]) -> None:
        """A macro's text begins at this place; its spans (in characters) were filled in."""
        for begin, end in spans:
            cursor = QTextCursor(self._editor.document())
            cursor.setPosition(start + units(text[:begin]))
            cursor.setPosition(start + units(text[:end]), QTextCursor.MoveMode.KeepAnchor)
            self._filled.append(cursor)
        self.refresh()

    def forget(self) -> None:
        """Another text is shown: nothing in it was filled in here."""
        self._filled.clear()
        self.refresh()

    def refresh(self) -> None:
        """Mark what stands there now."""
        tokens = self._theme.tokens
        self._filled = [cursor for cursor in self._filled if cursor.hasSelection()]
        marks = [_mark(cursor, tokens["green_tint"], tokens["text"]) for cursor in self._filled]
        text = self._editor.toPlainText()
        for begin, end in gaps(text):
            cursor = QTextCursor(self._editor.document())
            cursor.setPosition(units(text[:begin]))
            cursor.setPosition(units(text[:end]), QTextCursor.MoveMode.KeepAnchor)
            marks.append(_mark(cursor, tokens["amber_tint"], tokens["amber"]))
        self._editor.setExtraSelections(marks)


def units(text: str) -> int:
    """How far Qt moves a caret over a text: in UTF-16 units, of which a pictogram has two."""
    return len(text.encode("utf-16-le")) // 2


def _mark(cursor: QTextCursor, ground: QColor, ink: QColor) -> QTextEdit.ExtraSelection:
    made = QTextEdit.ExtraSelection()
    look = QTextCharFormat()
    look.setBackground(ground)
    look.setForeground(ink)
    made.cursor, made.format = cursor, look
    return made
