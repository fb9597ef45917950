"""What a ticket is about: its parties and orders are seen wherever one of their tickets is."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Column, Table, Text

from console.kernel.codec import NIL
from console.orders.server import show_order
from console.people.server.parties import show_party
from console.store.schema import id_column
from console.sync.records import Scopes
from console.sync.server.schema import spine
from console.sync.server.tx import Stored, Tx
from console.tickets.model import Ticket
from console.tickets.records import TICKET

ticket_link = Table(
    "ticket_link",
    spine,
    id_column("linked_id", primary_key=True),
    id_column("ticket_id", primary_key=True),
    Column("kind", Text, nullable=False),
)


Links = frozenset[tuple[UUID, str, UUID]]
_FRESH = "ticket_link"


def linked(ticket: Ticket) -> list[tuple[str, UUID]]:
    """Kind and id of everything a ticket is about."""
    found = [("order", order_id) for order_id in ticket.order_ids]
    if ticket.requester_id != NIL:
        found.append(("party", ticket.requester_id))
    return found


def link(tx: Tx, ticket: Ticket, but: Collection[tuple[str, UUID]] = ()) -> None:
    """Remember what the ticket is about, `but` what it was already."""
    for kind, linked_id in linked(ticket):
        if (kind, linked_id) not in but:
            _link(tx, ticket.id, kind, linked_id)


def link_party(tx: Tx, ticket: Ticket, party_id: UUID) -> None:
    """Remember another party of the ticket: the seller beside the buyer who asked."""
    _link(tx, ticket.id, "party", party_id)


def _link(tx: Tx, ticket_id: UUID, kind: str, linked_id: UUID) -> None:
    tx.insert(ticket_link, linked_id=linked_id.bytes, ticket_id=ticket_id.bytes, kind=kind)
    # Rows are written at the end: jobs that share the transaction hear of them here.
    fresh: Links = tx.noted(_FRESH) or frozenset()
    tx.note(_FRESH, fresh | {(ticket_id, kind, linked_id)})


def known(tx: Tx, ticket: Ticket) -> set[tuple[str, UUID]]:
    """Kind and id of everything the ticket is or ever was about."""
    sql = "SELECT linked_id, kind FROM ticket_link WHERE ticket_id = :ticket"
    found = {(row[1], UUID(bytes=bytes(row[0]))) for row in tx.rows(sql, ticket=ticket.id.bytes)}
    fresh: Links = tx.noted(_FRESH) or frozenset()
    found |= {(kind, linked_id) for ticket_id, kind, linked_id in fresh if ticket_id == ticket.id}
    return found | set(linked(ticket))


def show_linked(tx: Tx, ticket: Ticket) -> None:
    """After the ticket moved: let its parties and orders be seen where their tickets now are."""
    for kind, linked_id in sorted(known(tx, ticket)):
        show(tx, kind, linked_id)


def show(tx: Tx, kind: str, linked_id: UUID) -> None:
    """Let a party or an order be seen where its tickets are."""
    found = [stored.scopes for stored in tickets_about(tx, linked_id)]
    scopes: Scopes = frozenset().union(*found)
    if kind == "order":
        show_order(tx, linked_id, scopes)
    else:
        show_party(tx, linked_id, scopes)


def tickets_about(tx: Tx, linked_id: UUID) -> list[Stored[Ticket]]:
    """The tickets that are about a party or an order."""
    sql = "SELECT ticket_id FROM ticket_link WHERE linked_id = :linked"
    ids = {UUID(bytes=bytes(row[0])) for row in tx.rows(sql, linked=linked_id.bytes)}
    fresh: Links = tx.noted(_FRESH) or frozenset()
    ids |= {ticket_id for ticket_id, _, other in fresh if other == linked_id}
    return [stored for ticket_id in sorted(ids) if (stored := tx.get(TICKET, ticket_id))]
