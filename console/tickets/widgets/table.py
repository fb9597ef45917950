"""The queue as a table: the same list with a row of columns for each ticket, under a header."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from console.fields.model import CustomField, field_of
from console.fields.viewmodel.shelf import told
from console.kernel.clock import Clock
from console.kernel.tongue import mark, tr
from console.people.viewmodel import listed
from console.tickets.model import Sort
from console.tickets.model.orders import ByField, Order
from console.tickets.viewmodel.row import TicketRow
from console.tickets.widgets.queue import QueueList
from console.tickets.widgets.row import (
    CHANNEL_ICONS,
    PRIORITY_WORDS,
    STATUS_WORDS,
    TicketDelegate,
    label,
    paint_signs,
)
from console.tickets.widgets.signs import (
    CHANNEL_WORDS,
    PRIORITY_ICONS,
    STATUS_ICONS,
    OrderSign,
    order_sign,
)
from console.ui import icons, mirror, paint, words
from console.ui.roles import give_headings_a_role
from console.ui.rows import Index, row_at
from console.ui.theme import BASE, SMALL, Theme, font

_MARK, _AFTER_MARK = 14, 6
_PAD = 8


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width at first, and the order it stands for if it has one."""

    title: str
    width: int
    sort: Sort | None = None


COLUMNS: Mapping[str, Column] = {
    "number": Column(mark("No."), 70),
    "subject": Column(mark("Subject"), 320),
    "requester": Column(mark("Requester"), 150),
    "status": Column(mark("Status"), 92),
    "priority": Column(mark("Priority"), 92, Sort.PRIORITY),
    "assignee": Column(mark("Assignee"), 104),
    "team": Column(mark("Team"), 88),
    "tags": Column(mark("Tags"), 110),
    "updated": Column(mark("Updated"), 80, Sort.NEWEST),
    "waiting": Column(mark("Waiting"), 88, Sort.WAITING),
    "opened": Column(mark("Opened"), 80, Sort.OLDEST),
    "channel": Column(mark("Channel"), 112),
}
USUAL = (
    "number", "subject", "requester", "status", "priority", "assignee", "team", "tags", "updated",
    "waiting",
)  # fmt: skip
"""Without the channel, whose mark stands before the requester."""
_STRETCHED = "subject"
_LEAST_SUBJECT = 220
"""So wide the subject stays: where there is less room, columns that matter less are left out."""
_MATTERS = (
    "number", "status", "waiting", "priority", "requester", "assignee", "updated", "team", "tags",
    "opened", "channel",
)  # fmt: skip
_BEFORE_CUSTOM = 4
"""So many of them matter more than somebody's own columns do."""
_CUSTOM_WIDTH = 110
_HEADER_HEIGHT = 32
_AT_END = frozenset({"number", "updated", "waiting", "opened"})


def known_columns(names: Sequence[str], custom: Collection[str] = ()) -> tuple[str, ...]:
    """Those of the names that are columns, the subject always; USUAL when there are none.

    `custom` are the columns of custom fields.
    """
    known = tuple(name for name in names if name in COLUMNS or name in custom)
    if not known:
        return USUAL
    return known if _STRETCHED in known else (_STRETCHED, *known)


class TableHeader(QHeaderView):
    """The headings over the list. `sort_wanted` tells an order that a heading stands for."""

    sort_wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("table")
        give_headings_a_role()
        self.names: tuple[str, ...] = ()
        self.custom: Mapping[str, CustomField] = {}
        """The custom fields that can be columns, by the name of their column."""
        self._widths: dict[str, int] = {}
        self._sign = order_sign(Sort.NEWEST, ())
        self._model = QStandardItemModel(0, 0, self)
        self.setModel(self._model)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(48)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(_HEADER_HEIGHT)
        self.sectionClicked.connect(self._clicked)

    def show_columns(self, names: Sequence[str], widths: Mapping[str, int]) -> None:
        """Have these columns, as wide as told."""
        self.names = known_columns(names, self.custom)
        self._widths = dict(widths)
        self._model.clear()
        self._model.setHorizontalHeaderLabels([self.title(name) for name in self.names])
        for at, name in enumerate(self.names):
            stretched = name == _STRETCHED
            mode = (
                QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.Interactive
            )
            self.setSectionResizeMode(at, mode)
            if not stretched:
                self.resizeSection(at, self._width(name))
        self._fit()

    def title(self, name: str) -> str:
        """What a column is called."""
        known = COLUMNS.get(name)
        return tr(known.title) if known else self.custom[name].content.name

    def _width(self, name: str) -> int:
        known = COLUMNS.get(name)
        return self._widths.get(name, known.width if known else _CUSTOM_WIDTH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Leave out what there is no room for, what matters least first."""
        room = self.width() - _LEAST_SUBJECT
        custom = [name for name in self.names if name in self.custom]
        for name in (*_MATTERS[:_BEFORE_CUSTOM], *custom, *_MATTERS[_BEFORE_CUSTOM:]):
            if name in self.names:
                room -= self._width(name)
                at = self.names.index(name)
                if self.isSectionHidden(at) != (room < 0):
                    self.setSectionHidden(at, room < 0)
        self._say()

    def _say(self) -> None:
        """Name the headings that are there, and the order, for whoever does not see them."""
        seen = [at for at in range(self.count()) if not self.isSectionHidden(at)]
        titles = [str(self._model.headerData(at, Qt.Orientation.Horizontal)) for at in seen]
        told = tr("Columns: {columns}. Order: {order}.")
        order = self._sign.words
        self.setAccessibleName(told.format(columns=listed(titles), order=order))

    def widths(self) -> dict[str, int]:
        """How wide each column is now, in pixels."""
        seen = [at for at in range(len(self.names)) if not self.isSectionHidden(at)]
        return self._widths | {self.names[at]: self.sectionSize(at) for at in seen}

    def show_sort(self, sign: OrderSign) -> None:
        """Mark the heading that stands for the order, if it is there."""
        self._sign, order = sign, sign.order
        at = next((n for n, name in enumerate(self.names) if order in _orders(name)), -1)
        self.setSortIndicatorShown(at >= 0)
        if at >= 0:
            down = isinstance(order, ByField) and order.down
            way = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
            self.setSortIndicator(at, way)
        self._say()

    def _clicked(self, at: int) -> None:
        wished = _orders(self.names[at])
        self.show_sort(self._sign)  # Qt has marked the one clicked, whether it sorts or not
        if wished:
            self.sort_wanted.emit(wished[-1] if self._sign.order == wished[0] else wished[0])

    def cells(self) -> list[tuple[str, int, int]]:
        """Each column with where it begins from the leading edge, and its width."""
        return [
            (name, self.sectionPosition(at), self.sectionSize(at))
            for at, name in enumerate(self.names)
            if not self.isSectionHidden(at)
        ]


class TableDelegate(TicketDelegate):
    """Paints a ticket as one line of cells, as wide as the header's columns."""

    def __init__(self, header: TableHeader, theme: Theme, clock: Clock, tickets: QueueList) -> None:
        super().__init__(theme, clock, tickets)
        self._header = header

    def mark_span(self) -> tuple[int, int]:
        """The mark stands before the subject."""
        start = next(start for name, start, _ in self._header.cells() if name == _STRETCHED)
        return start, start + _PAD + _INSETS[_STRETCHED] + _AFTER_MARK

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._theme.size("table"))

    @mirror.mirrors
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: TicketRow | None = row_at(index)
        if row is None:
            return
        tokens, rect = self._theme.tokens, QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        marked = self._marked(row)
        if marked or selected or option.state & QStyle.StateFlag.State_MouseOver:
            ground = "accent_tint" if marked else "selection" if selected else "hover"
            painter.fillRect(rect, tokens[ground])
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, tokens["line"])
        if selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(tokens["focus"])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        now = self._clock.now()
        for name, start, width in self._header.cells():
            cell = QRect(rect.left() + start + _PAD, rect.top(), width - 2 * _PAD, rect.height())
            self._cell(painter, option, cell, name, row, now)

    def _cell(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        cell: QRect,
        name: str,
        row: TicketRow,
        now: datetime,
    ) -> None:
        tokens = self._theme.tokens
        mark_size = _INSETS.get(name, 0)
        if mark_size:
            icon, color = _icon(name, row)
            box = QRect(cell.left(), cell.center().y() - mark_size // 2, mark_size, mark_size)
            marked = self._marked(row) if name == _STRETCHED else None
            if marked is not None:
                grown = (_MARK - mark_size) / 2
                place = QRectF(box).adjusted(-grown, -grown, grown, grown)
                self._mark(painter, place, marked=marked)
            elif icon:
                icons.draw(painter, icon, QRectF(box), tokens[color])
            cell = cell.adjusted(mark_size + _AFTER_MARK, 0, 0, 0)
        if name == _STRETCHED:
            cell = cell.adjusted(0, 0, -paint_signs(painter, cell, row, tokens), 0)
        chip = label(row, now) if name == "waiting" else None
        if chip is not None:
            text, ink, ground = chip
            width = min(paint.chip_width(text), cell.width())
            box = QRect(cell.left(), cell.center().y() - 8, width, paint.CHIP_HEIGHT)
            selected = self._marked(row) or option.state & QStyle.StateFlag.State_Selected
            if selected and ground == "accent_tint":
                ground = "panel"  # it would be lost on the row's own tint
            paint.chip(painter, box, text, tokens[ink], tokens[ground])
            return
        strong = name == "subject" and bool(row.unread)
        size, tabular = (BASE if name == "subject" else SMALL), name in _AT_END
        ink = "text" if name in ("subject", "requester") else "dim"
        field = self._header.custom.get(name)
        text = _text(name, row, now) if field is None else _value(field, row)
        paint.line(painter, cell, text, font(size, strong=strong, tabular=tabular), tokens[ink])


# How large the mark is that stands in a column before the words, also where there is none.
_INSETS = {"subject": 7, "requester": 14, "status": 12, "priority": 12}


def _icon(name: str, row: TicketRow) -> tuple[str, str]:
    if name == "status":
        return STATUS_ICONS[row.status]
    if name == "priority":
        return PRIORITY_ICONS[row.priority]
    if name == "subject":
        return ("circle-fill", "accent") if row.unread else ("", "")
    if row.side == "seller":
        return "storefront", "seller_edge"
    return CHANNEL_ICONS[row.channel], "faint"


def _orders(name: str) -> Sequence[Order]:
    """The orders that a column stands for: one, or both ways by a field's values, or none."""
    known, field_id = COLUMNS.get(name), field_of(name)
    if known is not None:
        return (known.sort,) if known.sort else ()
    return (ByField(field_id), ByField(field_id, down=True)) if field_id else ()


def _value(field: CustomField, row: TicketRow) -> str:
    return told(field.content, row.fields.get(field.id))


def _text(name: str, row: TicketRow, now: datetime) -> str:
    """What a cell says; nothing where a chip says it."""
    told = _TEXTS.get(name)
    return told(row, now) if told else ""


_TEXTS: Mapping[str, Callable[[TicketRow, datetime], str]] = {
    "number": lambda row, _: words.numbered(row.number),
    "subject": lambda row, _: row.subject,
    "requester": lambda row, _: row.requester,
    "status": lambda row, _: tr(STATUS_WORDS[row.status]),
    "priority": lambda row, _: tr(PRIORITY_WORDS[row.priority]),
    "assignee": lambda row, _: row.assignee,
    "team": lambda row, _: row.team,
    "tags": lambda row, _: words.several(row.tags),
    "updated": lambda row, now: words.age(row.updated_at, now),
    "opened": lambda row, now: words.age(row.created_at, now),
    "channel": lambda row, _: tr(CHANNEL_WORDS[row.channel]),
}
