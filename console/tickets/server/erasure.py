"""Erasing a ticket: its whole conversation, and the people and orders nothing else is about."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from msgspec import Struct

from console.conversations.records import CONVERSATION
from console.kernel.errors import Refused
from console.orders.records import ORDER
from console.people.records import PARTY
from console.store.reader import listed
from console.sync.records import Scopes, sees
from console.sync.server.erasure import Erased, erase
from console.sync.server.tx import Tx
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from console.tickets.server import family, links, merges


class TicketErased(Struct, frozen=True):
    """How many of each are gone. More than one ticket: all those over the conversation."""

    tickets: int
    messages: int
    orders: int
    parties: int


def numbered(tx: Tx, number: int, scopes: Scopes) -> Ticket:
    """The ticket of that number. Raises Refused `no_ticket`, also for one out of `scopes`."""
    for stored in tx.find(TICKET, "number", number):
        if sees(scopes, stored.scopes):
            return stored.record
    raise Refused("no_ticket", f"There is no ticket {number}.", fields={"number": "unknown"})


def messages_of(tx: Tx, ticket: Ticket) -> list[bytes]:
    """The ids of the messages that go with the ticket."""
    held = dict.fromkeys(each.conversation_id for each in family.within(tx, ticket))
    sql = "SELECT id FROM messages WHERE conversation_id = :held"
    return [bytes(row[0]) for each in held for row in tx.rows(sql, held=each.bytes)]


def erase_ticket(tx: Tx, ticket: Ticket) -> TicketErased:
    """Erase the ticket, its conversation with all messages and every other ticket over it.

    So it is with what was merged into it; what it was merged into stays, without a trace of it.
    Orders and parties go along when no other ticket is about them; a party that an order which stays
    names as buyer or seller stays too.
    """
    held = dict.fromkeys(each.conversation_id for each in family.within(tx, ticket))
    tickets = [s.record for each in held for s in tx.find(TICKET, "conversation_id", each)]
    gone = {each.id for each in tickets}
    for each in tickets:
        if each.merged_into.int and each.merged_into not in gone:
            merges.take_out(tx, each)
    linked = {pair for each in tickets for pair in links.known(tx, each)}
    for conversation_id in held:
        if (conversation := tx.get(CONVERSATION, conversation_id)) is not None:
            linked |= {("party", lane.party_id) for lane in conversation.record.lanes}
    for each in tickets:
        erase(tx, TICKET, each.id)
    erased = [erase(tx, CONVERSATION, each) for each in held]
    orders = [other for kind, other in sorted(linked) if kind == "order"]
    parties = [other for kind, other in sorted(linked) if kind == "party"]
    return TicketErased(
        tickets=len(tickets),
        messages=sum(max(count - 1, 0) for count in erased),
        orders=sum(erase(tx, ORDER, other) for other in orders if not links.is_about(tx, other)),
        parties=sum(
            erase(tx, PARTY, other) > 0  # with what was noted of them
            for other in parties
            if not links.is_about(tx, other) and not _named_by_order(tx, other)
        ),
    )


def _named_by_order(tx: Tx, party_id: UUID) -> bool:
    """Whether an order names the party as buyer or seller that this transaction does not erase."""
    gone = tx.touched(ORDER)
    others, params = listed("o", gone)
    left = f"AND id NOT IN {others}" if gone else ""
    named = any(
        tx.rows(
            f"SELECT 1 FROM orders WHERE {side} = :party {left} LIMIT 1",
            party=party_id.bytes,
            **params,
        )
        for side in ("buyer_id", "seller_id")
    )
    return named or any(
        party_id in (stored.record.buyer_id, stored.record.seller_id)
        for stored in gone.values()
        if stored
    )


def drop_links(tx: Tx, event: Erased) -> None:
    """What is gone is about nothing; what it was about is seen where its other tickets are."""
    if event.kind == TICKET.name:
        links.show_linked(tx, event.record)
        tx.delete(links.ticket_link, ticket_id=event.record.id.bytes)
    else:
        tx.delete(links.ticket_link, linked_id=event.record.id.bytes)


SUBSCRIBERS: dict[type, tuple[Callable[[Tx, Any], None], ...]] = {Erased: (drop_links,)}
