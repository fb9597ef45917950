"""The column beside the conversation: customer, orders, what changed, notes, other tickets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.conversations.viewmodel.threads import Joined
from console.kernel.clock import Clock
from console.kernel.codec import NIL
from console.kernel.tongue import tr
from console.orders.widgets import EVENTS, OrderCardWidget
from console.people.widgets import CustomerCard
from console.tickets.model import Ticket
from console.tickets.viewmodel.changes import Changed, Noted
from console.tickets.viewmodel.opened import OpenState
from console.tickets.widgets.row import STATUS_WORDS
from console.ui import icons, words
from console.ui.cards import CardColumn
from console.ui.scroll import OverlayBar
from console.ui.theme import Theme
from console.ui.widgets import Card, Elided, Link, Text, clear

MOST_ORDERS = 3
_ICON = 14


@dataclass(frozen=True)
class Extra:
    """A card that another part brings: its name in the arrangement, and how it shows a ticket.

    Until somebody moves it, it stands before the group that `before` names.
    """

    name: str
    card: Card
    show: Callable[[OpenState], None]
    before: str


class Context(QScrollArea):
    """Cards around one ticket. `ticket_wanted` asks to open another, `message_wanted` to go to one.

    `merge_wanted` asks to merge another into it, `unmerge_wanted` to let one go again.

    `arrangement` is how somebody put the cards; `arranged` tells it anew.
    """

    ticket_wanted = Signal(object)
    message_wanted = Signal(object)
    merge_wanted = Signal(object)
    unmerge_wanted = Signal(object)
    arranged = Signal(str)

    def __init__(
        self,
        theme: Theme,
        clock: Clock,
        arrangement: str = "",
        extras: Sequence[Extra] = (),
    ) -> None:
        """`extras` stand among the cards that are always here."""
        super().__init__()
        self.setObjectName("context")
        self.setAccessibleName(tr("Customer and order"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clock, self._theme = clock, theme
        self._customer = CustomerCard(theme)
        self._orders = [OrderCardWidget(theme) for _ in range(MOST_ORDERS)]
        self._changes = Card(tr("Since the last answer"))
        self._notes = Card(tr("Notes"))
        self._joined = Card(tr("Merged into this"))
        self._others = Card(tr("Other tickets"))
        self._told: tuple[OpenState | None, Sequence[Changed], Sequence[Noted]] = (None, (), ())
        self._shown: dict[Card, object] = {}
        self.viewport().setObjectName("ground")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        groups: dict[str, Sequence[Card]] = {
            "customer": (self._customer,),
            "orders": self._orders,
            "changes": (self._changes,),
            "notes": (self._notes,),
            "others": (self._joined, self._others),
        }
        self.cards = CardColumn(_with(groups, extras), arrangement)
        self.cards.setObjectName("ground")
        self.cards.arranged.connect(self.arranged)
        self.cards.hide()
        ground = QWidget()  # shrinks with the cards, so that nothing is left to scroll without them
        ground.setObjectName("ground")
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.cards)
        self.setWidget(ground)
        self._extras = extras
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show)
        self._wanted: QWidget | None = None
        self._aim = QTimer(self, singleShot=True, interval=0)
        self._aim.timeout.connect(self._reach)
        OverlayBar(self)

    def show_state(
        self,
        state: OpenState | None,
        changes: Sequence[Changed] = (),
        notes: Sequence[Noted] = (),
    ) -> None:
        """Show this ticket's surroundings, once its messages are painted; nothing without one."""
        self._told = (state, changes, notes)
        self._soon.start()

    def focus_first(self) -> None:
        """Put the keyboard on the first card's heading."""
        heading = self.cards.first_heading()
        if heading is not None:
            heading.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.ensureWidgetVisible(heading)

    def reveal(self, name: str, part: QWidget) -> None:
        """Bring a part of a card into sight, unfolded, once all has its place."""
        self.cards.unfold(name)
        self._wanted = part
        self._aim.start()

    def _reach(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted)
        self._wanted = None

    def _show(self) -> None:
        state, changes, notes = self._told
        self.cards.setVisible(state is not None)
        if state is None:
            return
        self._customer.show_party(state.requester, state.open_cases, self._clock.now())
        for extra in self._extras:
            extra.show(state)
        for n, widget in enumerate(self._orders):
            widget.setVisible(n < len(state.orders))
            if n < len(state.orders):
                widget.show_card(state.orders[n])
        self._fill(self._changes, changes, self._changed_line)
        self._fill(self._notes, notes, self._note_line)
        self._fill(self._joined, state.joined, self._joined_line)
        self._fill(self._others, state.others, self._ticket_line)

    def _fill(
        self,
        card: Card,
        entries: Sequence[object],
        line: Callable[[Any], QHBoxLayout | QVBoxLayout],
    ) -> None:
        """Give a card a line for each entry, if they are others than those it shows."""
        if self._shown.get(card) == list(entries):
            return
        self._shown[card] = list(entries)
        clear(card.body)
        card.setVisible(bool(entries))
        for entry in entries:
            card.body.addLayout(line(entry))

    def _ticket_line(self, ticket: Ticket) -> QHBoxLayout:
        button = Link(f"{words.numbered(ticket.number)} {ticket.subject}")
        button.clicked.connect(lambda _=False: self.ticket_wanted.emit(ticket.id))
        row = _row(button, tr(STATUS_WORDS[ticket.status]))
        said = tr("Merge #{number} into this ticket").format(number=ticket.number)
        row.addWidget(self._act("git-merge", said, lambda: self.merge_wanted.emit(ticket.id)))
        return row

    def _joined_line(self, joined: Joined) -> QHBoxLayout:
        told = Elided()
        told.setText(f"#{joined.number} {joined.subject}")
        row = _row(told, "")
        said = tr("Make #{number} a ticket of its own again").format(number=joined.number)
        row.addWidget(
            self._act("arrow-u-up-left", said, lambda: self.unmerge_wanted.emit(joined.ticket_id))
        )
        return row

    def _act(self, icon: str, said: str, act: Callable[[], object]) -> QPushButton:
        """A small button at the end of a line."""
        button = QPushButton(icons.icon(icon, self._theme.tokens["dim"], _ICON), "")
        button.setProperty("kind", "quiet")
        button.setIconSize(QSize(_ICON, _ICON))
        button.setFixedWidth(_ICON + 10)
        button.setAccessibleName(said)
        button.setToolTip(said)
        button.clicked.connect(lambda _=False: act())
        return button

    def _changed_line(self, changed: Changed) -> QHBoxLayout:
        name = words.bare(changed.who)
        if changed.event is not None:
            text = tr("{what}: {order}").format(what=tr(EVENTS[changed.event]), order=name)
        elif changed.what == "noted":
            text = tr("{name} noted").format(name=name)
        else:
            text = tr("{name} wrote").format(name=name)
        if changed.message == NIL:
            told = Elided()
            told.setText(text)
            return _row(told, words.stamp(changed.at))
        return _row(self._message_link(text, changed.message), words.stamp(changed.at))

    def _note_line(self, noted: Noted) -> QVBoxLayout:
        text = Text(words.breaking(noted.text))
        text.setAccessibleName(noted.text)
        text.setWordWrap(True)
        box = QVBoxLayout()
        box.setSpacing(0)
        box.addLayout(_row(self._message_link(noted.who, noted.message), words.stamp(noted.at)))
        box.addWidget(text)
        return box

    def _message_link(self, text: str, message: UUID) -> Link:
        button = Link(text)
        button.clicked.connect(lambda _=False: self.message_wanted.emit(message))
        return button


def _with(groups: Mapping[str, Sequence[Card]], extras: Sequence[Extra]) -> dict[str, Any]:
    """The groups with further ones among them."""
    found: dict[str, Sequence[Card]] = {}
    for name, cards in groups.items():
        found |= {extra.name: (extra.card,) for extra in extras if extra.before == name}
        found[name] = cards
    return found


def _row(first: Link | Elided, aside: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(first, 1)
    row.addWidget(Text(aside, "faint"))
    return row
