"""What people outside do, as the commands by which their channels and shops tell of it."""

from datetime import datetime
from uuid import UUID

from msgspec import structs

from console.conversations.model import Attachment, Channel
from console.conversations.records import ReceiveMessage, Sender
from console.demo.casebook import Casebook
from console.demo.cases import Case
from console.demo.content import Library
from console.demo.dice import Dice, one, sandbox_id
from console.demo.files import attached
from console.demo.lines import first_files, first_words, seller_line, seller_texts
from console.demo.marker import Marker
from console.demo.onward import next_event
from console.demo.script import order_at_once
from console.demo.standing import Standing
from console.kernel.codec import NIL, Strict
from console.orders.model import EventName, Order, OrderEvent, with_event
from console.orders.records import RecordOrder, RecordOrderEvent
from console.sync.records import Command, command
from console.tickets.model import Ticket

_ROUTED = 0.7
"""How many messages the shop puts in a team's queue by itself."""


class Doings:
    """Makes commands, whose ids follow from seed, stream and count."""

    def __init__(
        self, library: Library, marker: Marker, stream: str, standing: Standing, rng: Dice
    ) -> None:
        self._library = library
        self._marker = marker
        self._stream = stream
        self._standing = standing
        self._rng = rng
        self._book = Casebook(library, standing.cast, marker.seed)
        self._moving: dict[UUID, Order] = {}
        self._made = 0

    def says(self, sender: Sender, ticket: Ticket, body: str, now: datetime) -> list[Command]:
        """Somebody writes one more message."""
        channel: Channel = "email" if sender.side == "seller" else ticket.channel
        args = ReceiveMessage(
            message_id=self._id("message"),
            sender=sender,
            channel=channel,
            subject=ticket.subject,
            body=body,
            at=now,
        )
        return [self._command(ticket.conversation_id, args)]

    def seller_says(self, case: Case, ticket: Ticket, now: datetime) -> list[Command]:
        """The case's seller writes in their lane, if there is one who has something to say."""
        if case.seller is None or case.order is None:
            return []
        texts = seller_texts(self._library, case)
        if not texts:
            return []
        return self.says(case.seller.sender, ticket, seller_line(case, one(self._rng, texts)), now)

    def opens_case(self, now: datetime) -> list[Command]:
        """Somebody writes for the first time, about an order that the shop then tells of."""
        topic = self._book.topic(self._rng)
        key = f"{self._stream}-{self._made}"
        case = self._book.drawn(key, topic, now, exact=True)
        made: list[Command] = []
        if case.order is not None and case.way is not None:
            told = order_at_once(case.order, case.way, self._marker.seed, until=now)
            made += [self._command(step.target, step.args) for step in told]
        conversation_id = self._id("conversation")
        self._standing.opened(conversation_id, topic)
        return [*made, self._command(conversation_id, self._opening(case, key, now))]

    def _opening(self, case: Case, key: str, now: datetime) -> ReceiveMessage:
        routed = self._rng.random() < _ROUTED
        files = first_files(case, self._rng)
        return ReceiveMessage(
            message_id=self._id("message"),
            sender=case.asker,
            channel=case.voice.channel,
            subject=case.subject,
            body=first_words(case, self._rng),
            at=now,
            order_number=case.order.number if case.order else "",
            team_id=self._marker.teams.get(case.team, NIL) if routed else NIL,
            attachments=self._files(key, files),
        )

    def _files(self, key: str, names: tuple[str, ...]) -> tuple[Attachment, ...]:
        seed = self._marker.seed
        return tuple(
            attached(sandbox_id(seed, "file", key, self._made, name), name) for name in names
        )

    def places_order(self, now: datetime) -> list[Command]:
        """Somebody buys something."""
        bought = self._book.order(f"{self._stream}-{self._made}", now, (("delivered", 1.0),))
        parcels = [structs.replace(p, promised_at=None) for p in bought.order.fulfilments]
        order = structs.replace(
            bought.order,
            placed_at=now,
            events=(OrderEvent(now, EventName.PLACED),),
            fulfilments=tuple(parcels),
        )
        self._moving[order.id] = order
        return [self._command(order.id, RecordOrder(order=order))]

    def moves_parcel(self, now: datetime) -> list[Command]:
        """A parcel that no open case is about gets one step further."""
        moving = {**self._standing.moving(), **self._moving}
        if not moving:
            return []
        order = one(self._rng, sorted(moving.values(), key=lambda known: known.number))
        event = next_event(self._rng, self._standing.cast, self._library, order, now)
        if event is None:
            self._moving.pop(order.id, None)
            return []
        if order.id in self._moving:
            self._moving[order.id] = with_event(order, event)
        return [self._command(order.id, RecordOrderEvent(event=event))]

    def _command(self, target: UUID, args: Strict) -> Command:
        self._made += 1
        return command(target, args, cmd_id=self._id("command"))

    def _id(self, what: str) -> UUID:
        return sandbox_id(self._marker.seed, "street", self._stream, what, self._made)
