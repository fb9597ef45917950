"""A ticket as one row of a list: its mark, its chip, what is read aloud, and how it is painted."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from console.kernel.clock import Clock
from console.kernel.tongue import beside, mark, tr, trn
from console.people.model import initials
from console.tickets.model import DUE_SOON_S, OVERDUE_S, Priority, Status
from console.tickets.viewmodel.row import TicketRow
from console.ui import icons, paint, words
from console.ui.kept import Kept
from console.ui.mirror import mirrors
from console.ui.rows import Index, row_at
from console.ui.theme import BASE, SMALL, Theme, Tokens, font
from console.ui.widgets import plain_tip

_SHOWN_STATES = (
    QStyle.StateFlag.State_Selected
    | QStyle.StateFlag.State_MouseOver
    | QStyle.StateFlag.State_HasFocus
)
"""What of a row's state can be seen."""
EDGE = 26
"""So wide is the edge of a row where its mark is: unread, or selected."""
_AVATAR, _SIGN, _BESIDE = 20, 15, 6
_LINE = 20
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
    if row.others.whole:
        parts.append(row.others.whole)
    if row.priority in PRIORITY_COLORS:
        parts.append(tr(_PRESSING[row.priority]))
    chip = label(row, now)
    if chip is not None:
        waits = tr("waiting {time}").format(time=chip[0])
        parts.append(waits if row.waiting_since and chip[1] == "dim" else chip[0])
    held = tr("assigned to {name}").format(name=row.assignee)
    parts.append(held if row.assignee else tr("unassigned"))
    return ", ".join(parts)


def tip(row: TicketRow) -> str:
    """The whole subject, who else is at the ticket, and its times in full; a line for each."""
    lines = [row.subject, row.others.whole]
    lines.append(tr("Last change: {when}").format(when=words.full(row.updated_at)))
    if row.waiting_since is not None:
        lines.append(tr("Waiting since {when}").format(when=words.full(row.waiting_since)))
    lines.append(tr("Opened: {when}").format(when=words.full(row.created_at)))
    return "\n".join(line for line in lines if line)


def paint_signs(painter: QPainter, box: QRect, row: TicketRow, tokens: Tokens) -> int:
    """At the end of a box: that others are at the ticket, that it mentions me; the room it took.

    Whoever writes there is in the way of an answer, so a pen stands out more than an eye.
    """
    signs = []
    if row.others.people:
        signs.append(("pencil-simple", "accent") if row.others.writes else ("eye", "dim"))
    if row.marks.mentions:
        signs.append(("at", "accent"))
    end = box.right() + 1
    for icon, color in signs:
        place = QRectF(end - _SIGN, box.center().y() + 0.5 - _SIGN / 2, _SIGN, _SIGN)
        icons.draw(painter, icon, place, tokens[color])
        end -= _SIGN + _BESIDE
    return box.right() + 1 - end


class Tickets(QListView):
    """A list of tickets, some of which may be marked as selected."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.marked: Callable[[bytes], bool | None] = lambda _: None
        """Whether a ticket is selected; None while nobody selects any."""


class TicketDelegate(QStyledItemDelegate):
    """Paints a list's tickets, and where one of them is marked as selected."""

    def __init__(self, theme: Theme, clock: Clock, tickets: Tickets) -> None:
        super().__init__(tickets)
        self._theme, self._clock, self._list = theme, clock, tickets

    def mark_span(self) -> tuple[int, int]:
        """From where to where a row's mark can be pressed, from its leading edge."""
        return 0, EDGE

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Under the mouse, what the row has no room for."""
        row: TicketRow | None = row_at(index)
        if event.type() != QEvent.Type.ToolTip or row is None:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), plain_tip(tip(row)), view)
        return True

    def _marked(self, row: TicketRow) -> bool | None:
        return self._list.marked(row.id.bytes)

    def _mark(self, painter: QPainter, box: QRectF, *, marked: bool) -> None:
        icon, color = ("check-circle-fill", "accent") if marked else ("circle", "faint")
        icons.draw(painter, icon, box, self._theme.tokens[color])


class QueueDelegate(TicketDelegate):
    """Paints a ticket as two lines."""

    def __init__(self, theme: Theme, clock: Clock, tickets: Tickets) -> None:
        super().__init__(theme, clock, tickets)
        self.kept = Kept()
        theme.changed.connect(self.kept.clear)
        theme.arranged.connect(self.kept.clear)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._theme.size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: TicketRow | None = row_at(index)
        if row is None:
            return
        now, states = self._clock.now(), option.state & _SHOWN_STATES
        times = words.age(row.updated_at, now), label(row, now)
        self.kept.draw(
            painter, QRect(option.rect), self._theme.tokens["panel"], row.id.bytes,
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
        end -= paint_signs(
            painter, QRect(line.left(), line.top() + 1, end - line.left(), _LINE), row, tokens
        )
        return line.right() + 1 - end

    def _beneath(self, painter: QPainter, line: QRect, row: TicketRow, tokens: Tokens) -> None:
        icon = "storefront" if row.side == "seller" else CHANNEL_ICONS[row.channel]
        color = tokens["seller_edge" if row.side == "seller" else "faint"]
        icons.draw(painter, icon, QRectF(line.left(), line.center().y() - 6, 14, 14), color)
        text = beside((row.requester, row.snippet))
        paint.line(painter, line.adjusted(20, 0, 0, 0), text, font(SMALL), tokens["dim"])
