"""The transaction: what jobs write together, read before it is written, and undo alone."""

import pytest

from console.kernel.codec import NIL
from console.kernel.errors import Bug
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE, Party, Team
from console.people.records import PARTY, TEAM
from console.sync.server import schema
from console.sync.server.tx import PENDING, Tx
from tests.parts.office import Office

QUEUE = frozenset((INTAKE_SCOPE,))
OTHER = frozenset((40,))


def lena(**more: object) -> Party:
    return Party(id=new_id(), side="buyer", name="Lena", email="lena@mail.test", **more)


def test_a_record_is_read_back_before_it_is_written(office: Office) -> None:
    party = lena()

    def work(tx: Tx) -> None:
        tx.record(PARTY, party, QUEUE)
        stored = tx.get(PARTY, party.id)
        assert stored is not None
        assert (stored.record, stored.rev, stored.scopes) == (party, PENDING, QUEUE)
        assert tx.rows("SELECT id FROM parties") == []

    office.write(work)
    after = office.get(PARTY, party.id)
    assert after is not None
    assert 0 < after.rev == office.head()


def test_find_sees_what_this_transaction_wrote_and_moved(office: Office) -> None:
    team = Team(id=new_id(), name="Europe", scope=40)
    office.write(lambda tx: tx.record(TEAM, team, QUEUE))

    def work(tx: Tx) -> None:
        renamed = Team(id=team.id, name="Asia", scope=40)
        tx.record(TEAM, renamed)
        fresh = Team(id=new_id(), name="Europe", scope=42)
        tx.record(TEAM, fresh, QUEUE)
        assert [s.record for s in tx.find(TEAM, "name", "Europe")] == [fresh]
        assert [s.record for s in tx.find(TEAM, "name", "Asia")] == [renamed]
        assert {s.record.id for s in tx.all(TEAM)} == {team.id, fresh.id}
        tx.erase(TEAM, team.id)
        assert tx.find(TEAM, "name", "Asia") == []
        assert tx.get(TEAM, team.id) is None

    office.write(work)
    assert office.rows("SELECT name FROM teams") == [("Europe",)]


def test_later_jobs_see_what_earlier_ones_wrote_unless_they_failed(office: Office) -> None:
    kept, dropped = lena(), lena()

    def fail(tx: Tx) -> None:
        tx.record(PARTY, dropped, QUEUE)
        tx.note("mood", "bad")
        raise ValueError("mine")

    def look(tx: Tx) -> None:
        assert tx.get(PARTY, kept.id) is not None
        assert tx.get(PARTY, dropped.id) is None
        assert tx.noted("mood") is None
        assert tx.written(PARTY) == [kept]

    found = office.together(lambda tx: tx.record(PARTY, kept, QUEUE), fail, look)
    assert found[0] is None
    assert isinstance(found[1], ValueError)
    assert found[2] is None
    assert len(office.rows("SELECT id FROM parties")) == 1


def test_undo_forgets_this_job_alone(office: Office) -> None:
    first, second, third = lena(), lena(), lena()

    def work(tx: Tx) -> None:
        tx.record(PARTY, second, QUEUE)
        tx.undo()
        assert tx.get(PARTY, second.id) is None
        assert tx.get(PARTY, first.id) is not None
        tx.record(PARTY, third, QUEUE)

    office.together(lambda tx: tx.record(PARTY, first, QUEUE), work)
    ids = {bytes(row[0]) for row in office.rows("SELECT id FROM parties")}
    assert ids == {first.id.bytes, third.id.bytes}


def test_one_log_line_a_job_and_record_with_the_span_of_scopes(office: Office) -> None:
    party = lena()
    office.write(lambda tx: tx.record(PARTY, party, QUEUE))

    def twice(tx: Tx) -> None:
        tx.record(PARTY, party, OTHER)
        tx.record(PARTY, party, frozenset((42,)))

    office.write(twice)
    lines = office.rows(
        "SELECT op, scopes_before, scopes_after FROM change_log WHERE entity_id = :id ORDER BY seq",
        id=party.id.bytes,
    )
    assert lines == [("U", None, "[4]"), ("U", "[4]", "[42]")]
    shown = office.rows("SELECT scope_id FROM record_scope WHERE id = :id", id=party.id.bytes)
    assert shown == [(42,)]


def test_seqs_rise_without_gaps_inside_a_transaction_and_are_the_revs(office: Office) -> None:
    parties = [lena() for _ in range(5)]
    before = office.head()
    office.together(*[lambda tx, p=p: tx.record(PARTY, p, QUEUE) for p in parties])
    lines = office.rows(
        "SELECT seq, txn_last FROM change_log WHERE seq > :before ORDER BY seq", before=before
    )
    assert [seq for seq, _ in lines] == list(range(before + 1, before + 6))
    assert {last for _, last in lines} == {before + 5}
    assert [office.get(PARTY, p.id).rev for p in parties] == [seq for seq, _ in lines]


def test_a_record_may_come_and_go_in_one_transaction(office: Office) -> None:
    party = lena()
    office.together(lambda tx: tx.record(PARTY, party, QUEUE), lambda tx: tx.erase(PARTY, party.id))
    assert office.get(PARTY, party.id) is None
    assert office.rows("SELECT 1 FROM record_scope WHERE id = :id", id=party.id.bytes) == []
    ops = office.rows(
        "SELECT op FROM change_log WHERE entity_id = :id ORDER BY seq", id=party.id.bytes
    )
    assert ops == [("U",), ("D",)]


def test_erasing_what_is_not_there_says_nothing(office: Office) -> None:
    before = office.head()
    office.write(lambda tx: tx.erase(PARTY, new_id()))
    assert office.head() == before


def test_a_new_record_needs_scopes(office: Office) -> None:
    with pytest.raises(Bug):
        office.write(lambda tx: tx.record(PARTY, lena()))


def device_row(last_n: int) -> dict[str, object]:
    return {"user_id": NIL.bytes, "last_n": last_n, "pruned_n": 0, "seen_at": 0}


def test_rows_are_put_and_deleted_in_the_order_of_the_jobs(office: Office) -> None:
    one, two = new_id().bytes, new_id().bytes
    office.write(lambda tx: tx.insert(schema.device, id=two, **device_row(1)))
    office.together(
        lambda tx: tx.insert(schema.device, id=one, **device_row(1)),
        lambda tx: tx.delete(schema.device, id=one),
        lambda tx: tx.delete(schema.device, id=two),
        lambda tx: tx.insert(schema.device, id=two, **device_row(7)),
    )
    assert office.rows("SELECT id, last_n FROM device") == [(two, 7)]


def test_a_grant_taken_back_in_the_same_transaction_stays_taken_back(office: Office) -> None:
    ana = office.user("Ana Kovac")
    held = office.write(lambda tx: tx.grants(ana.id))
    office.together(
        lambda tx: tx.set_grants(ana.id, ana.scope, held | {60}),
        lambda tx: tx.set_grants(ana.id, ana.scope, held),
    )
    granted = office.rows("SELECT scope_id FROM scope_grant WHERE user_id = :u", u=ana.id.bytes)
    assert {row[0] for row in granted} == held


def test_grants_are_told_in_the_users_private_scope_alone(office: Office) -> None:
    ana = office.user("Ana Kovac")
    before = office.head()
    held = office.write(lambda tx: tx.grants(ana.id))
    office.write(lambda tx: tx.set_grants(ana.id, ana.scope, (held | {60}) - {INTAKE_SCOPE}))
    lines = office.rows(
        "SELECT l.op, l.scopes_after, s.scope_id FROM change_log l"
        " JOIN change_scope s ON s.seq = l.seq WHERE l.seq > :before ORDER BY l.op",
        before=before,
    )
    assert lines == [("G", "[60]", ana.scope), ("R", "[4]", ana.scope)]


def test_numbers_are_never_given_twice(office: Office) -> None:
    found = office.together(*[lambda tx: tx.next_number("ticket")] * 3)
    found.append(office.write(lambda tx: tx.next_number("ticket")))
    assert found == sorted(set(found))
    assert found[0] == 1


def test_the_numbered_log_of_a_job_is_its_own(office: Office) -> None:
    heard: list[list[str]] = []

    def job(count: int) -> object:
        def work(tx: Tx) -> None:
            for _ in range(count):
                tx.record(PARTY, lena(), QUEUE)
            tx.when_numbered(lambda entries: heard.append([e.kind for e in entries if e.seq > 0]))

        return work

    office.together(job(2), job(0), job(1))
    assert heard == [["party", "party"], [], ["party"]]
