"""The column beside the conversation: customer, orders, other tickets."""

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.kernel.clock import Clock
from console.kernel.tongue import tr
from console.orders.widgets import OrderCardWidget
from console.people.widgets import CustomerCard
from console.tickets.model import Ticket
from console.tickets.viewmodel.opened import OpenState
from console.tickets.widgets.queue import STATUS_WORDS
from console.ui import paint
from console.ui.scroll import OverlayBar
from console.ui.theme import BASE, Theme, font
from console.ui.widgets import Card, Text, clear, plain_tip

MOST_ORDERS = 3
_TITLE_WIDTH = 170


class Context(QScrollArea):
    """Cards around one ticket. `ticket_wanted` asks to open another."""

    ticket_wanted = Signal(object)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("context")
        self.setAccessibleName(tr("Customer and order"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._clock = clock
        self._customer = CustomerCard(theme)
        self._orders = [OrderCardWidget(theme) for _ in range(MOST_ORDERS)]
        self._others = Card(tr("Other tickets"))
        self.viewport().setObjectName("ground")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._inner = inner = QWidget()
        inner.setObjectName("ground")
        box = QVBoxLayout(inner)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(10)
        for card in (self._customer, *self._orders, self._others):
            box.addWidget(card)
        box.addStretch(1)
        self.setWidget(inner)
        OverlayBar(self)

    def show_state(self, state: OpenState | None) -> None:
        """Show this ticket's surroundings; nothing without one."""
        self._inner.setVisible(state is not None)
        if state is None:
            return
        now = self._clock.now()
        self._customer.show_party(state.requester, state.open_cases, now)
        for n, widget in enumerate(self._orders):
            widget.setVisible(n < len(state.orders))
            if n < len(state.orders):
                widget.show_card(state.orders[n])
        clear(self._others.body)
        self._others.setVisible(bool(state.others))
        for ticket in state.others:
            self._others.body.addLayout(self._line(ticket))

    def _line(self, ticket: Ticket) -> QHBoxLayout:
        text = f"#{ticket.number} {ticket.subject}"
        shown = paint.measure(font(BASE)).elidedText(
            text, Qt.TextElideMode.ElideRight, _TITLE_WIDTH
        )
        button = QPushButton(shown.replace("&", "&&"))
        button.setProperty("kind", "link")
        button.setAccessibleName(text)
        button.setToolTip(plain_tip(text))
        button.clicked.connect(lambda _=False, i=ticket.id: self._wanted(i))
        row = QHBoxLayout()
        row.addWidget(button, 1)
        row.addWidget(Text(tr(STATUS_WORDS[ticket.status]), "faint"))
        return row

    def _wanted(self, ticket_id: UUID) -> None:
        self.ticket_wanted.emit(ticket_id)
