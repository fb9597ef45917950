"""The people outside while the sandbox runs: what they do next, decided without any network.

Whoever drives a `Street` tells it what the server said and sends what it wants done. The same
seed, stream and news at the same times make the same commands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from console.conversations.model import Channel, LaneName, Message
from console.conversations.records import MESSAGE, ReceiveMessage, Sender
from console.demo.casebook import Casebook
from console.demo.cases import Case
from console.demo.cast import Cast
from console.demo.content import Library
from console.demo.dice import dice, one, sandbox_id, weighted
from console.demo.lines import first_files, first_words, replies, seller_line, seller_texts
from console.demo.marker import Marker
from console.demo.onward import next_event
from console.demo.script import order_at_once
from console.demo.standing import Standing
from console.kernel.codec import NIL, Strict
from console.orders.model import EventName, Order, OrderEvent, with_event
from console.orders.records import RecordOrder, RecordOrderEvent
from console.sync.records import Change, Command, command
from console.tickets.model import FINISHED, Ticket


@dataclass(frozen=True)
class Pace:
    """How lively it is: something every so many seconds, answers after so many.

    No conversation is begun while `most_active` tickets are open.
    """

    every_s: tuple[float, float] = (4.0, 10.0)
    answer_s: tuple[float, float] = (10.0, 50.0)
    most_active: int = 60


@dataclass(frozen=True)
class _Due:
    """Somebody is going to write in a conversation."""

    at: datetime
    conversation_id: UUID
    lane: LaneName


class Street:
    """Buyers, sellers and carriers of a sandbox. `stream` tells one run's choices from another's."""

    def __init__(
        self, library: Library, marker: Marker, stream: str, now: datetime, pace: Pace | None = None
    ) -> None:
        self.pace = pace or Pace()
        self.standing = Standing(library, Cast(library, marker.seed, marker.filled_at))
        self._library = library
        self._marker = marker
        self._stream = stream
        self._book = Casebook(library, self.standing.cast, marker.seed)
        self._rng = dice(marker.seed, "street", stream)
        self._next_at = now + self._after(self.pace.every_s)
        self._due: list[_Due] = []
        self._answers: dict[tuple[UUID, LaneName], int] = {}
        self._moving: dict[UUID, Order] = {}
        self._made = 0

    # -- what the server says

    def know(self, change: Change) -> None:
        """Take a record as it stands, without reacting to it."""
        self.standing.take(change)

    def begin(self, now: datetime) -> None:
        """Everything is known: those whose turn it is will write some time."""
        for ticket in self.standing.their_turn():
            at = now + self._after((30.0, 600.0))
            self._due.append(_Due(at, ticket.conversation_id, ticket.side))

    def hear(self, change: Change, now: datetime) -> None:
        """Take a change; a colleague's answer to somebody makes them write back, maybe."""
        if change.k == MESSAGE.name and change.op == "U":
            self._answered(MESSAGE.read(change.id, bytes(change.doc)), now)
        else:
            self.standing.take(change)

    def _answered(self, message: Message, now: datetime) -> None:
        if message.author != "staff" or message.lane == "internal":
            return
        self._due = [due for due in self._due if due.conversation_id != message.conversation_id]
        told = self._answers.get((message.conversation_id, message.lane), 0)
        if self._rng.random() < (0.85, 0.6, 0.0)[min(told, 2)]:
            at = now + self._after(self.pace.answer_s)
            self._due.append(_Due(at, message.conversation_id, message.lane))

    # -- what they do

    @property
    def wakes_at(self) -> datetime:
        """When something is to be done next."""
        return min([self._next_at, *(due.at for due in self._due)])

    def act(self, now: datetime) -> list[Command]:
        """What is done now; often nothing."""
        made: list[Command] = []
        for due in [due for due in self._due if due.at <= now]:
            self._due.remove(due)
            made += self._write_back(due, now)
        if self._next_at <= now:
            self._next_at = now + self._after(self.pace.every_s)
            made += self._something(now)
        return made

    def _something(self, now: datetime) -> list[Command]:
        deeds: list[Callable[[datetime], list[Command]]] = [
            self._move_parcel,
            self._place_order,
            self._open_case,
            self._nudge,
            self._seller_joins,
        ]
        weights = [30.0, 20.0, 22.0, 10.0, 18.0]
        while deeds:
            deed = weighted(self._rng, deeds, weights)
            if made := deed(now):
                return made
            del weights[deeds.index(deed)]
            deeds.remove(deed)
        return []

    def _write_back(self, due: _Due, now: datetime) -> list[Command]:
        """Answer a colleague: something more at first, thanks after that."""
        ticket = self.standing.ticket_over(due.conversation_id)
        case = self.standing.case(ticket, self._rng) if ticket else None
        if ticket is None or case is None:
            return []
        told = self._answers.get((due.conversation_id, due.lane), 0)
        self._answers[due.conversation_id, due.lane] = told + 1
        if due.lane != ticket.side:
            return self._seller_writes(case, ticket, now)
        settled = ticket.status in FINISHED or told > 0
        texts = case.voice.language
        if settled:
            thanks = [text for text in texts.thanks if "{agent}" not in text]
            return [self._said(case.asker, ticket, case.voice.say(one(self._rng, thanks)), now)]
        known = self.standing.topic_of(ticket) is not None
        text = one(self._rng, replies(case) if known else texts.nudges)
        body = case.voice.more(self._rng, text)
        return [self._said(case.asker, ticket, body, now)]

    def _nudge(self, now: datetime) -> list[Command]:
        """Somebody who waits asks again, once."""
        waiting = [
            ticket
            for ticket in self.standing.waiting(now - timedelta(minutes=30))
            if (ticket.conversation_id, ticket.side) not in self._answers
        ]
        if not waiting:
            return []
        ticket = one(self._rng, waiting)
        case = self.standing.case(ticket, self._rng)
        self._answers[ticket.conversation_id, ticket.side] = 1
        if case is None:
            return []
        body = case.voice.more(self._rng, one(self._rng, case.voice.language.nudges))
        return [self._said(case.asker, ticket, body, now)]

    def _seller_joins(self, now: datetime) -> list[Command]:
        """The seller of an open case has their say."""
        silent = [
            (ticket, case)
            for ticket in self.standing.without_seller()
            if (ticket.conversation_id, "seller") not in self._answers
            and (case := self.standing.case(ticket, self._rng)) is not None
            and case.seller is not None
            and seller_texts(self._library, case)
        ]
        if not silent:
            return []
        ticket, case = one(self._rng, silent)
        self._answers[ticket.conversation_id, "seller"] = 1
        return self._seller_writes(case, ticket, now)

    def _seller_writes(self, case: Case, ticket: Ticket, now: datetime) -> list[Command]:
        if case.seller is None:
            return []
        texts = seller_texts(self._library, case)
        if not texts:
            return []
        body = seller_line(case, one(self._rng, texts))
        return [self._said(case.seller.sender, ticket, body, now)]

    def _open_case(self, now: datetime) -> list[Command]:
        """Somebody writes for the first time, about an order that the shop then tells of."""
        if self.standing.active >= self.pace.most_active:
            return []
        topic = self._book.topic(self._rng)
        case = self._book.drawn(f"{self._stream}-{self._made}", topic, now, exact=True)
        made: list[Command] = []
        if case.order is not None and case.way is not None:
            for step in order_at_once(case.order, case.way, self._marker.seed, until=now):
                made.append(self._command(step.target, step.args))
        routed = self._rng.random() < 0.7
        args = ReceiveMessage(
            message_id=self._id("message"),
            sender=case.asker,
            channel=case.voice.channel,
            subject=case.subject,
            body=first_words(case, self._rng),
            at=now,
            order_number=case.order.number if case.order else "",
            team_id=self._marker.teams.get(case.team, NIL) if routed else NIL,
        )
        conversation_id = self._id("conversation")
        self.standing.opened(conversation_id, topic)
        return [*made, self._command(conversation_id, args)]

    def _place_order(self, now: datetime) -> list[Command]:
        """Somebody buys something."""
        bought = self._book.order(f"{self._stream}-{self._made}", now, (("delivered", 1.0),))
        placed = OrderEvent(now, EventName.PLACED)
        order = self.standing.placed(bought.order, placed)
        self._moving[order.id] = order
        return [self._command(order.id, RecordOrder(order=order))]

    def _move_parcel(self, now: datetime) -> list[Command]:
        """A parcel that no open case is about gets one step further."""
        moving = {**self.standing.moving(), **self._moving}
        if not moving:
            return []
        order = one(self._rng, sorted(moving.values(), key=lambda known: known.number))
        event = next_event(self._rng, self.standing.cast, self._library, order, now)
        if event is None:
            self._moving.pop(order.id, None)
            return []
        if order.id in self._moving:
            self._moving[order.id] = with_event(order, event)
        return [self._command(order.id, RecordOrderEvent(event=event))]

    # -- commands

    def _said(self, sender: Sender, ticket: Ticket, body: str, now: datetime) -> Command:
        channel: Channel = "email" if sender.side == "seller" else ticket.channel
        args = ReceiveMessage(
            message_id=self._id("message"),
            sender=sender,
            channel=channel,
            subject=ticket.subject,
            body=body,
            at=now,
        )
        return self._command(ticket.conversation_id, args)

    def _command(self, target: UUID, args: Strict) -> Command:
        self._made += 1
        return command(target, args, cmd_id=self._id("command"))

    def _id(self, what: str) -> UUID:
        return sandbox_id(self._marker.seed, "street", self._stream, what, self._made)

    def _after(self, span_s: tuple[float, float]) -> timedelta:
        return timedelta(seconds=self._rng.uniform(*span_s))


__all__ = ["Pace", "Sequence", "Street", "first_files"]
