"""Outbox and needs-attention: every action that is not settled, why, and the ways out."""

from uuid import UUID

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.desktop.matter_view import MatterView
from console.kernel.clock import Clock
from console.kernel.codec import NIL
from console.kernel.edits import difference
from console.kernel.tongue import beside, mark, tr, trn
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.tickets.tables import rows as ticket_rows
from console.tickets.viewmodel.attention import Attention, Matter, Way
from console.tickets.viewmodel.reasons import reason
from console.tickets.widgets.attention import go
from console.ui import icons, paint, words
from console.ui.mirror import mirrors
from console.ui.rows import Index, Rows, key_at, row_at
from console.ui.slots import Slots
from console.ui.theme import BASE, SMALL, Theme, font
from console.ui.widgets import Empty, Text, hline

_LINES = 37  # two lines of words
_LIST_WIDTH = 320
_NOTHING = mark(
    "Everything you did has arrived\nWhat waits to be sent, or was refused, stands here."
)
_STATES = {
    "waiting": ("timer", "dim", mark("Sent, and can be taken back")),
    "scheduled": ("clock", "dim", mark("Scheduled")),
    "queued": ("clock", "amber", mark("Waiting to send")),
    "accepted": ("check-circle", "green", mark("Sent, arriving")),
    "rejected": ("warning-circle", "red", mark("Needs you")),
    "held": ("hand-palm", "amber", mark("Held: it may have been sent already")),
}


class _Delegate(QStyledItemDelegate):
    def __init__(self, page: "OutboxPage", theme: Theme, clock: Clock) -> None:
        super().__init__(page)
        self._page, self._theme, self._clock = page, theme, clock

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._theme.size("outbox"))

    @mirrors
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry | None = row_at(index)
        if entry is None:
            return
        tokens, rect = self._theme.tokens, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, tokens["selection"])
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, tokens["line"])
        icon, color, _ = _STATES[entry.state]
        icons.draw(painter, icon, QRectF(20, rect.center().y() - 9, 18, 18), tokens[color])
        above = (rect.height() - _LINES) // 2
        inner = rect.adjusted(52, above, -20, -above)
        top = QRect(inner.left(), inner.top(), inner.width(), 18)
        low = QRect(inner.left(), inner.top() + 19, inner.width(), 18)
        right = Qt.AlignmentFlag.AlignRight
        when = words.age(entry.made_at, self._clock.now())
        width = paint.line(painter, top, when, font(SMALL, tabular=True), tokens["faint"], right)
        head = beside(part for part in (entry.about, self._page.subject(entry)) if part)
        paint.line(painter, top.adjusted(0, 0, -width - 12, 0), head, font(BASE), tokens["text"])
        paint.line(painter, low, _stands(entry), font(SMALL), tokens[color])


class OutboxPage(QWidget):
    """The list of unsettled actions, and the chosen one in full beside it."""

    def __init__(
        self, local: Local, attention: Attention, slots: Slots, theme: Theme, clock: Clock
    ) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._local, self._attention, self._slots = local, attention, slots
        self._keys: list[UUID] = []
        self._title = Text(tr("Outbox"), "display")
        self._empty = Empty(theme, "check-circle", tr(_NOTHING))
        self._model = Rows(self._entry, self._spoken, self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Outbox"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self, theme, clock))
        self.list.setUniformItemSizes(True)
        theme.arranged.connect(self.list.doItemsLayout)
        self.list.setMinimumWidth(_LIST_WIDTH)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.matter = MatterView(theme, self._go)
        self._body = QWidget()
        self.setFocusProxy(self.list)
        self._build()
        local.outbox_changed.connect(self._changed)
        local.opened.connect(self._changed)
        attention.changed.connect(self._look)
        self._changed(None)

    def _build(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(20, 16, 20, 12)
        head.addWidget(self._title)
        edge = QFrame()
        edge.setObjectName("vline")
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list, 2)
        row.addWidget(edge)
        row.addWidget(self.matter, 3)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(hline())
        box.addWidget(self._body, 1)
        box.addWidget(self._empty, 1)

    def subject(self, entry: Entry) -> str:
        """The ticket an action belongs to, in words; nothing for one that is about no ticket."""
        reader = self._local.reader
        if self._local.apart(entry):
            return ""
        ticket = ticket_rows.ticket(reader, entry.lane) if reader else None
        return f"#{ticket.number} {ticket.subject}" if ticket else tr("a ticket that is not here")

    @property
    def ticket_id(self) -> UUID:
        """The ticket of the chosen action, NIL when there is none."""
        entry = self._current()
        return entry.lane if entry and not self._local.apart(entry) else NIL

    def step(self, by: int) -> None:
        """To the next (1) or previous (-1) action."""
        row = self.list.currentIndex().row() + by
        if 0 <= row < self._model.rowCount():
            self.list.setCurrentIndex(self._model.index(row))

    def enter(self) -> None:
        """To what can be done about the chosen action."""
        self.matter.focus_ways()

    def _current(self) -> Entry | None:
        return self._local.entries.get(key_at(self.list.currentIndex()))

    def _entry(self, key: UUID) -> Entry | None:
        return self._local.entries.get(key)

    def _go(self, way: Way, matter: Matter) -> None:
        go(way, matter, self._attention, self._slots)
        if way not in (Way.OPEN, Way.EDIT):
            self.list.setFocus()  # the button goes with its action

    def _changed(self, _: None) -> None:
        # What needs somebody comes first, then everything in the order it was done.
        entries = self._local.entries
        shown = [key for key, entry in entries.items() if entry.about]  # drafts go unseen
        new = sorted(shown, key=lambda key: not entries[key].parked)
        self._model.apply(difference(self._keys, new, new))
        self._keys = new
        told = trn("Outbox · {count} action", "Outbox · {count} actions", len(new))
        self._title.setText(told.format(count=words.count(len(new))) if new else tr("Outbox"))
        self._body.setVisible(bool(new))
        self._empty.setVisible(not new)
        if new and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._model.index(0))
        self._look(None)

    def _chosen(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._look(None)

    def _look(self, _: None) -> None:
        entry = self._current()
        if entry is None:
            self.matter.show_matter(None)
        else:
            self.matter.show_matter(self._attention.matter(entry), self.subject(entry))

    def _spoken(self, entry: Entry) -> str:
        parts = (entry.about, self.subject(entry), _stands(entry))
        return ", ".join(part for part in parts if part)


def _stands(entry: Entry) -> str:
    """How an action stands, on one line."""
    state = tr(_STATES[entry.state][2])
    if entry.state == "scheduled" and entry.due_at is not None:
        return tr("Goes out {when}").format(when=words.stamp(entry.due_at))
    return f"{state}: {reason(entry).words}" if entry.state == "rejected" else state
