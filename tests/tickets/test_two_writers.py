"""Two nodes move, merge, erase and begin tickets of the same people at once: nobody sees too much or too little."""

from functools import partial
from uuid import UUID

import pytest

from console.orders.records import ORDER
from console.people.records import PARTY
from tests.parts.nodes import at_once, nodes
from tests.parts.office import Office
from tests.parts.shoplife import ShopLife

__all__ = ["nodes"]
DEEDS = 40


def where_tickets_are(office: Office, linked: UUID) -> frozenset[int]:
    sql = (
        "SELECT DISTINCT s.scope_id FROM ticket_link l JOIN record_scope s"
        " ON s.kind = 'ticket' AND s.id = l.ticket_id WHERE l.linked_id = :linked"
    )
    return frozenset(row[0] for row in office.rows(sql, linked=linked.bytes))


@pytest.mark.parametrize("seed", range(2))
def test_all_is_seen_where_its_tickets_are_whoever_wrote_them(
    nodes: tuple[Office, Office], seed: int
) -> None:
    lives = [ShopLife(node, seed) for node in nodes[:1]]
    lives.append(lives[0].beside(nodes[1], seed + 100))
    at_once(*(partial(life.go_on, DEEDS) for life in lives))
    office = nodes[0]
    for kind in (PARTY, ORDER):
        table = office.catalog.of(kind).table.name
        for (raw_id,) in office.rows(f"SELECT id FROM {table}"):
            stored = office.get(kind, UUID(bytes=bytes(raw_id)))
            assert stored is not None
            assert stored.scopes == where_tickets_are(office, stored.record.id), kind.name
    left = (
        "SELECT count(*) FROM ticket_link l WHERE NOT EXISTS"
        " (SELECT 1 FROM tickets t WHERE t.id = l.ticket_id)"
    )
    assert office.rows(left) == [(0,)]
    apart = (
        "SELECT count(*) FROM tickets t JOIN conversations c ON c.id = t.conversation_id"
        " WHERE t.sc <> c.sc"
    )
    assert office.rows(apart) == [(0,)]
    named = (
        "SELECT count(*) FROM tickets t WHERE NOT EXISTS"
        " (SELECT 1 FROM parties p WHERE p.id = t.requester_id)"
    )
    assert office.rows(named) == [(0,)], "who asked is there as long as a ticket says so"
