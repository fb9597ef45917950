"""What a ticket is about: its parties and orders are seen wherever one of their tickets is."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, Text

from console.kernel.codec import NIL
from console.orders.records import ORDER
from console.orders.server import show_order
from console.people.records import PARTY
from console.people.server.parties import show_party
from console.store.reader import listed
from console.store.schema import id_column
from console.sync.records import Kind, Scopes
from console.sync.server.schema import spine
from console.sync.server.tx import Stored, Tx
from console.sync.working import FIRST_ALONE
from console.tickets.model import Ticket
from console.tickets.records import TICKET

ticket_link = Table(
    "ticket_link",
    spine,
    id_column("linked_id", primary_key=True),
    id_column("ticket_id", primary_key=True, index=True),
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
    """Let a party or an order be seen where its tickets are.

    Its row is locked first: what another node moves meanwhile is then seen, or sees this.
    """
    of: Kind[Any] = ORDER if kind == ORDER.name else PARTY
    known = tx.get(of, linked_id)
    if known is None:
        return
    mine, touched = _mine(tx, linked_id)
    scopes: Scopes = frozenset().union(*(stored.scopes for stored in mine))
    scopes |= {scope for scope in known.scopes - scopes if _is_in(tx, linked_id, scope, touched)}
    if kind == ORDER.name:
        show_order(tx, linked_id, scopes)
    else:
        show_party(tx, linked_id, scopes)


def is_about(tx: Tx, linked_id: UUID) -> bool:
    """Whether any ticket is about a party or an order."""
    mine, touched = _mine(tx, linked_id)
    others, params = listed("o", touched)
    sql = f"SELECT 1 FROM ticket_link WHERE linked_id = :linked AND {_but(others, touched)} LIMIT 1"
    return bool(mine) or bool(tx.rows(sql, linked=linked_id.bytes, **params))


def _mine(tx: Tx, linked_id: UUID) -> tuple[list[Stored[Ticket]], Collection[UUID]]:
    """The tickets about it that this transaction wrote, and all that it wrote or erased.

    A seller has tens of thousands of others: where those are seen is asked of the database.
    """
    touched = tx.touched(TICKET)
    names, params = listed("t", touched)
    sql = f"SELECT ticket_id FROM ticket_link WHERE linked_id = :linked AND ticket_id IN {names}"
    ids = {UUID(bytes=bytes(row[0])) for row in tx.rows(sql, linked=linked_id.bytes, **params)}
    fresh: Links = tx.noted(_FRESH) or frozenset()
    ids |= {ticket_id for ticket_id, _, other in fresh if other == linked_id}
    return [stored for each in sorted(ids) if (stored := touched.get(each))], touched


def _is_in(tx: Tx, linked_id: UUID, scope: int, touched: Collection[UUID]) -> bool:
    """Whether a scope shows a ticket about it that this transaction has not written."""
    others, params = listed("o", touched)
    # One ticket after another, of which there are few: a join would go through all the scope shows.
    sql = (
        f"SELECT 1 FROM ticket_link l WHERE l.linked_id = :linked AND {_but(others, touched)}"
        " AND EXISTS (SELECT 1 FROM record_scope s WHERE s.kind = 'ticket' AND s.id = l.ticket_id"
        f" AND +s.scope_id = :scope {FIRST_ALONE}) LIMIT 1"
    )
    return bool(tx.rows(sql, linked=linked_id.bytes, scope=scope, **params))


def _but(names: str, touched: Collection[UUID]) -> str:
    """The condition that leaves these out; `NOT IN (NULL)` would leave out all."""
    return f"ticket_id NOT IN {names}" if touched else "1 = 1"
