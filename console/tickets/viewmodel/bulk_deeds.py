"""What can be done to many tickets at once: each with its command, its way back and its words."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from console.fields.model import CustomField, missing
from console.kernel.codec import NIL, Strict
from console.kernel.errors import Refused
from console.kernel.tongue import mark, tr
from console.tickets.model import FINISHED, Priority, Status, Ticket, next_statuses, with_tags
from console.tickets.records import (
    Assign,
    ChangeTags,
    MoveToTeam,
    SetPriority,
    SetStatus,
    Snooze,
    Take,
    Wake,
)
from console.tickets.viewmodel import bulk_words

STATUS_NAMES = {
    Status.NEW: mark("New"),
    Status.OPEN: mark("Open"),
    Status.PENDING: mark("Pending"),
    Status.HOLD: mark("On hold"),
    Status.SOLVED: mark("Solved"),
    Status.CLOSED: mark("Closed"),
}
PRIORITY_NAMES = {
    Priority.LOW: mark("Low"),
    Priority.NORMAL: mark("Normal"),
    Priority.HIGH: mark("High"),
    Priority.URGENT: mark("Urgent"),
}
NOBODY = mark("nobody")
NO_TEAM = mark("no team")

V = TypeVar("V")


class Deed(Protocol):
    """One thing that is done to each of many tickets."""

    @property
    def about(self) -> str:
        """What it is, in words, for the outbox."""

    def command(self, ticket: Ticket) -> Strict | None:
        """What to ask of the server for a ticket; None when it is so already.

        Raises Refused when it cannot be done; its message is the reason in a word or two.
        """

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        """What takes it back; None where it is not any more, or never was, as we set it."""

    def will(self, number: int) -> str:
        """The sentence that so many tickets are about to be treated so."""

    def did(self, number: int) -> str:
        """The sentence that so many were."""


class _Given(bulk_words.Said, Generic[V]):
    """Gives a ticket one value; back is the one before, where ours still stands."""

    @property
    @abstractmethod
    def _value(self) -> V: ...

    @abstractmethod
    def _of(self, ticket: Ticket) -> V: ...

    @abstractmethod
    def _wish(self, value: V, seen: V) -> Strict: ...

    def command(self, ticket: Ticket) -> Strict | None:
        seen = self._of(ticket)
        return None if seen == self._value else self._wish(self._value, seen)

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        return self._wish(self._of(before), self._value) if self._of(now) == self._value else None


@dataclass(frozen=True)
class AssignTo(_Given[UUID]):
    """Give them to a colleague, or with NIL to nobody."""

    user_id: UUID
    name: str

    @property
    def sentences(self) -> bulk_words.Sentences:
        return bulk_words.ASSIGNED

    def gaps(self) -> dict[str, str]:
        return {"name": self.name or tr(NOBODY)}

    @property
    def _value(self) -> UUID:
        return self.user_id

    def _of(self, ticket: Ticket) -> UUID:
        return ticket.assignee_id

    def _wish(self, value: UUID, seen: UUID) -> Strict:
        return Assign(assignee_id=value, seen=seen)


@dataclass(frozen=True)
class TakeThem(bulk_words.Said):
    """Take those that nobody has."""

    me: UUID

    @property
    def sentences(self) -> bulk_words.Sentences:
        return bulk_words.TAKEN

    def command(self, ticket: Ticket) -> Strict | None:
        if ticket.assignee_id == self.me:
            return None
        if ticket.assignee_id != NIL:
            raise Refused("taken_by", tr("somebody has them"))
        return Take()

    def back(self, _before: Ticket, now: Ticket) -> Strict | None:
        return Assign(assignee_id=NIL, seen=self.me) if now.assignee_id == self.me else None


@dataclass(frozen=True)
class MoveTo(_Given[UUID]):
    """Put them into a team's queue."""

    team_id: UUID
    name: str

    @property
    def sentences(self) -> bulk_words.Sentences:
        return bulk_words.MOVED

    def gaps(self) -> dict[str, str]:
        return {"team": self.name or tr(NO_TEAM)}

    @property
    def _value(self) -> UUID:
        return self.team_id

    def _of(self, ticket: Ticket) -> UUID:
        return ticket.team_id

    def _wish(self, value: UUID, seen: UUID) -> Strict:
        return MoveToTeam(team_id=value, seen=seen)


@dataclass(frozen=True)
class Become(bulk_words.Said):
    """Give them a status; those of whose `fields` one must be filled in first are not finished."""

    status: Status
    fields: tuple[CustomField, ...] = ()

    @property
    def sentences(self) -> bulk_words.Sentences:
        return bulk_words.SOLVED if self.status == Status.SOLVED else bulk_words.STATUS

    def gaps(self) -> dict[str, str]:
        return {"status": tr(STATUS_NAMES[self.status])}

    def command(self, ticket: Ticket) -> Strict | None:
        if ticket.status == self.status:
            return None
        if self.status not in next_statuses(ticket.status):
            raise Refused("bad_transition", tr("closed"))
        finishes = self.status in FINISHED and ticket.status not in FINISHED
        if finishes and (lacking := missing(self.fields, ticket.team_id, ticket.fields)):
            name = lacking[0].content.name
            raise Refused("fields_missing", tr("“{field}” is empty").format(field=name))
        return SetStatus(status=self.status, seen=ticket.status)

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        was = before.status if before.status != Status.NEW else Status.OPEN
        if now.status != self.status or was not in next_statuses(now.status):
            return None
        return SetStatus(status=was, seen=self.status)


@dataclass(frozen=True)
class Rank(_Given[Priority]):
    """Give them a priority."""

    priority: Priority

    @property
    def sentences(self) -> bulk_words.Sentences:
        return bulk_words.RANKED

    def gaps(self) -> dict[str, str]:
        return {"priority": tr(PRIORITY_NAMES[self.priority])}

    @property
    def _value(self) -> Priority:
        return self.priority

    def _of(self, ticket: Ticket) -> Priority:
        return ticket.priority

    def _wish(self, value: Priority, seen: Priority) -> Strict:
        return SetPriority(priority=value, seen=seen)


@dataclass(frozen=True)
class TagWith(bulk_words.Said):
    """Put a tag on them, or with `off` take it away."""

    tag: str
    off: bool = False

    @property
    def sentences(self) -> bulk_words.Sentences:
        return bulk_words.UNTAGGED if self.off else bulk_words.TAGGED

    def gaps(self) -> dict[str, str]:
        return {"tag": self.tag}

    def command(self, ticket: Ticket) -> Strict | None:
        if (self.tag not in ticket.tags) == self.off:
            return None
        wish = ChangeTags(remove=(self.tag,)) if self.off else ChangeTags(add=(self.tag,))
        try:
            with_tags(ticket, wish.add, wish.remove)
        except Refused as refusal:
            raise Refused(refusal.code, tr("too many tags")) from refusal
        return wish

    def back(self, _before: Ticket, now: Ticket) -> Strict | None:
        if (self.tag not in now.tags) != self.off:
            return None
        return ChangeTags(add=(self.tag,)) if self.off else ChangeTags(remove=(self.tag,))


@dataclass(frozen=True)
class SnoozeUntil(bulk_words.Said):
    """Keep them out of the queues until then; `when` says it in words."""

    until: datetime
    when: str

    @property
    def sentences(self) -> bulk_words.Sentences:
        return bulk_words.SNOOZED

    def gaps(self) -> dict[str, str]:
        return {"when": self.when}

    def command(self, ticket: Ticket) -> Strict | None:
        if ticket.snoozed_until == self.until:
            return None
        if ticket.status in FINISHED:
            raise Refused("finished", tr("solved or closed"))
        return Snooze(until=self.until)

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        if now.snoozed_until != self.until:
            return None
        was = before.snoozed_until
        return Snooze(until=was) if was else Wake(seen=self.until)


@dataclass(frozen=True)
class WakeThem(bulk_words.Said):
    """Have them back in the queues now."""

    @property
    def sentences(self) -> bulk_words.Sentences:
        return bulk_words.AWAKE

    def command(self, ticket: Ticket) -> Strict | None:
        return Wake(seen=ticket.snoozed_until) if ticket.snoozed_until else None

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        if now.snoozed_until is not None or before.snoozed_until is None:
            return None
        return Snooze(until=before.snoozed_until) if now.status not in FINISHED else None
