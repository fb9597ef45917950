"""What the people outside know: open cases, whose turn it is, parcels on their way."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from console.conversations.model import Conversation
from console.conversations.records import CONVERSATION
from console.demo.cases import Case, Purchase, buyer_case, seller_case
from console.demo.cast import Buyer, Cast, Seller
from console.demo.content import Library
from console.demo.dice import Dice
from console.demo.onward import is_moving
from console.demo.parcels import Way
from console.kernel.codec import Record
from console.orders.model import Order
from console.orders.records import ORDER
from console.sync.records import Change, Kind
from console.tickets.model import ACTIVE, Status, Ticket
from console.tickets.records import TICKET

R = TypeVar("R", bound=Record)
_ANYTHING = "account"
"""The topic taken when nobody knows what a case is about: it needs no order."""


class Standing:
    """The records that the integration may see, and the sandbox's own people by their ids."""

    def __init__(self, library: Library, cast: Cast) -> None:
        self.cast = cast
        self._library = library
        self._buyers: Mapping[UUID, Buyer] = {buyer.id: buyer for buyer in cast.buyers}
        self._sellers: Mapping[UUID, Seller] = {seller.id: seller for seller in cast.sellers}
        self._tickets: dict[UUID, Ticket] = {}
        self._conversations: dict[UUID, Conversation] = {}
        self._orders: dict[UUID, Order] = {}
        self._topics: dict[UUID, str] = {}
        self._by_tag = {
            tag: name for name, traits in library.shop.topics.items() for tag in traits.tags
        }

    def take(self, change: Change) -> None:
        """A record as it now is; kinds that nobody outside sees are ignored."""
        _take(TICKET, self._tickets, change)
        _take(CONVERSATION, self._conversations, change)
        _take(ORDER, self._orders, change)

    def opened(self, conversation_id: UUID, topic: str) -> None:
        """We began a conversation ourselves and know what it is about."""
        self._topics[conversation_id] = topic

    # -- questions

    @property
    def active(self) -> int:
        """How many tickets are open."""
        return sum(ticket.status in ACTIVE for ticket in self._tickets.values())

    def ticket_over(self, conversation_id: UUID) -> Ticket | None:
        """The newest ticket over a conversation."""
        over = [t for t in self._tickets.values() if t.conversation_id == conversation_id]
        return max(over, key=lambda ticket: ticket.number, default=None)

    def their_turn(self) -> list[Ticket]:
        """Open tickets that we have answered, oldest number first."""
        return [t for t in self._open() if t.waiting_since is None and t.status == Status.OPEN]

    def waiting(self, since: datetime) -> list[Ticket]:
        """Open tickets whose asker has waited for us since then or longer."""
        return [t for t in self._open() if t.waiting_since and t.waiting_since <= since]

    def without_seller(self) -> list[Ticket]:
        """Open tickets about an order whose seller has not said anything."""
        found = []
        for ticket in self._open():
            conversation = self._conversations.get(ticket.conversation_id)
            lanes = {lane.name for lane in conversation.lanes} if conversation else {"seller"}
            if ticket.order_ids and "seller" not in lanes:
                found.append(ticket)
        return found

    def moving(self) -> dict[UUID, Order]:
        """Orders on their way that no open ticket is about."""
        asked = {order_id for ticket in self._open() for order_id in ticket.order_ids}
        return {
            order_id: order
            for order_id, order in self._orders.items()
            if order_id not in asked and is_moving(order)
        }

    def topic_of(self, ticket: Ticket) -> str | None:
        """What a ticket is about, by our own memory or its tags."""
        if ticket.conversation_id in self._topics:
            return self._topics[ticket.conversation_id]
        return next((self._by_tag[tag] for tag in ticket.tags if tag in self._by_tag), None)

    def case(self, ticket: Ticket, rng: Dice) -> Case | None:
        """The ground of a ticket, from what is known of it; None when its asker is not ours."""
        key, at, channel = str(ticket.id), ticket.created_at, ticket.channel
        seller = self._sellers.get(ticket.requester_id)
        if seller is not None:
            return seller_case(self._library, rng, key, "trade", at, channel, seller)
        buyer = self._buyers.get(ticket.requester_id)
        if buyer is None:
            return None
        purchase = self._purchase(ticket, buyer)
        topic = self.topic_of(ticket) or _ANYTHING
        if topic == "trade" or (
            purchase is None and self._library.shop.topics[topic].ready != "none"
        ):
            topic = _ANYTHING
        return buyer_case(self._library, rng, key, topic, at, channel, buyer, purchase)

    def understands(self, ticket: Ticket, case: Case) -> bool:
        """Whether the case's texts are about what the ticket is about."""
        return case.topic == self.topic_of(ticket) or case.asker.side == "seller"

    def _purchase(self, ticket: Ticket, buyer: Buyer) -> Purchase | None:
        order = self._orders.get(ticket.order_ids[0]) if ticket.order_ids else None
        if order is None or order.total is None or not order.fulfilments or not order.lines:
            return None
        seller = self._sellers.get(order.seller_id)
        if seller is None or not order.events:
            return None
        promised_at = order.fulfilments[0].promised_at or order.events[-1].at
        places = [event.place for event in order.events if event.place]
        way = Way(order.events, {}, promised_at, places[-1] if places else seller.sender.city)
        return Purchase(buyer, seller, order, way)

    def _open(self) -> Iterable[Ticket]:
        known = [ticket for ticket in self._tickets.values() if ticket.status in ACTIVE]
        return sorted(known, key=lambda ticket: ticket.number)


def _take(kind: Kind[R], known: dict[UUID, R], change: Change) -> None:
    if change.k != kind.name:
        return
    known.pop(change.id, None)
    if change.op == "U":
        known[change.id] = kind.read(change.id, bytes(change.doc))
