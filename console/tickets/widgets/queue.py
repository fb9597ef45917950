"""The queue as a list of two-line rows, painted from the view model, moved through by keys."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from console.kernel.clock import Clock
from console.kernel.edits import Edit, Remove, Reset
from console.kernel.tongue import tr
from console.tickets.viewmodel.queue import Queue
from console.tickets.viewmodel.row import TicketRow
from console.tickets.widgets.glance import Glance
from console.tickets.widgets.row import QueueDelegate, Tickets, spoken
from console.ui.rows import Rows, key_at
from console.ui.scroll import OverlayBar
from console.ui.theme import Theme

_MINUTE_MS = 60_000
_ROWS_AHEAD = 100


class QueueList(Tickets):
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
        self._painted = QueueDelegate(theme, clock, self)
        self.setItemDelegate(self._painted)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)
        self.activated.connect(lambda _: self.entered_ticket.emit())
        OverlayBar(self)
        Glance(self, queue.look_at)
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
        if replaced or any(isinstance(edit, Remove) for edit in edits):
            self._painted.kept.keep_only(self._rows.keys)
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
