"""Selecting in the list: by key, with Ctrl and Shift, at the row's edge; and dragging from it."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from console.tickets.viewmodel.queue import Queue
from console.tickets.viewmodel.selection import Selection
from console.tickets.widgets.queue import QueueList
from console.tickets.widgets.row import TicketDelegate
from console.ui.rows import key_at

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class Selecting(QObject):
    """Lets somebody select in a list and drag what is selected, or one row that is not.

    `dragged` tells where on the screen the tickets are, `dropped` where they were let go (None: they
    were not, and are back).
    """

    dragged = Signal(QPoint, object)
    dropped = Signal(object, object)

    def __init__(self, tickets: QueueList, queue: Queue, selection: Selection) -> None:
        super().__init__(tickets)
        self._list, self._queue, self._selection = tickets, queue, selection
        self._pressed: QPoint | None = None
        self._later = b""  # pressed and selected: opened when it is let go where it is
        self._carried: Sequence[bytes] = ()
        tickets.marked = self._mark
        tickets.viewport().installEventFilter(self)
        tickets.installEventFilter(self)
        selection.changed.connect(self._changed)

    def _mark(self, key: bytes) -> bool | None:
        return key in self._selection if self._selection else None

    def _changed(self, _: None) -> None:
        self._list.viewport().update()

    # -- by key

    def toggle(self) -> None:
        """Select the current ticket, or no more."""
        key = self._list.current_key
        if key is not None:
            self._selection.toggle(key)

    def extend(self, by: int) -> None:
        """Move to the next (1) or previous (-1) ticket and select up to it."""
        start = self._list.current_key
        self._list.step(by)
        key = self._list.current_key
        if start is not None and key is not None:
            self._selection.reach(key, start)

    # -- by hand

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and watched is self._list.viewport():
            match event.type():
                case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                    return self._press(event)
                case QEvent.Type.MouseMove if self._pressed is not None:
                    return self._move(event)
                case QEvent.Type.MouseButtonRelease if self._pressed is not None:
                    return self._release(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if isinstance(event, QKeyEvent) and self._carried and event.key() == Qt.Key.Key_Escape:
            event.accept()  # before it is anybody's shortcut: it ends the carrying, and nothing else
            return True
        return super().eventFilter(watched, event)

    def _press(self, event: QMouseEvent) -> bool:
        place = event.position().toPoint()
        key: bytes | None = key_at(self._list.indexAt(place))
        self._pressed, self._later = None, b""
        if key is None:
            return False
        if event.modifiers() & _SHIFT:
            self._selection.reach(key, None if self._selection else self._list.current_key)
            return True
        if event.modifiers() & _CTRL or self._at_edge(place):
            self._selection.toggle(key)
            return True
        self._pressed = place
        if self._selection and key in self._selection:
            self._later = key
            return True
        self._selection.clear()
        return False

    def _at_edge(self, place: QPoint) -> bool:
        """Whether somebody points at where a row's mark is."""
        delegate = self._list.itemDelegate()
        assert isinstance(delegate, TicketDelegate)
        rightwards = self._list.layoutDirection() == Qt.LayoutDirection.LeftToRight
        first, last = delegate.mark_span()
        return (
            first <= (place.x() if rightwards else self._list.viewport().width() - place.x()) < last
        )

    def _move(self, event: QMouseEvent) -> bool:
        assert self._pressed is not None
        place = event.position().toPoint()
        far = (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far and not self._carried:
            key: bytes | None = key_at(self._list.indexAt(self._pressed))
            whole = bool(self._later)
            self._carried = () if key is None else (key,)
            self._later = b"" if not whole else self._later
        if self._carried:
            self.dragged.emit(event.globalPosition().toPoint(), self._what)
        return True

    @property
    def _what(self) -> Selection | Sequence[UUID]:
        """What is carried: the selection when a row of it was taken, else that row."""
        if self._later:
            return self._selection
        return [UUID(bytes=key) for key in self._carried]

    def _release(self, event: QMouseEvent) -> bool:
        carried, later, what = self._carried, self._later, self._what
        self._pressed, self._later, self._carried = None, b"", ()
        if carried:
            self.dropped.emit(event.globalPosition().toPoint(), what)
            return True
        if later:
            self._selection.clear()
            self._list.choose_ticket(UUID(bytes=later), load=False)
            return True
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key, held = event.key(), event.modifiers()
        if key == Qt.Key.Key_Escape and self._carried:
            self._pressed, self._later, self._carried = None, b"", ()
            self.dropped.emit(None, ())
            return True
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key))
        if step is not None and held & _SHIFT:
            self.extend(step)
            return True
        if key == Qt.Key.Key_Space and not held:
            self.toggle()
            return True
        return False
