"""What a case turns into: the commands of everybody in it, each at its time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import structs

from console.conversations.model import Channel, LaneName
from console.conversations.records import AddNote, ReceiveMessage, Sender, SendReply
from console.demo.cases import Case
from console.demo.dice import sandbox_id
from console.demo.files import attached
from console.demo.parcels import Way
from console.kernel.codec import NIL, Strict
from console.orders.model import EventName, Order, OrderEvent
from console.orders.records import RecordOrder, RecordOrderEvent
from console.tickets.model import Priority, Status
from console.tickets.records import ChangeTags, MoveToTeam, SetPriority, SetStatus, Take

SHOP = "shop"
"""The key of the integration that speaks for everybody outside."""


@dataclass(frozen=True)
class Step:
    """A command to come: `by` whom, `at` which server time, on what.

    A ticket is named by its conversation, as only the server knows its id.
    """

    at: datetime
    by: str
    on: Literal["order", "conversation", "ticket"]
    target: UUID
    args: Strict
    cmd_id: UUID


@dataclass(frozen=True)
class Roster:
    """Ids of colleagues by key and of teams by name, as the server gave them out."""

    users: Mapping[str, UUID]
    teams: Mapping[str, UUID]


class Script:
    """One case's steps. Keeps the ticket as the server will, to say what its authors saw."""

    def __init__(self, case: Case, seed: int, roster: Roster, *, routed: bool = True) -> None:
        self.case = case
        self.conversation_id = sandbox_id(seed, "conversation", case.key)
        self.steps: list[Step] = []
        self.status = Status.NEW
        self.priority = Priority.NORMAL
        self.team = case.team if routed else ""
        self.waiting = False
        self._seed = seed
        self._roster = roster
        self._lanes: set[LaneName] = set()
        self._answered_by = ""

    # -- from outside

    def asks(
        self, at: datetime, body: str, files: tuple[str, ...] = (), channel: Channel | None = None
    ) -> None:
        """The one who began the conversation writes."""
        self._hears(at, self.case.asker, body, files, channel or self.case.voice.channel)

    def seller_says(
        self, at: datetime, body: str, files: tuple[str, ...] = (), channel: Channel = "email"
    ) -> None:
        """The order's seller writes in their lane."""
        assert self.case.seller is not None, "somebody must be there to speak"
        self._hears(at, self.case.seller.sender, body, files, channel)

    def _hears(
        self, at: datetime, sender: Sender, body: str, files: tuple[str, ...], channel: Channel
    ) -> None:
        number = self.case.order.number if self.case.order and not self.steps else ""
        args = ReceiveMessage(
            message_id=self._id("message"),
            sender=sender,
            channel=channel,
            subject=self.case.subject,
            body=body,
            at=at,
            order_number=number,
            team_id=self._roster.teams[self.team] if self.team else NIL,
            attachments=tuple(
                attached(sandbox_id(self._seed, "file", self.case.key, len(self.steps), name), name)
                for name in files
            ),
        )
        self._lanes.add(sender.side)
        self._step(at, SHOP, "conversation", args)
        self.waiting = True
        if self.status not in (Status.NEW, Status.OPEN):
            self.status = Status.OPEN

    # -- from colleagues

    def writes(self, at: datetime, by: str, body: str, lane: LaneName | None = None) -> None:
        """A colleague answers, whoever began unless `lane` says otherwise."""
        args = SendReply(
            message_id=self._id("message"),
            lane=lane or self.case.asker.side,
            body=body,
            anyway=self._answered_by not in ("", by),
        )
        self._step(at, by, "conversation", args)
        self._answered_by = by
        self.waiting = False
        if self.status == Status.NEW:
            self.status = Status.OPEN

    def notes(self, at: datetime, by: str, body: str) -> None:
        """A colleague writes to colleagues."""
        self._step(at, by, "conversation", AddNote(message_id=self._id("message"), body=body))

    def takes(self, at: datetime, by: str) -> None:
        """A colleague takes the ticket."""
        self._step(at, by, "ticket", Take())
        if self.status == Status.NEW:
            self.status = Status.OPEN

    def moves(self, at: datetime, by: str, team: str) -> None:
        """A colleague puts the ticket in a team's queue, if it is not there."""
        if team == self.team:
            return
        seen = self._roster.teams[self.team] if self.team else NIL
        args = MoveToTeam(team_id=self._roster.teams[team], seen=seen)
        self._step(at, by, "ticket", args)
        self.team = team

    def ranks(self, at: datetime, by: str, priority: Priority) -> None:
        """A colleague changes the priority, if it is another."""
        if priority != self.priority:
            self._step(at, by, "ticket", SetPriority(priority=priority, seen=self.priority))
            self.priority = priority

    def tags(self, at: datetime, by: str, tags: tuple[str, ...]) -> None:
        """A colleague adds tags."""
        if tags:
            self._step(at, by, "ticket", ChangeTags(add=tags))

    def sets(self, at: datetime, by: str, status: Status) -> None:
        """A colleague sets the status, if it is another."""
        if status != self.status:
            self._step(at, by, "ticket", SetStatus(status=status, seen=self.status))
            self.status = status
            self.waiting = self.waiting and status != Status.SOLVED

    def heard(self, side: LaneName) -> bool:
        """Whether somebody of that side wrote, so that they can be answered."""
        return side in self._lanes

    # -- about the order

    def happens(self, at: datetime, name: EventName, place: str = "", note: str = "") -> None:
        """Something happens to the order because of what was said."""
        assert self.case.order is not None, "it happens to an order"
        args = RecordOrderEvent(event=OrderEvent(at, name, place, note))
        self.steps.append(
            Step(at, SHOP, "order", self.case.order.id, args, self._id("order-event"))
        )

    def _step(
        self, at: datetime, by: str, on: Literal["conversation", "ticket"], args: Strict
    ) -> None:
        self.steps.append(Step(at, by, on, self.conversation_id, args, self._id("command")))

    def _id(self, what: str) -> UUID:
        return sandbox_id(self._seed, what, self.case.key, len(self.steps))


def order_steps(
    order: Order, way: Way, seed: int, *, until: datetime, stopped_at: datetime | None = None
) -> list[Step]:
    """The shop tells of an order when it is paid, then of each event as it happens.

    What would come after `until` has not happened yet; after `stopped_at` nothing comes.
    """
    end = min(until, stopped_at) if stopped_at else until
    events = [event for event in way.events if event.at <= end]
    if not events:
        return []
    first = next((n for n, e in enumerate(events) if e.name == EventName.PAID), 0)
    known = structs.replace(order, events=tuple(events[: first + 1]))
    steps = [_told(order, seed, 0, events[first].at, RecordOrder(order=known))]
    for n, event in enumerate(events[first + 1 :], start=1):
        steps.append(_told(order, seed, n, event.at, RecordOrderEvent(event=event)))
    return steps


def order_at_once(order: Order, way: Way, seed: int, *, until: datetime) -> list[Step]:
    """The shop tells of a finished order once, with all that happened."""
    events = tuple(event for event in way.events if event.at <= until)
    if not events:
        return []
    args = RecordOrder(order=structs.replace(order, events=events))
    return [_told(order, seed, 0, events[-1].at, args)]


def _told(order: Order, seed: int, n: int, at: datetime, args: Strict) -> Step:
    return Step(at, SHOP, "order", order.id, args, sandbox_id(seed, "order", order.number, n))
