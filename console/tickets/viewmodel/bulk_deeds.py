"""What can be done to many tickets at once: each with its command, its way back and its words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.fields.model import CustomField, missing
from console.kernel.codec import NIL, Strict
from console.kernel.errors import Refused
from console.kernel.tongue import mark, tr, trn
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
from console.ui import words

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


@dataclass(frozen=True)
class AssignTo:
    """Give them to a colleague, or with NIL to nobody."""

    user_id: UUID
    name: str

    @property
    def about(self) -> str:
        return tr("Assign to {name}").format(name=self.name or tr(NOBODY))

    def command(self, ticket: Ticket) -> Strict | None:
        if ticket.assignee_id == self.user_id:
            return None
        return Assign(assignee_id=self.user_id, seen=ticket.assignee_id)

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        if now.assignee_id != self.user_id:
            return None
        return Assign(assignee_id=before.assignee_id, seen=self.user_id)

    def will(self, number: int) -> str:
        said = trn(
            "{count} ticket will be assigned to {name}.",
            "{count} tickets will be assigned to {name}.",
            number,
        )
        return said.format(count=words.count(number), name=self.name or tr(NOBODY))

    def did(self, number: int) -> str:
        said = trn(
            "{count} ticket assigned to {name}", "{count} tickets assigned to {name}", number
        )
        return said.format(count=words.count(number), name=self.name or tr(NOBODY))


@dataclass(frozen=True)
class TakeThem:
    """Take those that nobody has."""

    me: UUID

    @property
    def about(self) -> str:
        return tr("Take")

    def command(self, ticket: Ticket) -> Strict | None:
        if ticket.assignee_id == self.me:
            return None
        if ticket.assignee_id != NIL:
            raise Refused("taken_by", tr("somebody has them"))
        return Take()

    def back(self, _before: Ticket, now: Ticket) -> Strict | None:
        return Assign(assignee_id=NIL, seen=self.me) if now.assignee_id == self.me else None

    def will(self, number: int) -> str:
        said = trn("{count} ticket will be yours.", "{count} tickets will be yours.", number)
        return said.format(count=words.count(number))

    def did(self, number: int) -> str:
        said = trn("{count} ticket is yours", "{count} tickets are yours", number)
        return said.format(count=words.count(number))


@dataclass(frozen=True)
class MoveTo:
    """Put them into a team's queue."""

    team_id: UUID
    name: str

    @property
    def about(self) -> str:
        return tr("Move to {team}").format(team=self.name or tr(NO_TEAM))

    def command(self, ticket: Ticket) -> Strict | None:
        if ticket.team_id == self.team_id:
            return None
        return MoveToTeam(team_id=self.team_id, seen=ticket.team_id)

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        if now.team_id != self.team_id:
            return None
        return MoveToTeam(team_id=before.team_id, seen=self.team_id)

    def will(self, number: int) -> str:
        said = trn(
            "{count} ticket will move to {team}.", "{count} tickets will move to {team}.", number
        )
        return said.format(count=words.count(number), team=self.name or tr(NO_TEAM))

    def did(self, number: int) -> str:
        said = trn("{count} ticket moved to {team}", "{count} tickets moved to {team}", number)
        return said.format(count=words.count(number), team=self.name or tr(NO_TEAM))


@dataclass(frozen=True)
class Become:
    """Give them a status; those of whose `fields` one must be filled in first are not finished."""

    status: Status
    fields: tuple[CustomField, ...] = ()

    @property
    def _word(self) -> str:
        return tr(STATUS_NAMES[self.status])

    @property
    def about(self) -> str:
        if self.status == Status.SOLVED:
            return tr("Solve")
        return tr("Set status: {status}").format(status=self._word)

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

    def will(self, number: int) -> str:
        if self.status == Status.SOLVED:
            said = trn("{count} ticket will be solved.", "{count} tickets will be solved.", number)
        else:
            said = trn(
                "{count} ticket will get the status “{status}”.",
                "{count} tickets will get the status “{status}”.",
                number,
            )
        return said.format(count=words.count(number), status=self._word)

    def did(self, number: int) -> str:
        if self.status == Status.SOLVED:
            said = trn("{count} ticket solved", "{count} tickets solved", number)
        else:
            said = trn("{count} ticket: {status}", "{count} tickets: {status}", number)
        return said.format(count=words.count(number), status=self._word)


@dataclass(frozen=True)
class Rank:
    """Give them a priority."""

    priority: Priority

    @property
    def _word(self) -> str:
        return tr(PRIORITY_NAMES[self.priority])

    @property
    def about(self) -> str:
        return tr("Set priority: {priority}").format(priority=self._word)

    def command(self, ticket: Ticket) -> Strict | None:
        if ticket.priority == self.priority:
            return None
        return SetPriority(priority=self.priority, seen=ticket.priority)

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        if now.priority != self.priority:
            return None
        return SetPriority(priority=before.priority, seen=self.priority)

    def will(self, number: int) -> str:
        said = trn(
            "{count} ticket will get the priority “{priority}”.",
            "{count} tickets will get the priority “{priority}”.",
            number,
        )
        return said.format(count=words.count(number), priority=self._word)

    def did(self, number: int) -> str:
        said = trn("{count} ticket: {priority}", "{count} tickets: {priority}", number)
        return said.format(count=words.count(number), priority=self._word)


@dataclass(frozen=True)
class TagWith:
    """Put a tag on them, or with `off` take it away."""

    tag: str
    off: bool = False

    @property
    def about(self) -> str:
        said = tr("Remove tag {tag}") if self.off else tr("Add tag {tag}")
        return said.format(tag=self.tag)

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

    def will(self, number: int) -> str:
        if self.off:
            said = trn(
                "{count} ticket will lose the tag “{tag}”.",
                "{count} tickets will lose the tag “{tag}”.",
                number,
            )
        else:
            said = trn(
                "{count} ticket will get the tag “{tag}”.",
                "{count} tickets will get the tag “{tag}”.",
                number,
            )
        return said.format(count=words.count(number), tag=self.tag)

    def did(self, number: int) -> str:
        if self.off:
            said = trn(
                "Tag “{tag}” removed from {count} ticket",
                "Tag “{tag}” removed from {count} tickets",
                number,
            )
        else:
            said = trn("{count} ticket tagged “{tag}”", "{count} tickets tagged “{tag}”", number)
        return said.format(count=words.count(number), tag=self.tag)


@dataclass(frozen=True)
class SnoozeUntil:
    """Keep them out of the queues until then; `when` says it in words."""

    until: datetime
    when: str

    @property
    def about(self) -> str:
        return tr("Snooze")

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

    def will(self, number: int) -> str:
        said = trn(
            "{count} ticket will be snoozed until {when}.",
            "{count} tickets will be snoozed until {when}.",
            number,
        )
        return said.format(count=words.count(number), when=self.when)

    def did(self, number: int) -> str:
        said = trn(
            "{count} ticket snoozed until {when}", "{count} tickets snoozed until {when}", number
        )
        return said.format(count=words.count(number), when=self.when)


@dataclass(frozen=True)
class WakeThem:
    """Have them back in the queues now."""

    @property
    def about(self) -> str:
        return tr("Wake")

    def command(self, ticket: Ticket) -> Strict | None:
        return Wake(seen=ticket.snoozed_until) if ticket.snoozed_until else None

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        if now.snoozed_until is not None or before.snoozed_until is None:
            return None
        return Snooze(until=before.snoozed_until) if now.status not in FINISHED else None

    def will(self, number: int) -> str:
        said = trn("{count} ticket will wake now.", "{count} tickets will wake now.", number)
        return said.format(count=words.count(number))

    def did(self, number: int) -> str:
        said = trn("{count} ticket is awake", "{count} tickets are awake", number)
        return said.format(count=words.count(number))
