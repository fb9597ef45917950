"""Tickets that go together: over one conversation, or merged into one another."""

from collections.abc import Callable, Iterable
from uuid import UUID

from msgspec import structs

from console.conversations.server import move_conversation
from console.sync.records import Scopes
from console.sync.server.tx import Tx
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from console.tickets.server import links


def head(tx: Tx, ticket: Ticket) -> Ticket:
    """The ticket that goes on, in which this one is: itself when it is not merged."""
    while ticket.merged_into.int and (stored := tx.get(TICKET, ticket.merged_into)):
        ticket = stored.record
    return ticket


def within(tx: Tx, ticket: Ticket) -> list[Ticket]:
    """The ticket and all that are merged into it, directly or not."""
    return _reached(ticket, lambda each: _there(tx, each.merged))


def together(tx: Tx, ticket: Ticket) -> list[Ticket]:
    """All tickets that must be seen wherever this one is, itself first.

    Those over its conversation, whose messages they share; those it is merged with.
    """

    def beside(each: Ticket) -> list[Ticket]:
        over = tx.find(TICKET, "conversation_id", each.conversation_id)
        linked = _there(tx, (*each.merged, each.merged_into))
        return [*(stored.record for stored in over), *linked]

    return _reached(ticket, beside)


def place(tx: Tx, ticket: Ticket, team_id: UUID, scopes: Scopes) -> None:
    """Put a ticket and all that goes together with it into a team's queue, seen in `scopes`.

    Their conversations go along; parties and orders are seen wherever one of their tickets is.
    """
    moved = [structs.replace(each, team_id=team_id) for each in together(tx, ticket)]
    for each in moved:
        tx.record(TICKET, each, scopes)
    for conversation_id in dict.fromkeys(each.conversation_id for each in moved):
        move_conversation(tx, conversation_id, scopes)
    for each in moved:
        links.show_linked(tx, each)


def _there(tx: Tx, ids: Iterable[UUID]) -> list[Ticket]:
    return [stored.record for each in ids if each.int and (stored := tx.get(TICKET, each))]


def _reached(ticket: Ticket, step: Callable[[Ticket], Iterable[Ticket]]) -> list[Ticket]:
    found, todo = {ticket.id: ticket}, [ticket]
    while todo:
        for each in step(todo.pop()):
            if each.id not in found:
                found[each.id] = each
                todo.append(each)
    return list(found.values())
