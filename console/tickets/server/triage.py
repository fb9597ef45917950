"""Triage on the server: each command with the conflict rule that the sync design gives it."""

from typing import Any
from uuid import UUID

from msgspec import structs

from console.conversations.records import CONVERSATION
from console.fields import server as fields
from console.fields.model import checked_value, missing
from console.kernel.clock import whole_ms
from console.kernel.codec import NIL
from console.kernel.errors import Bug, Refused
from console.people.model import Action
from console.people.records import USER
from console.people.server.scopes import queue_scopes
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx
from console.tickets.model import (
    FINISHED,
    Ticket,
    assigned,
    with_status,
    with_tags,
    with_value,
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
    Take,
)
from console.tickets.server import family


def assign(tx: Tx, request: Request[Assign]) -> None:
    """Compare and set: refused when somebody else got it meanwhile."""
    ticket, wished = ticket_of(tx, request.target), request.args.assignee_id
    if ticket.assignee_id == wished:
        return
    if ticket.assignee_id != request.args.seen:
        raise _taken(ticket)
    if wished != NIL:
        _check_staff(tx, wished)
    tx.record(TICKET, assigned(ticket, wished))


def take(tx: Tx, request: Request[Take]) -> None:
    """The ticket becomes the actor's if it is nobody's."""
    ticket, me = ticket_of(tx, request.target), request.actor.user_id
    if ticket.assignee_id == me:
        return
    if ticket.assignee_id != NIL:
        raise _taken(ticket)
    tx.record(TICKET, assigned(ticket, me))


def move_to_team(tx: Tx, request: Request[MoveToTeam]) -> None:
    """Compare and set; ticket, conversation, parties and orders go where the team sees them."""
    ticket, wished = ticket_of(tx, request.target), request.args.team_id
    if ticket.team_id == wished:
        return
    if ticket.team_id != request.args.seen:
        raise Refused("moved", "Somebody moved it meanwhile.", fields={"team": str(ticket.team_id)})
    family.place(tx, ticket, wished, queue_scopes(tx, wished))


def set_status(tx: Tx, request: Request[SetStatus]) -> None:
    """State machine and compare and set."""
    ticket, args = ticket_of(tx, request.target), request.args
    if ticket.status == args.status:
        return
    if ticket.status != args.seen:
        now = {"status": ticket.status.value}
        raise Refused("status_changed", "Somebody changed the status meanwhile.", fields=now)
    changed = with_status(ticket, args.status, whole_ms(tx.at))
    if args.status in FINISHED and ticket.status not in FINISHED:
        _check_fields(tx, ticket)
    tx.record(TICKET, changed)


def set_priority(tx: Tx, request: Request[SetPriority]) -> dict[str, Any] | None:
    """Last writer wins, in the server's order; who is overtaken is named."""
    ticket, args = ticket_of(tx, request.target), request.args
    if ticket.priority != args.priority:
        tx.record(TICKET, structs.replace(ticket, priority=args.priority))
    overtook = ticket.priority not in (args.seen, args.priority)
    return {"priority": ticket.priority.value} if overtook else None


def change_tags(tx: Tx, request: Request[ChangeTags]) -> None:
    """A set operation: always merges."""
    ticket = ticket_of(tx, request.target)
    tagged = with_tags(ticket, request.args.add, request.args.remove)
    if tagged != ticket:
        tx.record(TICKET, tagged)


def set_field(tx: Tx, request: Request[SetField]) -> dict[str, Any] | None:
    """Last writer of that field wins, in the server's order; who is overtaken is named."""
    ticket, args = ticket_of(tx, request.target), request.args
    value = args.value
    if value is not None:
        known = {field.id: field.content for field in fields.known(tx) if field.content.active}
        if args.field_id not in known:
            raise Refused("no_field", "There is no such field.", fields={"field": "unknown"})
        value = checked_value(known[args.field_id], value)
    before = ticket.fields.get(args.field_id)
    if before != value:
        tx.record(TICKET, with_value(ticket, args.field_id, value))
    overtook = before not in (args.seen, value)
    return {"field": str(args.field_id), "value": before} if overtook else None


def mark_read(tx: Tx, request: Request[MarkRead]) -> None:
    """Nothing is unread any more, unless more came in since."""
    stored = tx.get(TICKET, request.target)
    if stored is None or stored.record.merged_into.int:
        return  # what is unread is the other's by now
    ticket = stored.record
    held = dict.fromkeys(each.conversation_id for each in family.within(tx, ticket))
    found = [tx.get(CONVERSATION, conversation_id) for conversation_id in held]
    newer = sum(each.record.count for each in found if each) - request.args.count
    unread = min(ticket.unread, max(newer, 0))
    if unread != ticket.unread:
        tx.record(TICKET, structs.replace(ticket, unread=unread))


def ticket_of(tx: Tx, ticket_id: UUID) -> Ticket:
    """The ticket that a command is aimed at. Raises Refused `merged` when it is in another by now."""
    stored = tx.get(TICKET, ticket_id)
    if stored is None:
        raise Bug("dispatch lets no command through whose target is not there")
    if stored.record.merged_into.int:
        fields = {"into": str(family.head(tx, stored.record).number)}
        raise Refused("merged", "It was merged into another.", fields=fields)
    return stored.record


def _check_fields(tx: Tx, ticket: Ticket) -> None:
    lacking = missing(fields.known(tx), ticket.team_id, ticket.fields)
    if lacking:
        told = "A field that must be filled in is empty."
        named = {str(field.id): field.content.name for field in lacking}
        raise Refused("fields_missing", told, fields=named)


def _taken(ticket: Ticket) -> Refused:
    fields = {"assignee": str(ticket.assignee_id)}
    return Refused("taken_by", "Somebody else has it now.", fields=fields)


def _check_staff(tx: Tx, user_id: UUID) -> None:
    user = tx.get(USER, user_id)
    if user is None or not user.record.active or user.record.role == "integration":
        raise Refused("no_user", "There is no such colleague.", fields={"assignee": "unknown"})


HANDLERS = (
    Handles(Assign, Action.ASSIGN, TICKET, assign),
    Handles(Take, Action.ASSIGN, TICKET, take),
    Handles(MoveToTeam, Action.ASSIGN, TICKET, move_to_team),
    Handles(SetStatus, Action.STATUS, TICKET, set_status),
    Handles(SetPriority, Action.PRIORITY, TICKET, set_priority),
    Handles(ChangeTags, Action.TAGS, TICKET, change_tags),
    Handles(SetField, Action.VALUES, TICKET, set_field),
    Handles(MarkRead, Action.STATUS, TICKET, mark_read),
)
