"""What can be said of a window's looks without an eye: cut words, stray widgets, missing names."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QSplitter,
    QSplitterHandle,
    QWidget,
)

from console.tickets.widgets.header import Field
from console.ui.widgets import Elided, Link

_INTERACTIVE = (
    QAbstractButton, QAbstractItemView, QLineEdit, QPlainTextEdit, QProgressBar, QAbstractScrollArea,
)  # fmt: skip
_FIELD_PADDING = 20


def shown(top: QWidget) -> list[QWidget]:
    """Every widget of a window that is on screen."""
    return [w for w in top.findChildren(QWidget) if w.isVisible() and not w.isWindow()]


def cut(top: QWidget, *, elides: bool) -> Iterator[str]:
    """Words that do not fit where they stand; `elides` allows those that say so with an ellipsis."""
    for widget in shown(top):
        match widget:
            case QLabel() if not isinstance(widget.parentWidget(), Elided) and _overflows(widget):
                yield f"label: {widget.text()!r}"
            case Elided() | Field() | Link():
                if not elides and _elided(widget):
                    yield f"elided: {name(widget)!r}"
            case QAbstractButton() if widget.text() and widget.sizeHint().width() > widget.width():
                yield f"button: {widget.text()!r}"
            case QLineEdit():
                words = widget.text() or widget.placeholderText()
                room = widget.width() - _FIELD_PADDING
                if widget.fontMetrics().horizontalAdvance(words) > room:
                    yield f"line: {words!r}"
            case QScrollArea() if _cannot_scroll_aside(widget):
                yield f"wider than its pane: {widget.accessibleName()!r}"


def _elided(widget: Elided | Field | Link) -> bool:
    match widget:
        case Elided():
            return _label(widget).text() != widget.text()
        case Link():
            return widget.text().replace("&&", "&") != widget.whole
    return widget.text().endswith("…")


def _cannot_scroll_aside(area: QScrollArea) -> bool:
    """Whether a pane's content is wider than it and no bar leads to the rest."""
    inner, off = area.widget(), Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    over = inner is not None and inner.isVisible() and inner.width() > area.viewport().width()
    return over and area.horizontalScrollBarPolicy() == off


def _label(widget: Elided) -> QLabel:
    found: QLabel = widget.findChildren(QLabel)[0]
    return found


def _overflows(label: QLabel) -> bool:
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + 1
    return label.sizeHint().width() > label.width() + 1


def stray(top: QWidget) -> Iterator[str]:
    """Widgets that reach out of what they are in, where nothing scrolls."""
    for widget in shown(top):
        parent = widget.parentWidget()
        scrolls = parent is not None and isinstance(parent.parentWidget(), QAbstractScrollArea)
        if parent is None or scrolls or isinstance(widget, QSplitterHandle):
            continue
        # Qt puts the panes of a mirrored splitter one pixel too far to the right.
        spare = int(isinstance(parent, QSplitter) and parent.isRightToLeft())
        if not parent.rect().adjusted(0, 0, spare, 0).contains(widget.geometry()):
            yield f"{widget!r} at {widget.geometry()} in {parent!r} of {parent.size()}"


def unnamed(top: QWidget) -> Iterator[str]:
    """What one can reach and a screen reader could not name."""
    for widget in shown(top):
        inside = widget.objectName().startswith("qt_")
        if isinstance(widget, _INTERACTIVE) and not inside and not name(widget):
            yield repr(widget)


def name(widget: QWidget) -> str:
    """A widget's name as assistive technology hears it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)) if interface else ""


def colors(image: QImage) -> int:
    """How many colours a sample of an image's points has."""
    xs, ys = range(0, image.width(), 7), range(0, image.height(), 7)
    return len({image.pixel(x, y) for x in xs for y in ys})
