"""Tickets that are one: what must hold of them on the server and on the screens, whatever happened."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from console.kernel.codec import NIL
from console.sync.records import Scopes
from console.tickets.model import Status, Ticket
from console.tickets.records import TICKET
from tests.simulation.desk import SimDesk
from tests.simulation.ledger import Deed, Ledger
from tests.simulation.server import Oracle
from tests.simulation.watch import Problem

Tickets = Mapping[UUID, tuple[Ticket, Scopes]]


def known(oracle: Oracle) -> Tickets:
    """Every ticket of the server, and where it is seen."""
    found = {}
    for raw, doc, sc in oracle.rows("SELECT id, doc, sc FROM tickets"):
        key = UUID(bytes=bytes(raw))
        found[key] = TICKET.read(key, doc), _scopes(sc)
    return found


def on_the_server(oracle: Oracle) -> Iterator[Problem]:
    """Merged tickets name one another, are finished, and are seen where the one is that goes on."""
    tickets = known(oracle)
    places = {
        UUID(bytes=bytes(raw)): _scopes(sc)
        for raw, sc in oracle.rows("SELECT id, sc FROM conversations")
    }
    yield from _no_circle("the server", [ticket for ticket, _ in tickets.values()])
    for ticket, scopes in tickets.values():
        name = f"ticket {ticket.number}"
        if places.get(ticket.conversation_id) != scopes:
            yield Problem("apart", f"{name} is seen elsewhere than its conversation")
        if ticket.merged_into != NIL:
            yield from _merged(name, ticket, scopes, tickets)
        for each in ticket.merged:
            if each not in tickets or tickets[each][0].merged_into != ticket.id:
                yield Problem("apart", f"{name} names {each}, which is not merged into it")
    sql = (
        "SELECT count(*) FROM conversations c WHERE NOT EXISTS"
        " (SELECT 1 FROM messages m WHERE m.conversation_id = c.id)"
    )
    if silent := oracle.rows(sql)[0][0]:
        yield Problem("apart", f"{silent} conversations are without a word")
    yield from _linked(oracle, tickets)


def _merged(name: str, ticket: Ticket, scopes: Scopes, tickets: Tickets) -> Iterator[Problem]:
    if ticket.merged_into not in tickets:
        yield Problem("apart", f"{name} is merged into what is not there")
        return
    into, seen = tickets[ticket.merged_into]
    if into.merged.count(ticket.id) != 1:
        yield Problem("apart", f"{name} is not named by the ticket it is in")
    if (scopes, ticket.team_id) != (seen, into.team_id):
        yield Problem("apart", f"{name} is seen elsewhere than the ticket it is in")
    if ticket.status != Status.CLOSED or ticket.unread or ticket.merger is None:
        yield Problem("apart", f"{name} is merged, and goes on by itself")


def _linked(oracle: Oracle, tickets: Tickets) -> Iterator[Problem]:
    """People and orders are seen where the tickets about them are, and nowhere else."""
    about: dict[UUID, set[int]] = {}
    for linked, raw in oracle.rows("SELECT linked_id, ticket_id FROM ticket_link"):
        found = tickets.get(UUID(bytes=bytes(raw)))
        about.setdefault(UUID(bytes=bytes(linked)), set()).update(found[1] if found else ())
    for table in ("parties", "orders"):
        for raw, sc in oracle.rows(f"SELECT id, sc FROM {table}"):
            key = UUID(bytes=bytes(raw))
            if key in about and about[key] and _scopes(sc) != about[key]:
                text = f"{table} {key} is seen in {sc}, the tickets about it in {about[key]}"
                yield Problem("apart", text)


def on_a_screen(desk: SimDesk) -> Iterator[Problem]:
    """No ticket that a desk shows is in itself: whoever looks for the one that goes on finds it."""
    yield from _no_circle(desk.name, desk.tickets())


def _no_circle(where: str, tickets: Sequence[Ticket]) -> Iterator[Problem]:
    into = {t.id: (t.merged_into,) for t in tickets if t.merged_into != NIL}
    within = {t.id: t.merged for t in tickets if t.merged}
    for ways in (into, within):
        for begun in ways:
            if _returns(begun, ways):
                yield Problem("apart", f"{where}: ticket {begun} is merged into itself")


def _returns(begun: UUID, ways: Mapping[UUID, Sequence[UUID]]) -> bool:
    seen, todo = set[UUID](), [begun]
    while todo:
        for each in ways.get(todo.pop(), ()):
            if each == begun:
                return True
            if each not in seen:
                seen.add(each)
                todo.append(each)
    return False


def as_told(ledger: Ledger, done: Iterable[Deed], oracle: Oracle) -> Iterator[Problem]:
    """What was accepted is so: two are one unless somebody took something apart; what was split is there."""
    tickets = known(oracle)
    for deed in done:
        if deed.other is None or deed.target not in tickets:
            continue
        there = deed.other in tickets
        if deed.type == "Split" and not there and not erased(oracle, deed.other):
            yield Problem("lost", f"{deed} was accepted and its ticket is not on the server")
        if deed.type == "Merge" and there and not _taken_apart(ledger, deed):
            heads = {_head(tickets, deed.target), _head(tickets, deed.other)}
            if len(heads) > 1:
                yield Problem("lost", f"{deed} was accepted and the two are not one")


def _taken_apart(ledger: Ledger, deed: Deed) -> bool:
    """Whether anybody wished to take any of those out that were ever to be one with these."""
    group = {deed.target}
    for _ in ledger.merged:
        for pair in ledger.merged:
            if group & set(pair):
                group |= set(pair)
    return bool(group & ledger.unmerged)


def _head(tickets: Tickets, ticket_id: UUID) -> UUID:
    while tickets[ticket_id][0].merged_into in tickets:
        ticket_id = tickets[ticket_id][0].merged_into
    return ticket_id


def erased(oracle: Oracle, record_id: UUID) -> bool:
    """Whether a record was there and was erased for good."""
    return oracle.row("SELECT 1 FROM tombstone WHERE id = :id", id=record_id.bytes) is not None


def _scopes(sc: str) -> Scopes:
    return frozenset(msgspec.json.decode(sc))
