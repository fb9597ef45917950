"""Outbox and needs-attention: every action that is not settled, why, and the ways out."""

from collections.abc import Hashable
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
from console.tickets.viewmodel.heaps import Heap, heaps
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
        heap: Heap | None = row_at(index)
        if not heap:
            return
        entry = heap[0]
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
        head = beside(part for part in (entry.about, self._page.about(heap)) if part)
        paint.line(painter, top.adjusted(0, 0, -width - 12, 0), head, font(BASE), tokens["text"])
        paint.line(painter, low, _stands(heap), font(SMALL), tokens[color])


class OutboxPage(QWidget):
    """The list of unsettled actions, and the chosen one in full beside it."""

    def __init__(
        self, local: Local, attention: Attention, slots: Slots, theme: Theme, clock: Clock
    ) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._local, self._attention, self._slots = local, attention, slots
        self._keys: list[Hashable] = []
        self._stale = False  # while nobody sees the page, it is not kept up to date
        self._heaps: dict[Hashable, Heap] = {}
        self._title = Text(tr("Outbox"), "display")
        self._empty = Empty(theme, "check-circle", tr(_NOTHING))
        self._model = Rows(self._heap, self._spoken, self)
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

    def about(self, heap: Heap) -> str:
        """The ticket of an action, or how many tickets it is about."""
        if len(heap) == 1:
            return self.subject(heap[0])
        said = trn("{count} ticket", "{count} tickets", len(heap))
        return said.format(count=words.count(len(heap)))

    @property
    def ticket_id(self) -> UUID:
        """The ticket of the chosen action, NIL when there is none."""
        heap = self._current()
        return heap[0].lane if heap and not self._local.apart(heap[0]) else NIL

    def step(self, by: int) -> None:
        """To the next (1) or previous (-1) action."""
        row = self.list.currentIndex().row() + by
        if 0 <= row < self._model.rowCount():
            self.list.setCurrentIndex(self._model.index(row))

    def enter(self) -> None:
        """To what can be done about the chosen action."""
        self.matter.focus_ways()

    def _current(self) -> Heap:
        return self._heaps.get(key_at(self.list.currentIndex()), ())

    def _heap(self, key: Hashable) -> Heap | None:
        return self._heaps.get(key)

    def _go(self, way: Way, matter: Matter) -> None:
        go(way, matter, self._attention, self._slots)
        if way not in (Way.OPEN, Way.EDIT):
            self.list.setFocus()  # the button goes with its action

    def _changed(self, _: None) -> None:
        self._stale = self.isHidden()
        if self._stale:
            return
        entries = self._local.entries
        shown = [entry for entry in entries.values() if entry.about]  # drafts go unseen
        self._heaps = heaps(shown)
        new = list(self._heaps)
        self._model.apply(difference(self._keys, new, self._heaps))
        self._keys = new
        told = trn("Outbox · {count} action", "Outbox · {count} actions", len(shown))
        self._title.setText(told.format(count=words.count(len(shown))) if new else tr("Outbox"))
        self._body.setVisible(bool(new))
        self._empty.setVisible(not new)
        if new and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._model.index(0))
        self._look(None)

    def _chosen(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._look(None)

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        if visible and self._stale:
            self._changed(None)

    def _look(self, _: None) -> None:
        if self._stale or self.isHidden():
            return
        heap = self._current()
        if not heap:
            self.matter.show_matter(None)
        else:
            about = self.subject(heap[0]) if len(heap) == 1 else ""
            self.matter.show_matter(self._attention.heap(heap), about)

    def _spoken(self, heap: Heap) -> str:
        parts = (heap[0].about, self.about(heap), _stands(heap))
        return ", ".join(part for part in parts if part)


def _stands(heap: Heap) -> str:
    """How an action stands, on one line."""
    first = heap[0]
    state = tr(_STATES[first.state][2])
    if first.state == "scheduled" and first.due_at is not None:
        return tr("Goes out {when}").format(when=words.stamp(first.due_at))
    reasons = list(dict.fromkeys(reason(entry).words for entry in heap))
    return f"{state}: {'; '.join(reasons)}" if first.state == "rejected" else state
