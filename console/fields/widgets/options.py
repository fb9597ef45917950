"""The options of a choice: a line for each, and an empty one for another."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from console.fields.model import MAX_OPTION_CHARS, MAX_OPTIONS, Option
from console.kernel.tongue import tr


class OptionLines(QWidget):
    """Options as they are typed. `edited` after each change; empty lines are no options.

    Enter goes to the next line, Alt+Up and Alt+Down move one.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[QLineEdit, str]] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        self._writable = True

    @property
    def options(self) -> tuple[Option, ...]:
        """The options that stand here, each with the key that it was shown with."""
        told = [(line.text(), key) for line, key in self._lines]
        return tuple(Option(text, key) for text, key in told if text.strip())

    def show_options(self, options: Sequence[Option], *, writable: bool) -> None:
        """Show these, but for those that are gone; the same ones stay as they are."""
        live = tuple(option for option in options if not option.gone)
        self._writable = writable
        if live != self.options:
            while self._lines:
                self._drop(self._lines.pop()[0])
            for option in live:
                self._add(option)
        self._keep_one_empty()
        for line, _ in self._lines:
            line.setReadOnly(not writable)

    def _add(self, option: Option) -> QLineEdit:
        line = QLineEdit(option.name, placeholderText=tr("Another option"))
        line.setMaxLength(MAX_OPTION_CHARS)
        number = tr("Option {number}").format(number=len(self._lines) + 1)
        line.setAccessibleName(number)
        line.textEdited.connect(self._typed)
        line.installEventFilter(self)
        self._lines.append((line, option.key))
        self._box.addWidget(line)
        line.show()  # at once: Enter goes to a line that has just been added
        return line

    def _drop(self, line: QLineEdit) -> None:
        self._box.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _typed(self, _: str) -> None:
        self._keep_one_empty()
        self.edited.emit()

    def _keep_one_empty(self) -> None:
        full = all(line.text().strip() for line, _ in self._lines)
        if self._writable and full and len(self._lines) < MAX_OPTIONS:
            self._add(Option(""))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        here = next((n for n, (line, _) in enumerate(self._lines) if line is watched), None)
        if here is None or not isinstance(event, QKeyEvent):
            return False
        keys = Qt.Key
        enters = event.key() in (keys.Key_Return, keys.Key_Enter)
        if event.type() == QEvent.Type.ShortcutOverride and enters:
            event.accept()  # it is this line's, and no command's
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if enters:
            self._lines[min(here + 1, len(self._lines) - 1)][0].setFocus()
            return True
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and self._writable:
            step = {keys.Key_Up: -1, keys.Key_Down: 1}.get(keys(event.key()))
            if step is not None:
                self._move(here, here + step)
                return True
        return False

    def _move(self, here: int, there: int) -> None:
        if not 0 <= there < len(self._lines):
            return
        moved = self._lines.pop(here)
        self._lines.insert(there, moved)
        self._box.insertWidget(there, moved[0])
        moved[0].setFocus()
        self.edited.emit()
