"""What stands under an empty search line: searches kept and used lately, and every operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from console.kernel.edits import Reset
from console.kernel.tongue import mark, tr
from console.search.model.query import EXAMPLES, PHRASE
from console.search.viewmodel.lines import Lines
from console.ui import icons, mirror, paint
from console.ui.rows import Index, Rows, row_at
from console.ui.theme import BASE, SMALL, TINY, Theme, font

LINE_HEIGHT, HEADING_HEIGHT = 34, 36
_EDGE, _EXAMPLE_WIDTH = 20, 190
Kind = Literal["heading", "saved", "recent", "operator"]
MEANINGS = {
    EXAMPLES["from"]: mark("written by this person; from:me is you"),
    EXAMPLES["to"]: mark("answers to this person"),
    EXAMPLES["order"]: mark("about this order; its beginning is enough"),
    EXAMPLES["is"]: mark("new, open, pending, hold, solved, unread, mine, unassigned, waiting, note"),
    EXAMPLES["tag"]: mark("tickets with this tag"),
    EXAMPLES["team"]: mark("tickets of this team"),
    EXAMPLES["assignee"]: mark("tickets of this colleague; assignee:nobody is unassigned"),
    EXAMPLES["mentions"]: mark("notes that mention this colleague; mentions:me is you"),
    EXAMPLES["before"]: mark("before a day, month or year"),
    EXAMPLES["after"]: mark("after a day, month or year; 7d is seven days ago"),
    EXAMPLES["has"]: mark("messages with files"),
    EXAMPLES["field"]: mark("a custom field's value; also > and <, and -field:… for none such"),
    PHRASE: mark("these words one behind the other"),
    mark("refund -seller"): mark("the one without the other"),
}  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """A line that can be taken over, and what it means; a heading cannot."""

    kind: Kind
    line: str
    meaning: str = ""


_ICONS: dict[Kind, str] = {"saved": "star", "recent": "clock-counter-clockwise", "operator": ""}


class Suggestions(QListView):
    """The list. `taken` tells the line that was chosen."""

    taken = Signal(str)

    def __init__(self, lines: Lines, theme: Theme) -> None:
        super().__init__()
        self._lines = lines
        self._shown: list[Suggestion] = []
        self._rows = Rows(self._row, _spoken, self)
        self.setModel(self._rows)
        self.setItemDelegate(_Delegate(theme, self))
        self.setAccessibleName(tr("Searches to choose from"))
        self.setMouseTracking(True)
        self.clicked.connect(self._clicked)
        lines.changed.connect(self._changed)
        theme.changed.connect(self._rows.repaint_all)
        self._changed(None)

    def _row(self, place: int) -> Suggestion | None:
        return self._shown[place] if place < len(self._shown) else None

    def _changed(self, _: None) -> None:
        self._shown = list(_suggestions(self._lines))
        self._rows.apply([Reset(list(range(len(self._shown))))])

    def step(self, by: int) -> None:
        """To the next line that can be chosen, up or down."""
        at = self.currentIndex().row() + by
        while 0 <= at < len(self._shown) and self._shown[at].kind == "heading":
            at += by
        if 0 <= at < len(self._shown):
            self.setCurrentIndex(self._rows.index(at))
        elif by < 0:
            self.setCurrentIndex(QModelIndex())
            self.scrollToTop()

    def take(self) -> None:
        """Choose the current line."""
        self._clicked(self.currentIndex())

    def _clicked(self, index: QModelIndex) -> None:
        row: Suggestion | None = row_at(index) if index.isValid() else None
        if row is not None and row.kind != "heading":
            self.taken.emit(row.line)


def _suggestions(lines: Lines) -> Sequence[Suggestion]:
    found: list[Suggestion] = []
    if lines.saved:
        found.append(Suggestion("heading", tr("Saved searches")))
        found += [Suggestion("saved", line) for line in lines.saved]
    recent = [line for line in lines.recent if line not in lines.saved]
    if recent:
        found.append(Suggestion("heading", tr("Recent searches")))
        found += [Suggestion("recent", line) for line in recent]
    found.append(Suggestion("heading", tr("What narrows a search")))
    found += [Suggestion("operator", tr(line), tr(told)) for line, told in MEANINGS.items()]
    if lines.fields:
        found.append(Suggestion("heading", tr("Custom fields")))
        found += [Suggestion("operator", line, told) for line, told in lines.fields]
    return found


def _spoken(row: Suggestion) -> str:
    return f"{row.line}, {row.meaning}" if row.meaning else row.line


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        row: Suggestion | None = row_at(index)
        heading = row is not None and row.kind == "heading"
        return QSize(200, HEADING_HEIGHT if heading else LINE_HEIGHT)

    @mirror.mirrors
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Suggestion | None = row_at(index)
        if row is None:
            return
        tokens, rect = self._theme.tokens, QRect(option.rect)
        if row.kind == "heading":
            line = rect.adjusted(_EDGE, 10, -_EDGE, 0)
            paint.line(painter, line, row.line.upper(), font(TINY, strong=True), tokens["faint"])
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tokens["selection" if selected else "hover"])
        inner = rect.adjusted(_EDGE, 0, -_EDGE, 0)
        if row.kind == "operator":
            at = QRect(inner.left(), inner.top(), _EXAMPLE_WIDTH, inner.height())
            paint.line(painter, at, row.line, font(BASE, strong=True), tokens["text"])
            rest = inner.adjusted(_EXAMPLE_WIDTH + 12, 0, 0, 0)
            paint.line(painter, rest, row.meaning, font(SMALL), tokens["dim"])
            return
        box = QRect(inner.left(), inner.center().y() - 8, 16, 16)
        icons.draw(painter, _ICONS[row.kind], QRectF(box), tokens["dim"])
        rest = inner.adjusted(26, 0, 0, 0)
        paint.line(painter, rest, row.line, font(BASE), tokens["text"])
