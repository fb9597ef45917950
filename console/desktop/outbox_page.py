"""Outbox and needs-attention: every action that is not settled, why, and the ways out."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.kernel.clock import Clock
from console.kernel.edits import difference
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.tickets.tables import rows as ticket_rows
from console.tickets.widgets.attention import body_of, reason
from console.ui import icons, paint, words
from console.ui.rows import Index, Rows, key_at, row_at
from console.ui.slots import Slots
from console.ui.theme import BASE, SMALL, Theme, font
from console.ui.widgets import Empty, Text, hline

_HEIGHT = 56
_NOTHING = "Everything you did has arrived\nWhat waits to be sent, or was refused, stands here."
_STATES = {
    "queued": ("clock", "amber", "Waiting to send"),
    "accepted": ("check-circle", "green", "Sent, arriving"),
    "rejected": ("warning-circle", "red", "Needs you"),
}


class _Delegate(QStyledItemDelegate):
    def __init__(self, page: "OutboxPage", theme: Theme, clock: Clock) -> None:
        super().__init__(page)
        self._page, self._theme, self._clock = page, theme, clock

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry | None = row_at(index)
        if entry is None:
            return
        tokens, rect = self._theme.tokens, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, tokens["selection"])
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, tokens["line"])
        icon, color, state = _STATES[entry.state]
        icons.draw(painter, icon, QRectF(20, rect.center().y() - 9, 18, 18), tokens[color])
        inner = rect.adjusted(52, 9, -20, -9)
        top = QRect(inner.left(), inner.top(), inner.width(), 18)
        low = QRect(inner.left(), inner.top() + 19, inner.width(), 18)
        right = Qt.AlignmentFlag.AlignRight
        when = words.age(entry.made_at, self._clock.now())
        width = paint.line(painter, top, when, font(SMALL, tabular=True), tokens["faint"], right)
        head = f"{entry.about} · {self._page.subject(entry.lane)}"
        paint.line(painter, top.adjusted(0, 0, -width - 12, 0), head, font(BASE), tokens["text"])
        why = f"{state}: {reason(entry)}" if entry.state == "rejected" else state
        paint.line(painter, low, why, font(SMALL), tokens[color])


class OutboxPage(QWidget):
    """The list of unsettled actions with what can be done about the chosen one."""

    ticket_wanted = Signal(object)

    def __init__(self, local: Local, slots: Slots, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._local, self._slots = local, slots
        self._keys: list[UUID] = []
        self._title = Text("Outbox", "display")
        self._empty = Empty(theme, "check-circle", _NOTHING)
        self._model = Rows(self._entry, self._spoken, self)
        self.list = QListView()
        self.list.setAccessibleName("Outbox")
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self, theme, clock))
        self.list.setUniformItemSizes(True)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self._text = Text("", "dim")
        self._text.setWordWrap(True)
        self._buttons = QHBoxLayout()
        self._again = self._button("Do it anyway", lambda e: slots.start(local.retry(e), "retry"))
        self._copy = self._button("Copy text", self._copy_text)
        self._open = self._button("Open ticket", lambda e: self.ticket_wanted.emit(e.lane))
        self._drop = self._button("Discard", lambda e: slots.start(local.discard(e), "discard"))
        self._build()
        local.outbox_changed.connect(self._changed)
        local.opened.connect(self._changed)
        self._changed(None)

    def _build(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(20, 16, 20, 12)
        head.addWidget(self._title)
        foot = QFrame()
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 10, 20, 12)
        row.addWidget(self._text, 1)
        row.addLayout(self._buttons)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(hline())
        box.addWidget(self.list, 1)
        box.addWidget(self._empty, 1)
        box.addWidget(hline())
        box.addWidget(foot)

    def subject(self, ticket_id: UUID) -> str:
        """The ticket an action belongs to, in words."""
        reader = self._local.reader
        ticket = ticket_rows.ticket(reader, ticket_id) if reader else None
        return f"#{ticket.number} {ticket.subject}" if ticket else "a ticket that is not here"

    def _button(self, text: str, call: Callable[[Entry], object]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda _=False: self._act(call))
        self._buttons.addWidget(button)
        return button

    def _act(self, call: Callable[[Entry], object]) -> None:
        entry = self._current()
        if entry is not None:
            call(entry)

    def _entry(self, key: UUID) -> Entry | None:
        return self._local.entries.get(key)

    def _current(self) -> Entry | None:
        key = key_at(self.list.currentIndex())
        return self._local.entries.get(key)

    def _copy_text(self, entry: Entry) -> None:
        QGuiApplication.clipboard().setText(body_of(entry))

    def _changed(self, _: None) -> None:
        # What needs somebody comes first, then everything in the order it was done.
        entries = self._local.entries
        new = sorted(entries, key=lambda key: entries[key].state != "rejected")
        self._model.apply(difference(self._keys, new, new))
        self._keys = new
        waiting = words.plural(len(new), "action", "actions") if new else "empty"
        self._title.setText(f"Outbox · {waiting}" if new else "Outbox")
        self.list.setVisible(bool(new))
        self._empty.setVisible(not new)
        if new and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._model.index(0))
        self._chosen(self.list.currentIndex(), QModelIndex())

    def _chosen(self, _current: QModelIndex, _before: QModelIndex) -> None:
        entry = self._current()
        refused = entry is not None and entry.state == "rejected"
        text = body_of(entry) if entry is not None else ""
        self._text.setText(f"“{text[:300]}”" if text else "")
        for button, shown in (
            (self._again, refused),
            (self._drop, refused),
            (self._copy, bool(text)),
            (self._open, entry is not None),
        ):
            button.setVisible(shown)

    def _spoken(self, entry: Entry) -> str:
        state = _STATES[entry.state][2]
        why = f", {reason(entry)}" if entry.state == "rejected" else ""
        return f"{entry.about}, {self.subject(entry.lane)}, {state}{why}"
