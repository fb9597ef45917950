"""The working set: the rooms' words become one condition, and sums find what differs."""

from uuid import UUID

import pytest

from console.catalog import catalog
from console.conversations.records import MESSAGE
from console.kernel.clock import to_ms
from console.kernel.ids import new_id
from console.sync.asking import BUCKETS
from console.sync.working import belongs, sums, working
from console.tickets.model import Status
from console.tickets.records import SetStatus
from tests.parts.acts import AT, Case, act, begin_case
from tests.parts.office import Office

AFTER = to_ms(AT) + 1_000_000
"""A border after all that the cases below did."""


def kept(office: Office, kind: str, border: int) -> set[UUID]:
    table = office.catalog[kind]
    where = working(office.catalog, table)
    params = {"border": border} if ":border" in where else {}
    rows = office.rows(f"SELECT t.id FROM {table.table.name} t WHERE {where}", **params)
    return {UUID(bytes=bytes(row[0])) for row in rows}


def solve(office: Office, case: Case) -> None:
    ticket = case.ticket
    cara = office.actor(office.user("Cara Lind", "supervisor"))
    wish = act(ticket.id, SetStatus(status=Status.SOLVED, seen=ticket.status))
    office.run(cara, wish)


@pytest.mark.parametrize("kind", ["ticket", "conversation", "message", "party"])
def test_what_is_finished_and_old_is_left_out_with_all_it_brought(
    office: Office, kind: str
) -> None:
    old = begin_case(office, team="Europe", email="old@mail.test")
    begin_case(office, team="Europe", email="open@mail.test")
    everything = kept(office, kind, 0)
    solve(office, old)
    assert kept(office, kind, 0) == everything
    assert len(kept(office, kind, AFTER)) == len(everything) - 1


def test_everybody_who_works_here_is_kept_however_old(office: Office) -> None:
    office.user("Ana Kovac", "agent", ("Europe",))
    for kind in ("user", "team", "role"):
        assert kept(office, kind, AFTER) == kept(office, kind, 0) != set()


def test_each_kind_that_is_kept_in_part_comes_after_what_keeps_it() -> None:
    names = [table.kind.name for table in catalog().kept]
    assert names.index("ticket") < names.index("conversation") < names.index("message")
    assert names.index("order") < names.index("party")
    assert {"user", "team", "role"}.isdisjoint(names)


def test_what_keeps_itself_needs_nobody() -> None:
    assert belongs(catalog(), catalog()["user"]) == ""
    assert "conversations" in belongs(catalog(), catalog().of(MESSAGE))


def test_sums_differ_in_the_bucket_of_what_differs(office: Office) -> None:
    begin_case(office, team="Europe")

    def summed(where: str) -> tuple[int, ...]:
        return office.read(lambda reader: sums(reader, "messages", where, {}))

    before = summed("1 = 1")
    assert len(before) == BUCKETS
    [(raw_id,)] = office.rows("SELECT id FROM messages")
    without = summed("1 = 0")
    assert [n for n in range(BUCKETS) if before[n] != without[n]] == [bytes(raw_id)[-1]]
    office.write(lambda tx: tx.connection.exec_driver_sql("UPDATE messages SET rev = rev + 1"))
    after = summed("1 = 1")
    assert [n for n in range(BUCKETS) if before[n] != after[n]] == [bytes(raw_id)[-1]]
    assert new_id().bytes[-1] < BUCKETS
