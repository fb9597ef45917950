"""The queue as a list of two-line rows, painted from the view model, moved through by keys."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from console.kernel.clock import Clock
from console.kernel.edits import Edit, Reset
from console.kernel.tongue import beside, mark, tr, trn
from console.people.model import initials
from console.tickets.model import DUE_SOON_S, OVERDUE_S, Priority, Status
from console.tickets.viewmodel.queue import Queue, TicketRow
from console.ui import icons, paint, words
from console.ui.kept import Kept
from console.ui.mirror import mirrors
from console.ui.rows import Index, Rows, key_at, row_at
from console.ui.scroll import OverlayBar
from console.ui.theme import BASE, SMALL, Theme, Tokens, font

EDGE = 26
"""So wide is the edge of a row where its mark is: unread, or selected."""
_AVATAR, _MENTION = 20, 15
_LINE = 20
_MINUTE_MS = 60_000
_ROWS_AHEAD = 100
_SHOWN_STATES = (
    QStyle.StateFlag.State_Selected
    | QStyle.StateFlag.State_MouseOver
    | QStyle.StateFlag.State_HasFocus
)
"""What of a row's state can be seen."""
CHANNEL_ICONS = {
    "email": "envelope-simple",
    "chat": "chat-circle",
    "web": "globe",
    "phone": "phone",
    "import": "download-simple",
}
PRIORITY_COLORS = {Priority.URGENT: "red_mark", Priority.HIGH: "amber_mark"}
STATUS_WORDS = {
    Status.NEW: mark("New"),
    Status.OPEN: mark("Open"),
    Status.PENDING: mark("Pending"),
    Status.HOLD: mark("On hold"),
    Status.SOLVED: mark("Solved"),
    Status.CLOSED: mark("Closed"),
}
PRIORITY_WORDS = {
    Priority.LOW: mark("Low"),
    Priority.NORMAL: mark("Normal"),
    Priority.HIGH: mark("High"),
    Priority.URGENT: mark("Urgent"),
}
_PRESSING = {Priority.HIGH: mark("high priority"), Priority.URGENT: mark("urgent priority")}
# How long somebody may wait before the row turns amber, then red.
WAIT_AMBER_S, WAIT_RED_S = DUE_SOON_S, OVERDUE_S
Label = tuple[str, str, str]


def label(row: TicketRow, now: datetime) -> Label | None:
    """The one chip of a row: words, ink, ground. What needs somebody comes before what waits."""
    marks = row.marks
    if marks.rejected:
        return (tr("Needs you"), "red", "red_tint")
    if marks.waiting:
        told = trn("{count} waiting to send", "{count} waiting to send", marks.waiting)
        return (told.format(count=words.count(marks.waiting)), "accent", "accent_tint")
    if marks.draft:
        return (tr("Draft"), "accent", "accent_tint")
    if row.snoozed_until is not None:
        return (words.until(row.snoozed_until, now), "dim", "chip")
    if row.status not in (Status.NEW, Status.OPEN):
        green = row.status in (Status.SOLVED, Status.CLOSED)
        return (
            tr(STATUS_WORDS[row.status]),
            *(("green", "green_tint") if green else ("dim", "chip")),
        )
    if row.waiting_since is None:
        return None
    waited = now - row.waiting_since
    seconds = waited.total_seconds()
    tint = ("dim", "chip")
    if seconds >= WAIT_RED_S:
        tint = ("red", "red_tint")
    elif seconds >= WAIT_AMBER_S:
        tint = ("amber", "amber_tint")
    return (words.span(waited), *tint)


def spoken(row: TicketRow, now: datetime) -> str:
    """A row as it is read aloud."""
    who = tr("from {name}").format(name=row.requester)
    parts = [row.subject, who, words.age(row.updated_at, now)]
    if row.unread:
        told = trn("{count} unread message", "{count} unread messages", row.unread)
        parts.insert(0, told.format(count=words.count(row.unread)))
    if row.marks.mentions:
        parts.append(tr("mentions you"))
    if row.priority in PRIORITY_COLORS:
        parts.append(tr(_PRESSING[row.priority]))
    chip = label(row, now)
    if chip is not None:
        waits = tr("waiting {time}").format(time=chip[0])
        parts.append(waits if row.waiting_since and chip[1] == "dim" else chip[0])
    held = tr("assigned to {name}").format(name=row.assignee)
    parts.append(held if row.assignee else tr("unassigned"))
    return ", ".join(parts)


class TicketDelegate(QStyledItemDelegate):
    """Paints a list's tickets, and where one of them is marked as selected."""

    def __init__(self, theme: Theme, clock: Clock, tickets: "QueueList") -> None:
        super().__init__(tickets)
        self._theme, self._clock, self._list = theme, clock, tickets

    def mark_span(self) -> tuple[int, int]:
        """From where to where a row's mark can be pressed, from its leading edge."""
        return 0, EDGE

    def _marked(self, row: TicketRow) -> bool | None:
        return self._list.marked(row.id.bytes)

    def _mark(self, painter: QPainter, box: QRectF, *, marked: bool) -> None:
        icon, color = ("check-circle-fill", "accent") if marked else ("circle", "faint")
        icons.draw(painter, icon, box, self._theme.tokens[color])


class QueueDelegate(TicketDelegate):
    """Paints a ticket as two lines."""

    def __init__(self, theme: Theme, clock: Clock, tickets: "QueueList") -> None:
        super().__init__(theme, clock, tickets)
        self._kept = Kept()
        theme.changed.connect(self._kept.clear)
        theme.arranged.connect(self._kept.clear)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._theme.size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: TicketRow | None = row_at(index)
        if row is None:
            return
        now, states = self._clock.now(), option.state & _SHOWN_STATES
        times = words.age(row.updated_at, now), label(row, now)
        self._kept.draw(
            painter, QRect(option.rect), self._theme.tokens["panel"], row.id,
            (row, times, states, self._marked(row)),
            lambda brush: self._paint(brush, option, (row, now)),
        )  # fmt: skip

    @mirrors
    def _paint(
        self, painter: QPainter, option: QStyleOptionViewItem, told: tuple[TicketRow, datetime]
    ) -> None:
        row, now = told
        tokens, rect = self._theme.tokens, QRect(option.rect)
        self._ground(painter, option, rect, row, tokens)
        inner = rect.adjusted(EDGE, 0, -14, 0)
        apart = self._theme.size("apart")
        above = (rect.height() - _LINE - apart) // 2
        first = QRect(inner.left(), rect.top() + above, inner.width(), _LINE)
        second = first.translated(0, apart)
        marked = self._marked(row)
        if marked is not None:
            box = QRectF(rect.left() + 7, first.center().y() - 7, 16, 16)
            self._mark(painter, box, marked=marked)
        elif row.unread:
            center = QPointF(rect.left() + 15, first.center().y() + 1)
            paint.dot(painter, center, 3.5, tokens["accent"])
        right = Qt.AlignmentFlag.AlignRight
        gone = words.age(row.updated_at, now)
        width = paint.line(painter, first, gone, font(SMALL, tabular=True), tokens["faint"], right)
        subject = font(BASE, strong=bool(row.unread))
        paint.line(
            painter, first.adjusted(0, 0, -width - 8, 0), row.subject, subject, tokens["text"]
        )
        selected = bool(marked or option.state & QStyle.StateFlag.State_Selected)
        end = self._right_side(painter, second, row, now, tokens, selected)
        self._beneath(painter, second.adjusted(0, 0, -end, 0), row, tokens)

    def _ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        rect: QRect,
        row: TicketRow,
        tokens: Tokens,
    ) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        marked = self._marked(row)
        if marked or selected or hovered:
            ground = "accent_tint" if marked else "selection" if selected else "hover"
            painter.fillRect(rect, tokens[ground])
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, tokens["line"])
        if row.priority in PRIORITY_COLORS:
            color = tokens[PRIORITY_COLORS[row.priority]]
            painter.fillRect(rect.left(), rect.top(), 3, rect.height() - 1, color)
        if selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(tokens["focus"])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _right_side(
        self,
        painter: QPainter,
        line: QRect,
        row: TicketRow,
        now: datetime,
        tokens: Tokens,
        selected: bool,
    ) -> int:
        """Chip and assignee, from the right; how much room they took."""
        end = line.right() + 1
        if row.assignee:
            box = QRect(end - _AVATAR, line.center().y() - _AVATAR // 2 + 1, _AVATAR, _AVATAR)
            letters = tr("me") if row.mine else initials(row.assignee)
            paint.avatar(painter, box, row.assignee, letters, tokens)
            end -= _AVATAR + 6
        chip = label(row, now)
        if chip is not None:
            text, ink, ground = chip
            if selected and ground == "accent_tint":
                ground = "panel"  # it would be lost on the row's own tint
            width = paint.chip_width(text)
            box = QRect(end - width, line.center().y() - 8, width, paint.CHIP_HEIGHT)
            paint.chip(painter, box, text, tokens[ink], tokens[ground])
            end -= width + 6
        if row.marks.mentions:
            place = QRectF(end - _MENTION, line.center().y() - _MENTION / 2 + 1, _MENTION, _MENTION)
            icons.draw(painter, "at", place, tokens["accent"])
            end -= _MENTION + 6
        return line.right() + 1 - end

    def _beneath(self, painter: QPainter, line: QRect, row: TicketRow, tokens: Tokens) -> None:
        icon = "storefront" if row.side == "seller" else CHANNEL_ICONS[row.channel]
        color = tokens["seller_edge" if row.side == "seller" else "faint"]
        icons.draw(painter, icon, QRectF(line.left(), line.center().y() - 6, 14, 14), color)
        text = beside((row.requester, row.snippet))
        paint.line(painter, line.adjusted(20, 0, 0, 0), text, font(SMALL), tokens["dim"])


class QueueList(QListView):
    """The list itself. `picked` tells which ticket has become current."""

    picked = Signal(object)
    entered_ticket = Signal()

    def __init__(self, queue: Queue, theme: Theme, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("queue")
        self.setAccessibleName(tr("Tickets"))
        self._queue, self._theme = queue, theme
        self._current: bytes | None = None
        self._following = False
        self._seen = (queue.view, queue.sort)
        self._home = 0  # where somebody chose the current ticket, wherever it has moved since
        self._rows = Rows(queue.row, lambda row: self._spoken(row, clock.now()), self)
        self.setModel(self._rows)
        self.marked: Callable[[bytes], bool | None] = lambda _: None
        """Whether a ticket is selected; None while nobody selects any."""
        self.setItemDelegate(QueueDelegate(theme, clock, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)
        self.activated.connect(lambda _: self.entered_ticket.emit())
        OverlayBar(self)
        queue.edits.connect(self._follow)
        theme.changed.connect(self._rows.repaint_all)
        theme.arranged.connect(self.doItemsLayout)
        # Qt lays all rows out anew with each that comes or goes: no more than somebody looks at.
        self._ahead = QTimer(self, singleShot=True, interval=0)
        self._ahead.timeout.connect(queue.load_more)
        self.verticalScrollBar().valueChanged.connect(self._look_ahead)
        minute = QTimer(self, interval=_MINUTE_MS)
        minute.timeout.connect(self.viewport().update)
        minute.start()

    @property
    def current_key(self) -> bytes | None:
        """The current ticket's raw id."""
        return self._current

    def _spoken(self, row: TicketRow, now: datetime) -> str:
        told = spoken(row, now)
        return tr("Selected: {ticket}").format(ticket=told) if self.marked(row.id.bytes) else told

    def step(self, by: int) -> None:
        """Move to the next (1) or previous (-1) ticket.

        Where the current one has left, the next is the one that stands in its place now.
        """
        here = self.currentIndex().row()
        if here < 0:
            here = self._home - (by > 0)
        there = min(max(here + by, 0), self._rows.rowCount() - 1)
        if there >= 0:
            self.choose(there)

    def choose(self, position: int) -> None:
        """Make the ticket at a position current and visible."""
        self._go(position)
        self._home = position

    def _go(self, position: int) -> None:
        index = self._rows.index(position)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def choose_ticket(self, ticket_id: UUID, *, load: bool = True) -> bool:
        """Make a ticket current if it is in the view (`load`: however deep); whether it is."""
        position = self._queue.position(ticket_id, load=load)
        if position is None:
            self.setCurrentIndex(QModelIndex())
            return False
        self.choose(position)
        return True

    @property
    def place(self) -> str:
        """The ticket at the top, and how many pixels of it are above; for `go_back`."""
        top = self.indexAt(QPoint(0, 0))
        key = key_at(top)
        return f"{UUID(bytes=key)} {-self.visualRect(top).top()}" if key is not None else ""

    def go_back(self, place: str) -> None:
        """Scroll to a place told before; where its ticket is not in the view any more, nowhere."""
        told, _, above = place.partition(" ")
        position = self._queue.position(UUID(told)) if told else None
        if position is not None:
            self.scrollTo(self._rows.index(position), QAbstractItemView.ScrollHint.PositionAtTop)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + int(above))

    @property
    def holds_current(self) -> bool:
        """Whether the current ticket is in sight, as a whole."""
        return self._is_within(self.viewport().height())

    def _is_within(self, height: int) -> bool:
        here = self.currentIndex()
        row = self.visualRect(here)
        return here.isValid() and row.top() >= 0 and row.bottom() < height

    def show_current(self) -> None:
        """Have the current ticket in sight."""
        self.scrollTo(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What slides in beneath the list does not cover the current ticket."""
        held = self._is_within(event.oldSize().height())
        super().resizeEvent(event)
        if held:
            self.show_current()

    def let_go(self) -> None:
        """Have no current ticket; the open one stays open."""
        self._home = 0
        self.setCurrentIndex(QModelIndex())

    def _follow(self, edits: Sequence[Edit]) -> None:
        """Apply edits. The current ticket stays current wherever it moves.

        When it leaves, the one that now stands where it was chosen follows: after an answer has
        moved a ticket down and solving takes it out, work goes on at the place it was done. A list
        that is read anew stays where it was scrolled to.
        """
        replaced = any(isinstance(edit, Reset) for edit in edits)
        before, self._seen = self._seen, (self._queue.view, self._queue.sort)
        place = self.place if replaced and before == self._seen else ""
        self._following = True
        self._rows.apply(edits)
        there = self._next(replaced)
        self._following = True  # still: finding the place may have loaded rows and followed those
        if there is None:
            self.setCurrentIndex(QModelIndex())
        elif there != self.currentIndex().row():
            self._go(there)
            self.go_back(place)
        self._following = False
        self._tell()
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Load the rows behind those loaded before somebody comes to their end."""
        bar = self.verticalScrollBar()
        if self._queue.more and bar.maximum() - bar.value() < _ROWS_AHEAD * self._theme.size("row"):
            self._ahead.start()

    def _next(self, replaced: bool) -> int | None:
        """Where to stand after edits; None for nowhere: nothing follows then.

        So it is in another view, beside a ticket that was not opened from here, and for whoever
        writes: words meant for one customer must not end up with the next.
        """
        if self._current is None:
            return None
        ticket_id = UUID(bytes=self._current)
        there = self._queue.position(ticket_id)
        if there is None and not replaced and not self._queue.has_draft(ticket_id):
            there = min(self._home, self._rows.rowCount() - 1)
        return None if there == -1 else there

    def _moved(self, current: QModelIndex, _: QModelIndex) -> None:
        if self._following:
            return  # Qt moves the current row while rows come and go; only where it ends counts
        if current.isValid():
            self._home = current.row()
        self._tell()

    def _tell(self) -> None:
        key = key_at(self.currentIndex())
        if key != self._current:
            self._current = key
            if key is not None:
                self.picked.emit(UUID(bytes=key))
