"""What a message does to its ticket: opens one, wakes it, ends the waiting."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from msgspec import structs

from console.conversations.records import CONVERSATION
from console.conversations.server import MessageAdded, Replying, answered_since, newer_reply
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.orders.server import ensure_order
from console.people.model import INTAKE_SCOPE
from console.sync.server.tx import Tx
from console.tickets.model import Status, Ticket, clean_subject, with_message
from console.tickets.records import TICKET
from console.tickets.server import family, links
from console.tickets.server.thanks import is_thanks


def on_message(tx: Tx, event: MessageAdded) -> None:
    """Keep the ticket over the conversation current; begin one when there is none."""
    over = _newest(tx, event.conversation.id)
    before = family.head(tx, over) if over else None  # what comes to a merged one is the other's
    # A closed ticket stays closed; who writes again is heard in a fresh one.
    fresh = before is None or (before.status == Status.CLOSED and event.message.author == "party")
    ticket = _begun(tx, event, before) if fresh or before is None else before
    own = ticket if fresh or over is None else over
    names = [event.sender.name] if event.sender else []
    thanks = ticket.snoozed_until is not None and is_thanks(event.message, names)
    ticket = with_message(ticket, event.message, thanks=thanks)
    if event.order_number:
        buyer = event.sender.id if event.sender and event.sender.side == "buyer" else NIL
        order = ensure_order(tx, event.order_number, buyer, event.scopes)
        if order.id not in ticket.order_ids:
            ticket = structs.replace(ticket, order_ids=(*ticket.order_ids, order.id))
    tx.record(TICKET, ticket, event.scopes)
    # What a merged ticket was about is linked to that one alone: it goes when that goes.
    links.link(tx, ticket, links.linked(before) if before and not fresh else ())
    if event.sender is not None and event.sender.id != own.requester_id:
        links.link_party(tx, own, event.sender.id)


def on_replying(tx: Tx, event: Replying) -> None:
    """Hold an answer that was written before another in any conversation of the merged ticket."""
    over = _newest(tx, event.conversation_id)
    within = family.within(tx, family.head(tx, over)) if over else []
    for conversation_id in {each.conversation_id for each in within} - {event.conversation_id}:
        stored = tx.get(CONVERSATION, conversation_id)
        if stored and answered_since(tx, stored.record, event.seen, event.author_id):
            raise newer_reply()


def _newest(tx: Tx, conversation_id: UUID) -> Ticket | None:
    found = [stored.record for stored in tx.find(TICKET, "conversation_id", conversation_id)]
    return max(found, key=lambda ticket: ticket.number, default=None)


def _begun(tx: Tx, event: MessageAdded, before: Ticket | None) -> Ticket:
    """A ticket for the message, in the queue of the one before, whose conversation it is too."""
    message, sender = event.message, event.sender
    team_id = event.team_id if event.scopes != frozenset((INTAKE_SCOPE,)) else NIL
    return Ticket(
        id=new_id(),
        number=tx.next_number("ticket"),
        conversation_id=event.conversation.id,
        subject=clean_subject(event.conversation.subject),
        team_id=before.team_id if before else team_id,
        requester_id=sender.id if sender else NIL,
        side=sender.side if sender else "buyer",
        channel=message.channel,
        created_at=message.at,
        updated_at=message.at,
    )


SUBSCRIBERS: dict[type, tuple[Callable[[Tx, Any], None], ...]] = {
    MessageAdded: (on_message,),
    Replying: (on_replying,),
}
