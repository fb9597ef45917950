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
    clean_subject,
    snoozed,
    with_message,
    with_status,
    with_tags,
    with_value,
    woken,
)
from console.tickets.model.merging import merged, unmerged
from console.tickets.model.splitting import begun, blank, in_order, part
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    Merge,
    MoveToTeam,
    SetField,
    SetPriority,
    SetStatus,
    Snooze,
    Split,
    Take,
    Unmerge,
    Wake,
)
from console.tickets.tables.rows import ticket_columns
from console.tickets.tables.values import VALUES

OVERLAID = (Overlaid(TICKET, "tickets", ticket_columns, lane=True, beside=VALUES),)


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
    held = [layer.get(CONVERSATION, each) for each in _conversations(layer, ticket)]
    if ticket is not None and any(held):
        newer = max(sum(each.count for each in held if each) - wish.args.count, 0)
        layer.lay(TICKET, structs.replace(ticket, unread=min(ticket.unread, newer)))


def _conversations(layer: Layer, ticket: Ticket | None) -> list[UUID]:
    """Of a ticket and of all that are merged into it."""
    found, todo = dict[UUID, None](), [ticket]
    while todo:
        each = todo.pop()
        if each is not None:
            found[each.conversation_id] = None
            todo += [layer.get(TICKET, one) for one in each.merged]
    return list(found)


def preview_merge(layer: Layer, wish: Wish) -> None:
    """The other leaves the queues, the target has what mattered of it."""
    into, other = layer.get(TICKET, wish.target), layer.get(TICKET, wish.args.ticket)
    if into is None or other is None or NIL not in (into.merged_into, other.merged_into):
        return
    while into.merged_into != NIL and (further := layer.get(TICKET, into.merged_into)):
        into = further
    if other.merged_into == NIL and not _leads(layer, into.id, other.id):
        for each in merged(into, other, wish.me, wish.at):
            layer.lay(TICKET, each)


def _leads(layer: Layer, begun: UUID, end: UUID) -> bool:
    """Whether one ticket is in the other, or other lanes show it there: not both are true in the end."""
    seen, todo = {NIL}, [begun]
    while todo:
        each = todo.pop()
        if each not in seen:
            seen.add(each)
            todo += [version.merged_into for version in layer.versions(TICKET, each)]
    return end in seen


def preview_unmerge(layer: Layer, wish: Wish) -> None:
    """Both as before; what came since, the server tells apart."""
    into, other = layer.get(TICKET, wish.target), layer.get(TICKET, wish.args.ticket)
    if into is None or other is None or other.merged_into != into.id or other.merger is None:
        return
    later = into.merged[into.merged.index(other.id) + 1 :] if other.id in into.merged else ()
    rest = [ticket for each in later if (ticket := layer.get(TICKET, each))]
    alone, free, remembered = unmerged(into, other, rest)
    for ticket in (*remembered, free, alone):
        layer.lay(TICKET, ticket)


def preview_split(layer: Layer, wish: Wish) -> None:
    """The messages under a ticket of their own, which has no number yet.

    Who waits on the ticket they leave is told by the server, which has all its messages.
    """
    ticket, args = layer.get(TICKET, wish.target), wish.args
    found = [layer.get(MESSAGE, each) for each in args.messages]
    taken = in_order(message for message in found if message is not None)
    held = dict.fromkeys(message.conversation_id for message in taken)
    homes = [home for each in held if (home := layer.get(CONVERSATION, each))]
    if ticket is None or not homes or layer.get(TICKET, args.ticket_id) is not None:
        return
    subject = clean_subject(args.subject or ticket.subject)
    conversation, moved = begun(homes, args.conversation_id, subject, taken)
    fresh = part(ticket, conversation, moved, blank(args.ticket_id, 0, wish.me, wish.at, ticket))
    layer.lay(CONVERSATION, conversation)
    for message in moved:
        layer.lay(MESSAGE, message)
    layer.lay(TICKET, fresh)
    unread = max(ticket.unread - fresh.unread, 0)
    layer.lay(TICKET, structs.replace(ticket, unread=unread, parts=(*ticket.parts, fresh.id)))


def _renew_merge(_: Layer, wish: Wish) -> Strict:
    """Merged although somebody else asked there, if that is what stood against it."""
    args: Strict = wish.args
    return structs.replace(args, mixed=True) if wish.refused == "other_requester" else args


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
    Previews(Merge, preview_merge, _renew_merge),
    Previews(Unmerge, preview_unmerge),
    Previews(Split, preview_split),
    Previews(MarkRead, preview_read),
    Previews(SendReply, preview_message),
    Previews(AddNote, preview_message),
)
