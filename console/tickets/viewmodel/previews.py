"""Triage, and what messages do to a ticket, as they look before the server has answered."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from msgspec import structs

from console.conversations.records import CONVERSATION, MESSAGE, AddNote, SendReply
from console.kernel.codec import NIL, Strict
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish
from console.tickets.model import (
    Ticket,
    assigned,
    snoozed,
    with_message,
    with_status,
    with_tags,
    with_value,
    woken,
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
from console.tickets.tables.rows import ticket_columns

OVERLAID = (Overlaid(TICKET, "tickets", ticket_columns, lane=True),)


def _over(change: Callable[[Ticket, Wish], Ticket]) -> Callable[[Layer, Wish], None]:
    """A preview that changes the target ticket."""

    def preview(layer: Layer, wish: Wish) -> None:
        ticket = layer.get(TICKET, wish.target)
        if ticket is not None:
            layer.lay(TICKET, change(ticket, wish))

    return preview


def preview_take(ticket: Ticket, wish: Wish) -> Ticket:
    """Mine, if nobody has it."""
    return assigned(ticket, wish.me) if ticket.assignee_id == NIL else ticket


def preview_message(layer: Layer, wish: Wish) -> None:
    """A pending reply or note does to the ticket what it will do on the server."""
    ticket = layer.get(TICKET, wish.lane)
    message = layer.pending(MESSAGE, wish.args.message_id)
    if ticket is not None and message is not None:
        layer.lay(TICKET, with_message(ticket, message))


def preview_read(layer: Layer, wish: Wish) -> None:
    """Nothing unread up to the message that was seen."""
    ticket = layer.get(TICKET, wish.target)
    conversation = layer.get(CONVERSATION, ticket.conversation_id) if ticket else None
    if ticket is not None and conversation is not None:
        newer = max(conversation.count - wish.args.count, 0)
        layer.lay(TICKET, structs.replace(ticket, unread=min(ticket.unread, newer)))


def _renewed(name: str, field: str) -> Callable[[Layer, Wish], Strict]:
    """Arguments whose `field` is what the ticket's `name` is now."""

    def renew(layer: Layer, wish: Wish) -> Strict:
        ticket = layer.get(TICKET, wish.target)
        args: Strict = wish.args
        return structs.replace(args, **{field: getattr(ticket, name)}) if ticket else args

    return renew


def _renew_take(layer: Layer, wish: Wish) -> Strict:
    """Taking what somebody has means taking it over."""
    ticket = layer.get(TICKET, wish.target)
    return Assign(assignee_id=wish.me, seen=ticket.assignee_id if ticket else NIL)


def _renew_wake(layer: Layer, wish: Wish) -> Strict:
    """Waking wakes, until whenever it is snoozed by now."""
    ticket = layer.get(TICKET, wish.target)
    until = ticket.snoozed_until if ticket else None
    return Wake(seen=until) if until else wish.args


def pass_time(layer: Layer, ticket_id: UUID, now: datetime) -> None:
    """A snoozed ticket whose time is over is awake, also while no server says so."""
    ticket = layer.get(TICKET, ticket_id)
    if ticket is not None and ticket.snoozed_until is not None and ticket.snoozed_until <= now:
        layer.lay(TICKET, woken(ticket, on_time=True))


PREVIEWS = (
    Previews(
        Assign,
        _over(lambda ticket, wish: assigned(ticket, wish.args.assignee_id)),
        _renewed("assignee_id", "seen"),
    ),
    Previews(Take, _over(preview_take), _renew_take),
    Previews(
        MoveToTeam,
        _over(lambda ticket, wish: structs.replace(ticket, team_id=wish.args.team_id)),
        _renewed("team_id", "seen"),
    ),
    Previews(
        SetStatus,
        _over(lambda ticket, wish: with_status(ticket, wish.args.status, wish.at)),
        _renewed("status", "seen"),
    ),
    Previews(
        SetPriority,
        _over(lambda ticket, wish: structs.replace(ticket, priority=wish.args.priority)),
        _renewed("priority", "seen"),
    ),
    Previews(
        ChangeTags,
        _over(lambda ticket, wish: with_tags(ticket, wish.args.add, wish.args.remove)),
    ),
    Previews(
        SetField,
        _over(lambda ticket, wish: with_value(ticket, wish.args.field_id, wish.args.value)),
    ),
    Previews(Snooze, _over(lambda ticket, wish: snoozed(ticket, wish.args.until, wish.at))),
    Previews(
        Wake,
        _over(lambda ticket, _: woken(ticket)),
        _renew_wake,
    ),
    Previews(MarkRead, preview_read),
    Previews(SendReply, preview_message),
    Previews(AddNote, preview_message),
)
