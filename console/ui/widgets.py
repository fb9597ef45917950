"""Plain parts: labels that never read markup, lines, cards, buttons with icons."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.kernel.tongue import tr
from console.ui import icons, mirror, paint, words
from console.ui.theme import BASE, TITLE, Theme, font


class Text(QLabel):
    """A label of plain text: what servers and people write is never read as markup."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        if mirror.leftwards():
            # Lines of every script begin at the same edge; Qt would put each where its own begin.
            sides = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
            self.setAlignment(sides | Qt.AlignmentFlag.AlignVCenter)
            self.setProperty("leftwards", True)  # letters that are joined are not set apart
        self.setText(text)


class Elided(QWidget):
    """One line of plain text, cut with an ellipsis where it does not fit; whole in its tooltip.

    Where fewer letters than `least` would be left of it, none are shown.
    """

    def __init__(
        self,
        role: str = "",
        parent: QWidget | None = None,
        *,
        at_right: bool = False,
        least: int = 0,
    ) -> None:
        super().__init__(parent)
        self._least = least
        self._label = Text("", role, self)
        # Names of every script begin at the same edge.
        side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
        self._label.setAlignment(
            mirror.leading(side, turned=mirror.leftwards())
            | Qt.AlignmentFlag.AlignAbsolute
            | Qt.AlignmentFlag.AlignVCenter
        )
        self._text = ""

    def setText(self, text: str) -> None:
        """Show this text."""
        self._text = text = words.unturned(text)
        self.setAccessibleName(text)
        self._fit()

    def text(self) -> str:
        """The whole text."""
        return self._text

    def sizeHint(self) -> QSize:
        self._label.ensurePolished()
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
        self._label.setText(shown if shown == self._text or len(shown) > self._least else "")
        self._label.resize(self.size())
        self.setToolTip(plain_tip(self._text) if shown != self._text else "")
        self.updateGeometry()


def plain_tip(text: str) -> str:
    """Text for a tooltip, which Qt would otherwise read as markup if it looks like some."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if escaped == text:
        return text
    lines = escaped.replace("\n", "<br>")
    return f"<span>{lines}</span>"


class Link(QPushButton):
    """A line that leads somewhere, cut with an ellipsis where it does not fit; whole in its tooltip."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.whole = words.unturned(text)
        self.setProperty("kind", "link")
        self.setAccessibleName(self.whole)
        self.setToolTip(plain_tip(self.whole))
        # Qt's buttons are never less wide than their words.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(self.whole.replace("&", "&&"))

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        wide = self.fontMetrics().horizontalAdvance(self.whole) + 2
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(20, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        elide = Qt.TextElideMode.ElideRight
        shown = self.fontMetrics().elidedText(self.whole, elide, self.width())
        self.setText(shown.replace("&", "&&"))


class Heading(Elided):
    """A card's heading. Shows a caret where its card is folded, and a ring with the keyboard on it."""

    def __init__(self) -> None:
        super().__init__("section")
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._open = True

    def set_open(self, is_open: bool) -> None:
        """The card under it is open, or folded."""
        self._open = is_open
        name = tr("{title}, folded").format(title=self.text())
        self.setAccessibleName(self.text() if is_open else name)
        self.update()

    def setText(self, text: str) -> None:
        super().setText(text)
        self.set_open(self._open)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        mirror.turn(painter, self.rect())
        palette = self.palette()
        if self.hasFocus():
            painter.setPen(palette.highlight().color())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if not self._open:
            wide = self.fontMetrics().horizontalAdvance(self._label.text()) + 10
            box = QRectF(wide, (self.height() - 10) / 2, 10, 10)
            icons.draw(painter, "caret-down", box, palette.placeholderText().color())
        painter.end()


class Card(QFrame):
    """A framed group with a heading; `body` takes the content, which may be folded away."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 10, 12, 12)
        outer.setSpacing(8)
        head = QHBoxLayout()
        self.heading = Heading()
        self.heading.setText(title.upper())
        self.aside = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addLayout(self.aside)
        outer.addLayout(head)
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(6)
        outer.addWidget(self._inside)

    def set_open(self, is_open: bool) -> None:
        """Show what is in the card, or its heading alone."""
        self._inside.setVisible(is_open)
        self.heading.set_open(is_open)


class Tab(QPushButton):
    """One of several to choose from: as wide as its words need when it is chosen, in bold."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", "tab")
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        hint, strong = super().sizeHint(), QFontMetrics(bold)
        more = strong.horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(
            self.text()
        )
        return QSize(hint.width() + max(0, more), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Block(QFrame):
    """A framed block that tells something and offers ways on: lines, and buttons in a row below.

    `calm` where nobody needs to act.
    """

    def __init__(self, *, calm: bool) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("calm", calm)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(6)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._row.addStretch(1)
        box = QVBoxLayout(self)
        mirror.margins(box, 12, 8, 8, 8)
        box.setSpacing(6)
        box.addLayout(self.lines)
        box.addLayout(self._row)

    def offer(self, button: QPushButton) -> None:
        """Put a way on behind the others."""
        button.setProperty("kind", "field")
        self._row.insertWidget(self._row.count() - 1, button)


class Pair(QWidget):
    """A dim name on the left and its value on the right."""

    def __init__(self, name: str, value: str, *, strong: bool = False) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        left = Elided("strong" if strong else "dim")
        right = Elided("strong" if strong else "", at_right=True)
        left.setText(name)
        right.setText(value)
        row.addWidget(left, 1)
        row.addWidget(right)


class Empty(QWidget):
    """What stands where nothing is: an icon, what that means, and what one can do."""

    def __init__(self, theme: Theme, icon: str, text: str = "") -> None:
        super().__init__()
        self._theme, self._icon = theme, icon
        self._text = ""
        theme.changed.connect(self.update)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Say this; the first line stands out."""
        self._text = text
        self.setAccessibleName(text.replace("\n", " "))
        self.update()

    def text(self) -> str:
        """What is said."""
        return self._text

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        head, _gap, rest = self._text.partition("\n")
        middle = self.rect().center()
        disc = QRectF(middle.x() - 32, middle.y() - 92, 64, 64)
        paint.rounded(painter, disc, tokens["chip"], radius=32)
        icons.draw(painter, self._icon, disc.adjusted(18, 18, -18, -18), tokens["faint"])
        room = self.rect().adjusted(24, 0, -24, 0)
        center = Qt.AlignmentFlag.AlignHCenter
        line = QRect(room.left(), middle.y() - 14, room.width(), 22)
        paint.line(painter, line, head, font(TITLE, strong=True), tokens["text"], center)
        painter.setFont(font(BASE))
        painter.setPen(tokens["dim"])
        below = QRect(room.left(), middle.y() + 14, room.width(), 60)
        painter.drawText(below, int(center | Qt.TextFlag.TextWordWrap), rest)
        painter.end()


class Mark(QWidget):
    """Parley's own mark."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._picture = icons.mark()
        self.setFixedSize(size, size)
        self.setAccessibleName("Parley")

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.rect(), self._picture)
        painter.end()


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
