"""A form: labelled fields one under the other, some of which open a list, and what is wrong below."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.ui.picker import Choice, Picker, containing
from console.ui.theme import Theme
from console.ui.widgets import Text

PICK_WIDTH = 300
_LABEL_TALL = 20  # a form centres only labels beside their field that are not much less tall


class Form(QWidget):
    """Fields of one thing, at most `widest` wide, since longer lines are hard to read."""

    def __init__(self, theme: Theme, widest: int) -> None:
        super().__init__()
        self._theme = theme
        self._problem = Text("", "error")
        self._problem.setWordWrap(True)
        self.setMaximumWidth(widest)

    def lay(self, rows: Iterable[tuple[str | QLabel, QWidget | QLayout]]) -> None:
        """Put the fields in their places, each beside its label."""
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in rows:
            form.addRow(_label(label) if isinstance(label, str) else label, field)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 18, 24, 0)
        box.addLayout(form)
        box.addWidget(self._problem)

    def show_problem(self, problem: str) -> None:
        """Say what is wrong; nothing when nothing is."""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def pick(
        self,
        at: QPushButton,
        title: str,
        choices: Sequence[Choice],
        picked: Callable[[Any], None],
        *,
        width: int = PICK_WIDTH,
    ) -> None:
        """Open a list under a field; `picked` is told what is chosen of it."""
        Picker(self._theme, title, containing(choices), picked, self, width=width).open_under(at)


def _label(words: str) -> QLabel:
    made = Text(words, "strong")
    made.setMinimumHeight(_LABEL_TALL)
    return made


def line(name: str, hint: str) -> QLineEdit:
    """A field to type one line into."""
    made = QLineEdit(placeholderText=hint)
    made.setAccessibleName(name)
    return made


def field(name: str) -> QPushButton:
    """A field that opens a list."""
    made = QPushButton(name)
    made.setProperty("kind", "field")
    made.setAccessibleName(name)
    return made


def say(field: QPushButton, name: str, value: str) -> None:
    """Show what was chosen in the field of that name."""
    field.setText(value)
    field.setAccessibleName(f"{name}: {value}")


def row(*widgets: QWidget) -> QHBoxLayout:
    """Beside one another, as wide as each needs."""
    made = QHBoxLayout()
    made.setSpacing(8)
    for widget in widgets:
        made.addWidget(widget)
    made.addStretch(1)
    return made
