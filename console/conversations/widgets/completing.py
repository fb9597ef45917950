"""Completion while one writes: `/` macros, `:` pictograms, `@` colleagues, `#` tickets and orders."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QListView, QTextEdit, QVBoxLayout

from console.kernel.edits import Reset
from console.kernel.tongue import tr
from console.ui.picker import Choice, ChoiceDelegate
from console.ui.rows import Rows, row_at
from console.ui.theme import Theme

MOST_SHOWN = 8
MAX_WORD_CHARS = 40
_WIDTH = 340
_GAP = 6
_WORD = re.compile(r"(?:^|(?<=\s))([/:@#])(\S*)$")


@dataclass(frozen=True)
class Source:
    """What a sign completes to. `find` looks for what is typed after it, the best first.

    `take` gets the chosen value and returns what stands in place of sign and word; None when it
    puts the text in itself. `least` letters are typed before anything is offered.
    """

    find: Callable[[str], Sequence[Choice]]
    take: Callable[[Any], str | None]
    least: int = 0


class Completion(QFrame):
    """The choices beside the caret. It never has the keyboard: the editor hands its keys over."""

    def __init__(self, editor: QTextEdit, theme: Theme) -> None:
        super().__init__(editor)
        editor.destroyed.connect(self.deleteLater)  # by then it is the window's
        self.setObjectName("popup")
        self.setAccessibleName(tr("Completion"))
        self._editor, self._theme = editor, theme
        self.sources: dict[str, Source] = {}
        self._choices: list[Choice] = []
        self._left: tuple[int, str] | None = None  # place and sign of the word somebody declined
        self._model = Rows(lambda n: self._choices[n], lambda c: f"{c.text} {c.aside}", self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(ChoiceDelegate(theme, self))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(tr("Completion"))
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 4)
        box.addWidget(self._list)
        self.hide()

    @property
    def choices(self) -> Sequence[Choice]:
        """What is offered now; empty when the popup is closed."""
        return self._choices if self.isVisible() else ()

    def look(self) -> None:
        """The text or the caret changed: offer what completes the word before the caret."""
        found = self._word()
        if found is None:
            self._left = None
            self.close_up()
            return
        place, sign, typed = found
        source = self.sources.get(sign)
        if source is None or (place, sign) == self._left or len(typed) < source.least:
            self.close_up()
            return
        self._show(list(source.find(typed))[:MOST_SHOWN])

    def close_up(self) -> None:
        """Offer nothing."""
        self._choices = []
        self.hide()

    def key(self, event: QKeyEvent) -> bool:
        """Take a key of the editor's; whether it was meant for the choices."""
        if not self.wants(event):
            return False
        key, here = event.key(), self._list.currentIndex().row()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            place = (here + step) % len(self._choices)
            self._list.setCurrentIndex(self._model.index(place))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._accept(self._list.currentIndex())
        else:
            found = self._word()
            self._left = found[:2] if found else None
            self.close_up()
        return True

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is for the choices: they are shown, and it moves, takes or declines."""
        return self.isVisible() and event.modifiers() in _PLAIN and event.key() in _KEYS

    def _word(self) -> tuple[int, str, str] | None:
        """Place, sign and rest of the word before the caret, if it begins with a sign."""
        cursor = self._editor.textCursor()
        if cursor.hasSelection():
            return None
        before = cursor.block().text().encode("utf-16-le")[: cursor.positionInBlock() * 2]
        word = before.decode("utf-16-le", errors="ignore")[-MAX_WORD_CHARS:]
        found = _WORD.search(word)
        if found is None:
            return None
        length = len((found[1] + found[2]).encode("utf-16-le")) // 2
        return cursor.position() - length, found[1], found[2]

    def _show(self, choices: list[Choice]) -> None:
        self._choices = choices
        if not choices:
            self.hide()
            return
        self._model.apply([Reset(range(len(choices)))])
        self._list.setCurrentIndex(self._model.index(0))
        self.resize(_WIDTH, len(choices) * self._theme.size("line") + 10)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        """Above the line of the caret, where the composer stands; below it if there is no room."""
        window = self._editor.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        caret: QRect = self._editor.cursorRect()
        origin = self._editor.viewport().mapTo(window, QPoint(caret.left(), caret.top()))
        y = origin.y() - self.height() - _GAP
        if y < 0:
            y = origin.y() + caret.height() + _GAP
        x = min(max(origin.x() - _GAP, 0), max(window.width() - self.width(), 0))
        self.move(x, y)

    def _accept(self, index: QModelIndex) -> None:
        choice: Choice | None = row_at(index)
        found = self._word()
        if choice is None or found is None:
            self.close_up()
            return
        place, sign, _ = found
        source = self.sources[sign]
        self.close_up()
        cursor = self._editor.textCursor()
        end = cursor.position()
        cursor.setPosition(place)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("")
        text = source.take(choice.value)
        if text is not None:
            self._editor.textCursor().insertText(text)
            self.close_up()


_KEYS = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab,
    Qt.Key.Key_Escape,
)  # fmt: skip
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
