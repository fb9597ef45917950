"""Triage: what one does to a ticket, each with the words for it and the way back."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from console.conversations.tables import rows as conversation_rows
from console.fields.model import CustomField, Value, missing
from console.fields.tables import rows as field_rows
from console.fields.viewmodel.shelf import told as value_told
from console.kernel.codec import NIL, Strict
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import apart, mark, tr
from console.people.viewmodel import Directory, listed
from console.sync.client.local import Local
from console.tickets.model import (
    FINISHED,
    MAX_TAG_CHARS,
    MAX_TAGS,
    Priority,
    Status,
    Ticket,
    clean_tag,
    next_statuses,
    snoozed,
    with_tags,
)
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    MoveToTeam,
    SetField,
    SetPriority,
    SetStatus,
    Snooze,
    Take,
    Wake,
)
from console.tickets.tables import rows

Undo = Callable[[], Coroutine[Any, Any, None]]
STATUS_INSIDE = {
    Status.NEW: mark("new"),
    Status.OPEN: mark("open"),
    Status.PENDING: mark("pending"),
    Status.HOLD: mark("on hold"),
    Status.SOLVED: mark("solved"),
    Status.CLOSED: mark("closed"),
}
PRIORITY_INSIDE = {
    Priority.LOW: mark("low"),
    Priority.NORMAL: mark("normal"),
    Priority.HIGH: mark("high"),
    Priority.URGENT: mark("urgent"),
}
"""What statuses and priorities are called inside a sentence."""


@dataclass(frozen=True)
class Done:
    """Something was done: the words for it, and how to take it back."""

    text: str
    undo: Undo | None = None


class Triage:
    """Acts on tickets by id. `done` tells what happened, `refused` why something cannot be.

    `field_wanted` asks for the custom field without which a ticket is not solved.
    """

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local = local
        self._directory = directory
        self.done: Signal[Done] = Signal()
        self.refused: Signal[str] = Signal()
        self.field_wanted: Signal[UUID] = Signal()

    def ticket(self, ticket_id: UUID) -> Ticket | None:
        """The ticket as it now looks here."""
        reader = self._local.reader
        return rows.ticket(reader, ticket_id) if reader else None

    async def take(self, ticket_id: UUID) -> None:
        """Mine; somebody else's is left alone."""
        ticket = self.ticket(ticket_id)
        if ticket is None or ticket.assignee_id == self._local.me:
            return
        if ticket.assignee_id != NIL:
            name = self._directory.name(ticket.assignee_id)
            self.refused.emit(tr("{name} has it: assign instead.").format(name=name))
            return

        async def undo() -> None:
            await self.assign(ticket_id, NIL)

        await self._do(ticket, Take(), tr("Take"))
        self.done.emit(Done(tr("#{number} is yours").format(number=ticket.number), undo))

    async def assign(self, ticket_id: UUID, user_id: UUID) -> None:
        """To somebody, or with NIL to nobody."""
        ticket = self.ticket(ticket_id)
        if ticket is None or ticket.assignee_id == user_id:
            return
        before = ticket.assignee_id
        name = self._directory.name(user_id) or tr("nobody")

        async def undo() -> None:
            await self.assign(ticket_id, before)

        about = tr("Assign to {name}").format(name=name)
        await self._do(ticket, Assign(assignee_id=user_id, seen=before), about)
        told = tr("#{number} assigned to {name}").format(number=ticket.number, name=name)
        self.done.emit(Done(told, undo))

    async def move(self, ticket_id: UUID, team_id: UUID) -> None:
        """Into a team's queue."""
        ticket = self.ticket(ticket_id)
        if ticket is None or ticket.team_id == team_id:
            return
        before = ticket.team_id
        name = self._directory.team_name(team_id) or tr("no team")

        async def undo() -> None:
            await self.move(ticket_id, before)

        about = tr("Move to {team}").format(team=name)
        await self._do(ticket, MoveToTeam(team_id=team_id, seen=before), about)
        told = tr("#{number} moved to {team}").format(number=ticket.number, team=name)
        self.done.emit(Done(told, undo))

    def statuses(self, ticket_id: UUID) -> list[Status]:
        """The statuses the ticket can be given now."""
        ticket = self.ticket(ticket_id)
        return next_statuses(ticket.status) if ticket else []

    async def set_status(self, ticket_id: UUID, status: Status, after: UUID | None = None) -> None:
        """Change the status; `after` names a reply that must have been accepted first."""
        ticket = self.ticket(ticket_id)
        if ticket is None or ticket.status == status:
            return
        if status not in next_statuses(ticket.status):
            now = tr(STATUS_INSIDE[ticket.status])
            told = tr("A {now} ticket cannot become {status}.")
            self.refused.emit(told.format(now=now, status=tr(STATUS_INSIDE[status])))
            return
        if status in FINISHED and (lacking := self._lacking(ticket)):
            self.refused.emit(fill_in(ticket, lacking))
            self.field_wanted.emit(lacking[0].id)
            return
        before = ticket.status if ticket.status != Status.NEW else Status.OPEN

        async def undo() -> None:
            await self.set_status(ticket_id, before)

        args = SetStatus(status=status, seen=ticket.status)
        word = tr(STATUS_INSIDE[status])
        await self._do(ticket, args, tr("Set status to {status}").format(status=word), after)
        told = tr("#{number} solved") if status == Status.SOLVED else tr("#{number} is {status}")
        told = told.format(number=ticket.number, status=word)
        self.done.emit(Done(told, None if status in _LAST else undo))

    async def set_priority(self, ticket_id: UUID, priority: Priority) -> None:
        """Change the priority."""
        ticket = self.ticket(ticket_id)
        if ticket is None or ticket.priority == priority:
            return
        before = ticket.priority

        async def undo() -> None:
            await self.set_priority(ticket_id, before)

        args = SetPriority(priority=priority, seen=before)
        word = tr(PRIORITY_INSIDE[priority])
        await self._do(ticket, args, tr("Set priority to {priority}").format(priority=word))
        told = tr("#{number} is {priority}").format(number=ticket.number, priority=word)
        self.done.emit(Done(told, undo))

    async def tag(
        self, ticket_id: UUID, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()
    ) -> None:
        """Add and remove tags."""
        ticket = self.ticket(ticket_id)
        if ticket is None:
            return
        try:
            clean = dict.fromkeys(map(clean_tag, add))
            added = tuple(tag for tag in clean if tag not in ticket.tags)
            with_tags(ticket, added, remove)  # the server would refuse what this refuses
        except Refused as refusal:
            self.refused.emit(_told(refusal))
            return
        removed = tuple(tag for tag in remove if tag in ticket.tags)
        if not added and not removed:
            return

        async def undo() -> None:
            await self.tag(ticket_id, removed, added)

        words = " ".join(
            [*(apart(f"+{tag}") for tag in added), *(apart(f"−{tag}") for tag in removed)]
        )
        about = tr("Tags {tags}").format(tags=words)
        await self._do(ticket, ChangeTags(add=added, remove=removed), about)
        self.done.emit(Done(f"#{ticket.number} {words}", undo))

    async def set_field(self, ticket_id: UUID, field: CustomField, value: Value | None) -> None:
        """Give a custom field a value, or with None none."""
        ticket = self.ticket(ticket_id)
        if ticket is None or ticket.fields.get(field.id) == value:
            return
        before = ticket.fields.get(field.id)

        async def undo() -> None:
            await self.set_field(ticket_id, field, before)

        name, shown = field.content.name, value_told(field.content, value)
        args = SetField(field_id=field.id, value=value, seen=before)
        await self._do(ticket, args, tr("Set “{field}”").format(field=name))
        told = tr("#{number} {field}: {value}").format(
            number=ticket.number, field=name, value=shown or tr("no value")
        )
        self.done.emit(Done(told, undo))

    def _lacking(self, ticket: Ticket) -> list[CustomField]:
        """The fields that still want a value before the ticket is solved."""
        reader = self._local.reader
        if reader is None or ticket.status in FINISHED:
            return []
        return missing(field_rows.fields(reader), ticket.team_id, ticket.fields)

    async def snooze(self, ticket_id: UUID, until: datetime) -> None:
        """Out of the queues until then, or until somebody outside writes more than thanks."""
        ticket = self.ticket(ticket_id)
        if ticket is None or ticket.snoozed_until == until:
            return
        try:
            snoozed(ticket, until, self._local.clock.now())
        except Refused as refusal:
            self.refused.emit(tr(refusal.message))
            return
        before = ticket.snoozed_until

        async def undo() -> None:
            await (self.wake(ticket_id) if before is None else self.snooze(ticket_id, before))

        await self._do(ticket, Snooze(until=until), tr("Snooze"))
        self.done.emit(Done(tr("#{number} snoozed").format(number=ticket.number), undo))

    async def wake(self, ticket_id: UUID) -> None:
        """Back in the queues now."""
        ticket = self.ticket(ticket_id)
        if ticket is None or ticket.snoozed_until is None:
            return
        until = ticket.snoozed_until

        async def undo() -> None:
            await self.snooze(ticket_id, until)

        await self._do(ticket, Wake(seen=until), tr("Wake"))
        self.done.emit(Done(tr("#{number} is awake").format(number=ticket.number), undo))

    async def mark_read(self, ticket_id: UUID) -> None:
        """Somebody looked: nothing that is here is unread; only for one's own or nobody's."""
        ticket, reader = self.ticket(ticket_id), self._local.reader
        if ticket is None or reader is None or not ticket.unread:
            return
        if ticket.assignee_id not in (NIL, self._local.me):
            return
        held = {each.conversation_id for each in (ticket, *rows.inside(reader, ticket))}
        found = [conversation_rows.conversation(reader, each) for each in held]
        if any(found):
            seen = sum(conversation.count for conversation in found if conversation)
            await self._do(ticket, MarkRead(count=seen), tr("Mark as read"))

    def known_tags(self, limit: int = 20) -> list[str]:
        """Tags in use, most used first."""
        reader = self._local.reader
        return rows.tags(reader, limit) if reader else []

    async def _do(
        self, ticket: Ticket, args: Strict, about: str, after: UUID | None = None
    ) -> None:
        await self._local.do(TICKET, ticket.id, args, lane=ticket.id, about=about, after=after)


def fill_in(ticket: Ticket, lacking: Sequence[CustomField]) -> str:
    """Why the ticket is not solved yet, and what to do."""
    told = tr("#{number} is not solved yet. Fill in first: {fields}.")
    names = listed([field.content.name for field in lacking])
    return told.format(number=ticket.number, fields=names)


_TAG_PROBLEMS = {
    "bad_tag": mark("A tag has 1 to {most_chars} visible characters."),
    "too_many_tags": mark("A ticket has at most {most} tags."),
}


def _told(refusal: Refused) -> str:
    """A refusal in words: by its code, as it came where nobody has words for that."""
    told = tr(_TAG_PROBLEMS.get(refusal.code, ""))
    return told.format(most=MAX_TAGS, most_chars=MAX_TAG_CHARS) if told else refusal.message


_LAST = FINISHED - {Status.SOLVED}
