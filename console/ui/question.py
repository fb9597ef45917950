"""A question in its place, in a line of its own: nothing happens before an answer, nothing waits."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from console.ui.widgets import Elided, clear

Answer = tuple[str, Callable[[], object]]


class Question(QFrame):
    """Asks one thing at a time; the keyboard stands on the answer that does nothing. `left` at the end."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("question")
        self.asked = Elided("strong")
        self.detail = Elided("dim")
        self._answers = QHBoxLayout()
        self._answers.setSpacing(8)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.asked)
        lines.addWidget(self.detail)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 10)
        box.setSpacing(10)
        box.addLayout(lines)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addLayout(self._answers)
        box.addLayout(below)
        self.hide()

    def ask(self, question: str, detail: str, no: str, answers: Sequence[Answer]) -> None:
        """Ask; `no` does nothing, the last of the others is what was asked for."""
        self.asked.setText(question)
        self.detail.setText(detail)
        self.setAccessibleName(question)
        clear(self._answers)
        choices: list[Answer] = [(no, lambda: None), *answers]
        for n, (text, act) in enumerate(choices):
            button = QPushButton(text)
            if n == len(choices) - 1:
                button.setProperty("kind", "primary")
            button.clicked.connect(lambda _=False, act=act: self._answer(act))
            self._answers.addWidget(button)
            if n == 0:
                first = button
        self.show()
        first.setFocus()

    def withdraw(self) -> None:
        """Ask no longer; the keyboard goes back."""
        if not self.isHidden():
            self.hide()
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.withdraw()
        else:
            super().keyPressEvent(event)

    def _answer(self, act: Callable[[], object]) -> None:
        self.withdraw()
        act()


def seen(text: str) -> str:
    """A text with what cannot be seen in it spelt out."""
    return "".join(letter if letter.isprintable() else f"%{ord(letter):02X}" for letter in text)
