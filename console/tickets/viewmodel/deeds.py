"""Several things done to a ticket as one: at once or after a message, and their way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from msgspec import structs

from console.fields.model import CustomField, missing
from console.fields.tables import rows as field_rows
from console.fields.viewmodel.shelf import told as value_told
from console.kernel import codec
from console.kernel.codec import NIL, Strict
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import apart, mark, tr
from console.people.viewmodel import Directory
from console.sync.client.deed import Deed
from console.sync.client.local import Local
from console.tickets.model import (
    FINISHED,
    NOTHING,
    Deeds,
    Priority,
    Status,
    Ticket,
    assigned,
    next_statuses,
    together,
    with_tags,
)
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    SetField,
    SetPriority,
    SetStatus,
)
from console.tickets.tables import rows
from console.tickets.viewmodel.triage import fill_in

STATUS_DONE = {
    Status.OPEN: mark("open it"),
    Status.PENDING: mark("set it to pending"),
    Status.HOLD: mark("put it on hold"),
    Status.SOLVED: mark("solve it"),
    Status.CLOSED: mark("close it"),
}
PRIORITY_DONE = {
    Priority.LOW: mark("low priority"),
    Priority.NORMAL: mark("normal priority"),
    Priority.HIGH: mark("high priority"),
    Priority.URGENT: mark("urgent"),
}
_BETWEEN = " · "


@dataclass(frozen=True)
class Step:
    """One command of several: what it is called, and the command that takes it back."""

    args: Strict
    about: str
    back: Strict


def plan(ticket: Ticket, deeds: Deeds, me: UUID) -> list[Step]:
    """The commands that `deeds` need on the ticket as it is; those that change nothing are left out.

    Raises Refused `too_many_tags`. A status that the ticket cannot take is left out too.
    """
    steps = []
    wished = me if deeds.to_me else deeds.assignee_id
    if wished is not None and wished != ticket.assignee_id:
        back = Assign(assignee_id=ticket.assignee_id, seen=wished)
        about = tr("Give it to nobody") if wished == NIL else tr("Assign")
        steps.append(Step(Assign(assignee_id=wished, seen=ticket.assignee_id), about, back))
        ticket = assigned(ticket, wished)
    if deeds.priority not in (None, ticket.priority):
        assert deeds.priority is not None
        wish = SetPriority(priority=deeds.priority, seen=ticket.priority)
        undo = SetPriority(priority=ticket.priority, seen=deeds.priority)
        steps.append(Step(wish, tr("Set the priority"), undo))
    add = tuple(tag for tag in deeds.add_tags if tag not in ticket.tags)
    remove = tuple(tag for tag in deeds.remove_tags if tag in ticket.tags)
    if add or remove:
        ticket = with_tags(ticket, add, remove)
        change = ChangeTags(add=add, remove=remove)
        steps.append(Step(change, tr("Change the tags"), ChangeTags(add=remove, remove=add)))
    for field_id, value in deeds.fields.items():
        before = ticket.fields.get(field_id)
        if before != value:
            give = SetField(field_id=field_id, value=value, seen=before)
            take = SetField(field_id=field_id, value=before, seen=value)
            steps.append(Step(give, tr("Set a field"), take))
    if deeds.status in next_statuses(ticket.status):
        assert deeds.status is not None
        status = Status.OPEN if ticket.status == Status.NEW else ticket.status
        set_status = SetStatus(status=deeds.status, seen=ticket.status)
        undo_status = SetStatus(status=status, seen=deeds.status)
        steps.append(Step(set_status, tr("Set the status"), undo_status))
    return steps


class Afterwards:
    """What is done to a ticket once a message to it was accepted.

    `field_wanted` asks for the custom field without which it is not solved.
    """

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local, self._directory = local, directory
        self.field_wanted: Signal[UUID] = Signal()

    def words(self, then: dict[str, Any]) -> str:
        """What will be done, briefly; empty for nothing."""
        deeds = read(then)
        parts = []
        if deeds.to_me:
            parts.append(tr("take it"))
        elif deeds.assignee_id == NIL:
            parts.append(tr("give it to nobody"))
        elif deeds.assignee_id is not None:
            name = self._directory.name(deeds.assignee_id)
            parts.append(tr("assign it to {name}").format(name=name))
        if deeds.priority is not None:
            parts.append(tr(PRIORITY_DONE[deeds.priority]))
        parts += [apart(f"+{tag}") for tag in deeds.add_tags]
        parts += [apart(f"−{tag}") for tag in deeds.remove_tags]
        parts += field_words(self._fields() if deeds.fields else (), deeds)
        if deeds.status in STATUS_DONE:
            parts.append(tr(STATUS_DONE[deeds.status]))
        return _BETWEEN.join(parts)

    def deeds(
        self, ticket_id: UUID, then: dict[str, Any], *, solve: bool, public: bool
    ) -> Sequence[Deed]:
        """The commands that follow a message, as the ticket is after it.

        Raises what `plan` does, and Refused `fields_missing` with words for whoever sends.
        """
        reader = self._local.reader
        ticket = rows.ticket(reader, ticket_id) if reader else None
        if ticket is None:
            return ()
        if public and ticket.status == Status.NEW:
            ticket = structs.replace(ticket, status=Status.OPEN)  # what a reply does to it
        wished = together(read(then), Deeds(status=Status.SOLVED)) if solve else read(then)
        self.check(ticket, wished)
        steps = plan(ticket, wished, self._local.me)
        return [Deed(TICKET, ticket_id, step.args, step.about) for step in steps]

    def _fields(self) -> Sequence[CustomField]:
        reader = self._local.reader
        return field_rows.fields(reader) if reader else ()

    def home(self, ticket_id: UUID) -> UUID:
        """The ticket's own conversation; NIL for one that is not here."""
        reader = self._local.reader
        ticket = rows.ticket(reader, ticket_id) if reader else None
        return ticket.conversation_id if ticket else NIL

    def check(self, ticket: Ticket, deeds: Deeds) -> None:
        """Raise Refused `fields_missing` if they finish a ticket whose fields are not filled in."""
        if deeds.status not in FINISHED or ticket.status in FINISHED:
            return
        given = {**ticket.fields, **deeds.fields}
        lacking = missing(self._fields(), ticket.team_id, given)
        if lacking:
            self.field_wanted.emit(lacking[0].id)
            raise Refused("fields_missing", fill_in(ticket, lacking))

    def again(self, deeds: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
        """What commands of these types and arguments did, for a draft to keep once more."""
        found = NOTHING
        for name, args in deeds:
            told = _told(name, args)
            found = together(found, told) if told else found
        return written(found)


def _told(name: str, args: bytes) -> Deeds | None:
    match name:
        case Assign.__name__:
            return Deeds(assignee_id=codec.decode(args, Assign).assignee_id)
        case SetPriority.__name__:
            return Deeds(priority=codec.decode(args, SetPriority).priority)
        case SetStatus.__name__:
            return Deeds(status=codec.decode(args, SetStatus).status)
        case ChangeTags.__name__:
            tags = codec.decode(args, ChangeTags)
            return Deeds(add_tags=tags.add, remove_tags=tags.remove)
        case SetField.__name__:
            given = codec.decode(args, SetField)
            return Deeds(fields={given.field_id: given.value}) if given.value is not None else None
    return None


def field_words(fields: Sequence[CustomField], deeds: Deeds) -> list[str]:
    """The values that deeds give to those fields, in words."""
    return [
        tr("{field}: {value}").format(
            field=field.content.name, value=value_told(field.content, deeds.fields[field.id])
        )
        for field in fields
        if field.id in deeds.fields
    ]


def read(then: dict[str, Any]) -> Deeds:
    """Deeds as a draft keeps them; those of a newer release that are not known are left out."""
    try:
        return msgspec.convert(then, Deeds)
    except msgspec.ValidationError:
        return NOTHING


def written(deeds: Deeds) -> dict[str, Any]:
    """Deeds for a draft to keep."""
    plain: dict[str, Any] = msgspec.to_builtins(deeds)
    return plain
