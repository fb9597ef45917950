"""A popup list to pick from by typing: assignees, statuses, tags, commands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.kernel.edits import Reset
from console.kernel.tongue import tr
from console.ui import icons, paint
from console.ui.mirror import mirrors
from console.ui.rows import Index, Rows, row_at
from console.ui.theme import SMALL, Theme, font
from console.ui.widgets import Text

MOST_VISIBLE = 10
_BELOW = 4


@dataclass(frozen=True)
class Choice:
    """A line to pick: what it stands for, its words, what stands dim at the right."""

    value: Any
    text: str
    icon: str = ""
    aside: str = ""
    checked: bool = False
    color: str = "dim"


Search = Callable[[str], Sequence[Choice]]


def containing(choices: Sequence[Choice]) -> Search:
    """A search over fixed choices: those with every typed word in them."""

    def search(typed: str) -> Sequence[Choice]:
        words = typed.lower().split()
        return [c for c in choices if all(w in f"{c.text} {c.aside}".lower() for w in words)]

    return search


class ChoiceDelegate(QStyledItemDelegate):
    """Paints a choice: icon, words, what stands dim at the end."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._theme.size("line"))

    @mirrors
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice: Choice = row_at(index)
        tokens, rect = self._theme.tokens, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            paint.rounded(painter, QRectF(rect.adjusted(4, 1, -4, -1)), tokens["selection"])
        inner = rect.adjusted(12, 0, -12, 0)
        if choice.icon:
            box = QRectF(inner.left(), rect.center().y() - 7, 16, 16)
            icons.draw(painter, choice.icon, box, tokens[choice.color])
            inner.setLeft(inner.left() + 24)
        if choice.checked:
            box = QRectF(inner.right() - 14, rect.center().y() - 7, 16, 16)
            icons.draw(painter, "check-bold", box, tokens["accent"])
            inner.setRight(inner.right() - 22)
        if choice.aside:
            aside = QRect(inner)
            aside.setLeft(inner.center().x())
            right = Qt.AlignmentFlag.AlignRight
            width = paint.line(painter, aside, choice.aside, font(SMALL), tokens["faint"], right)
            inner.setRight(inner.right() - width - 12)
        paint.line(painter, inner, choice.text, font(), tokens["text"])


class Picker(QFrame):
    """A popup with a line to type in and the choices that match. Calls `picked` with a value."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        search: Search,
        picked: Callable[[Any], None],
        parent: QWidget,
        *,
        width: int = 320,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        self._owner, self._line_height = parent, theme.size("line")
        self._search, self._picked = search, picked
        self._choices: list[Choice] = []
        self._line = QLineEdit(placeholderText=title)
        self._line.setAccessibleName(title)
        self._model = Rows(lambda n: self._choices[n], lambda c: f"{c.text} {c.aside}", self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(ChoiceDelegate(theme, self))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setAccessibleName(title)
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.addWidget(self._line)
        box.addWidget(self._list)
        self._nothing = Text(tr("Nothing is called that."), "dim")
        self._nothing.setFixedHeight(self._line_height)
        self._nothing.setIndent(12)
        box.addWidget(self._nothing)
        self.setFixedWidth(width)
        self._line.textChanged.connect(self._find)
        self._line.installEventFilter(self)
        self._list.clicked.connect(self._pick)
        self._mouse = QCursor.pos()
        self._list.entered.connect(self._entered)
        self._find("")

    def open_at(self, place: QPoint) -> None:
        """Show it with the top corner where its lines begin there, kept inside the window it belongs to."""
        window = self._owner.window().frameGeometry()
        self._fit()
        left = place.x() - self.width() if self.isRightToLeft() else place.x()
        x = min(left, window.right() - self.width() - 8)
        y = min(place.y(), window.bottom() - self.height() - 8)
        self.move(max(x, window.left() + 8), max(y, window.top() + 8))
        self.show()
        self._line.setFocus()

    def open_under(self, widget: QWidget) -> None:
        """Show it below a widget, beginning where that begins."""
        start = widget.width() if self.isRightToLeft() else 0
        self.open_at(widget.mapToGlobal(QPoint(start, widget.height() + _BELOW)))

    def _find(self, typed: str) -> None:
        self._choices = list(self._search(typed))
        self._model.apply([Reset(range(len(self._choices)))])
        visible = min(max(len(self._choices), 1), MOST_VISIBLE)
        self._list.setFixedHeight(visible * self._line_height + 4)
        self._list.setVisible(bool(self._choices))
        self._nothing.setVisible(not self._choices)
        self._fit()
        if self._choices:
            checked = next((n for n, c in enumerate(self._choices) if c.checked and not typed), 0)
            self._list.setCurrentIndex(self._model.index(checked))

    def _fit(self) -> None:
        """As tall as what is found; `adjustSize` counts the list of before, and 100 at least."""
        self._box.activate()
        self.resize(self.width(), self.sizeHint().height())

    def _entered(self, index: QModelIndex) -> None:
        """Choose what the mouse was moved to; not what was scrolled under it by a key."""
        mouse = QCursor.pos()
        if mouse != self._mouse:
            self._mouse = mouse
            self._list.setCurrentIndex(index)

    def _pick(self, index: QModelIndex) -> None:
        choice = row_at(index)
        if choice is not None:
            self.close()
            self._picked(choice.value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self._choices:
                here = self._list.currentIndex().row()
                self._list.setCurrentIndex(self._model.index((here + step) % len(self._choices)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._pick(self._list.currentIndex())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)
