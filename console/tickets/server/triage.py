"""Triage on the server: each command with the conflict rule that the sync design gives it."""

from typing import Any
from uuid import UUID

from msgspec import structs

from console.conversations.records import CONVERSATION
from console.kernel.clock import whole_ms
from console.kernel.codec import NIL
from console.kernel.errors import Bug, Refused
from console.people.model import Action
from console.people.records import USER
from console.people.server.scopes import queue_scopes
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx
from console.tickets.model import (
    Ticket,
    assigned,
    with_status,
    with_tags,
)
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    MoveToTeam,
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
        fields = {"status": ticket.status.value}
        raise Refused("status_changed", "Somebody changed the status meanwhile.", fields=fields)
    tx.record(TICKET, with_status(ticket, args.status, whole_ms(tx.at)))


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
    Handles(MarkRead, Action.STATUS, TICKET, mark_read),
)
