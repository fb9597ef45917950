"""Plain parts: labels that never read markup, lines, cards, buttons with icons."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.ui import icons, paint
from console.ui.theme import Theme


class Text(QLabel):
    """A label of plain text: what servers and people write is never read as markup."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setText(text)


class Elided(QWidget):
    """One line of plain text, cut with an ellipsis where it does not fit; whole in its tooltip."""

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Text("", role, self)
        self._text = ""

    def setText(self, text: str) -> None:
        """Show this text."""
        self._text = text
        self.setAccessibleName(text)
        self._fit()

    def text(self) -> str:
        """The whole text."""
        return self._text

    def sizeHint(self) -> QSize:
        measured = QFontMetrics(self._label.font())
        return QSize(measured.horizontalAdvance(self._text) + 2, measured.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(20, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._label.ensurePolished()
        measured = QFontMetrics(self._label.font())
        shown = measured.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        self._label.setText(shown)
        self._label.resize(self.size())
        self.setToolTip(plain_tip(self._text) if shown != self._text else "")
        self.updateGeometry()


def plain_tip(text: str) -> str:
    """Text for a tooltip, which Qt would otherwise read as markup if it looks like some."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{escaped}</span>" if escaped != text else text


class Card(QFrame):
    """A framed group with a heading; `body` takes the content."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 10, 12, 12)
        outer.setSpacing(8)
        head = QHBoxLayout()
        self.heading = Text(title.upper(), "section")
        self.aside = QHBoxLayout()
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addLayout(self.aside)
        outer.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        outer.addLayout(self.body)


class Pair(QWidget):
    """A dim name on the left and its value on the right."""

    def __init__(self, name: str, value: str, *, strong: bool = False) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        left, right = Elided("strong" if strong else "dim"), Text(value, "strong" if strong else "")
        left.setText(name)
        row.addWidget(left, 1)
        row.addWidget(right)


class Avatar(QWidget):
    """Somebody's initials on their colour."""

    def __init__(self, theme: Theme, size: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = self._initials = ""
        self.setFixedSize(size, size)

    def show_name(self, name: str, initials: str) -> None:
        """Stand for this person."""
        self._name, self._initials = name, initials
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        paint.avatar(painter, self.rect(), self._name, self._initials, self._theme.tokens)
        painter.end()


class IconButton(QPushButton):
    """A quiet button with an icon that follows the theme."""

    def __init__(
        self, theme: Theme, icon: str, text: str, *, kind: str = "quiet", color: str = "dim"
    ) -> None:
        super().__init__()
        self._theme, self._icon, self._color = theme, icon, color
        self.setProperty("kind", kind)
        self.setToolTip(text)
        self.setAccessibleName(text)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def show_icon(self, icon: str, color: str = "dim") -> None:
        """Carry another icon."""
        self._icon, self._color = icon, color
        self._paint_icon()

    def _paint_icon(self) -> None:
        self.setIcon(icons.icon(self._icon, self._theme.tokens[self._color]))


def hline() -> QFrame:
    """A horizontal hairline."""
    made = QFrame()
    made.setObjectName("hline")
    return made


def clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QVBoxLayout | QHBoxLayout):
            clear(inner)
