"""Controls of settings and forms: a tick, a switch, one choice of a few, a line with what it sets."""

from collections.abc import Callable, Sequence
from datetime import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from console.ui import icons, paint
from console.ui.theme import Theme
from console.ui.widgets import Tab, Text

_WIDE, _TALL = 38, 22
_HOUR_WIDE = 76
_DISABLED = 0.45


class Check(QCheckBox):
    """Something to tick, with words; what is ticked has a mark, not a colour alone."""

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__(words)
        self._theme = theme
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxIndicator
        box = QRectF(self.style().subElementRect(part, option, self)).adjusted(3, 3, -3, -3)
        painter = QPainter(self)
        icons.draw(painter, "check-bold", box, self._theme.tokens["on_accent"])
        painter.end()


class Switch(QCheckBox):
    """On or off. Off and on differ by where the knob stands, not by colour alone."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setFixedSize(_WIDE + 6, _TALL + 6)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_WIDE + 6, _TALL + 6)

    def hitButton(self, _place: object) -> bool:
        return True

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        box = QRectF(3, 3, _WIDE, _TALL)
        if self.hasFocus():
            ring, round_ = box.adjusted(-2.5, -2.5, 2.5, 2.5), _TALL / 2 + 2
            paint.rounded(painter, ring, tokens["panel"], radius=round_, border=tokens["focus"])
        painter.setOpacity(1.0 if self.isEnabled() else _DISABLED)
        on = self.isChecked()
        ground, edge = ("accent", "accent") if on else ("chip", "faint")
        paint.rounded(painter, box, tokens[ground], radius=_TALL / 2, border=tokens[edge])
        ahead = on != (self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
        middle = box.right() - _TALL / 2 if ahead else box.left() + _TALL / 2
        knob = tokens["on_accent" if on else "faint"]
        paint.dot(painter, QPointF(middle, box.center().y()), _TALL / 2 - 4, knob)
        painter.end()


class Segments(QWidget):
    """One of a few, side by side; the arrow keys go from one to the next. `chosen` tells which."""

    chosen = Signal(str)

    def __init__(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for value, words in options:
            button = Tab(words)
            button.setAccessibleName(f"{name}: {words}")
            button.clicked.connect(lambda *_, value=value: self.chosen.emit(value))
            group.addButton(button)
            row.addWidget(button)
            self._buttons[value] = button

    def show_value(self, value: str) -> None:
        """Mark what is chosen."""
        if value in self._buttons:
            self._buttons[value].setChecked(True)
            self.setFocusProxy(self._buttons[value])


class HourEdit(QLineEdit):
    """A time of the day, typed as `20:00`, `20` or `8:30`. `chosen` tells it; nonsense is not taken."""

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(placeholderText="20:00")
        self._at = time()
        self.setAccessibleName(name)
        self.setMaxLength(5)
        self.setFixedWidth(_HOUR_WIDE)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.textEdited.connect(self._edited)
        self.editingFinished.connect(self._finished)

    def show_time(self, at: time) -> None:
        """Show this time; what is being typed stays."""
        self._at = at
        if not self.isModified():
            self.setText(at.isoformat("minutes"))

    def _edited(self, typed: str) -> None:
        self._mark(invalid=read_time(typed) is None)

    def _finished(self) -> None:
        at = read_time(self.text()) or self._at
        self.setModified(False)
        self._mark(invalid=False)
        self.setText(at.isoformat("minutes"))
        if at != self._at:
            self._at = at
            self.chosen.emit(at)

    def _mark(self, *, invalid: bool) -> None:
        self.setProperty("invalid", invalid)
        self.style().unpolish(self)
        self.style().polish(self)


def read_time(typed: str) -> time | None:
    """The time of the day that is typed, None for what is none."""
    hours, _, minutes = typed.strip().replace(".", ":").partition(":")
    if not (hours.isdecimal() and (minutes or "0").isdecimal()):
        return None
    try:
        return time(int(hours), int(minutes or "0"))
    except ValueError:
        return None


class Line(QWidget):
    """What is set, in words, and the control that sets it; `more` explains in a dim line below."""

    def __init__(self, title: str, more: str, control: QWidget | None) -> None:
        super().__init__()
        told = QVBoxLayout()
        told.setSpacing(1)
        self._title, self.more = Text(title), Text(more, "dim")
        for label in (self._title, self.more):
            label.setWordWrap(True)
        told.addWidget(self._title)
        told.addWidget(self.more)
        if not more:
            self.more.hide()  # never shown here: without a parent it would be a window
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 7, 0, 7)
        row.setSpacing(20)
        row.addLayout(told, 1)
        if control is not None:
            row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self.control = control
        self.found_by: Callable[[], str] = lambda: f"{self._title.text()} {self.more.text()}"

    def tell(self, more: str) -> None:
        """Say this below the title instead."""
        self.more.setText(more)
        self.more.setVisible(bool(more))
