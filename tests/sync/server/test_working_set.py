"""The working set as it is found from what is worked on: the same rows, and no walk through all."""

from itertools import pairwise
from uuid import UUID

import pytest

from console.conversations.records import CONVERSATION, MESSAGE
from console.conversations.tables.rows import PAGE
from console.kernel.clock import to_ms
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.store.reader import Reader
from console.sync.asking import BUCKETS, PAGE_ROWS, Compared
from console.sync.records import Scopes
from console.sync.server.feed import Resume, first_page
from console.sync.server.lookup import Lookup
from console.sync.server.working_set import Ids, WorkingSet
from console.tickets.model import Status
from console.tickets.records import SetStatus
from tests.parts.acts import AT, Case, act, begin_case, note, received
from tests.parts.office import Office
from tests.parts.plans import explained

BEFORE, AFTER = 1, to_ms(AT) + 1_000_000
"""Borders before and after all that the cases below did."""
Rows = dict[str, dict[bytes, int]]


def shop(office: Office) -> tuple[Scopes, Scopes]:
    """Cases of two teams, some solved, one buyer with both; what the first team sees, and the boss."""
    ana = office.actor(office.user("Ana Kovac", "agent", ("Europe",)))
    boss = office.actor(office.user("Cara Lind", "supervisor", ("Europe", "Asia")))
    cases = [
        begin_case(office, team=team, email=f"{name}@mail.test", order_number=f"A-{n}")
        for n, (team, name) in enumerate(
            [("Europe", "lena"), ("Asia", "lena"), ("Europe", "mei"), ("Europe", "nora"), ("Asia", "olu")]
        )
    ]  # fmt: skip
    office.run(ana, note(cases[2].conversation_id))
    for case in (cases[0], cases[3]):
        solve(office, case)
    return ana.scopes, boss.scopes


def solve(office: Office, case: Case) -> None:
    ticket = case.ticket
    fay = office.actor(office.user(f"Fay{new_id()} Holm", "supervisor"))
    office.run(fay, act(ticket.id, SetStatus(status=Status.SOLVED, seen=ticket.status)))


def kept(office: Office, scopes: Scopes, border: int) -> Rows:
    """Id and rev of the working set, kind by kind."""

    def look(reader: Reader) -> Rows:
        some = WorkingSet.read(reader, office.catalog, scopes, border)
        return {kind: dict(some.revs(reader, kind)) for kind in office.catalog.names}

    return office.read(look)


def asked_one_by_one(office: Office, scopes: Scopes, border: int) -> Rows:
    """The same as the catalogue's conditions tell it of each row by itself."""
    found = {}
    for kind, table in office.catalog.tables.items():
        where, params = office.feed.shown(table, scopes, border)
        rows = office.rows(f"SELECT t.id, t.rev FROM {table.table.name} t WHERE {where}", **params)
        found[kind] = {bytes(raw_id): rev for raw_id, rev in rows}
    return found


@pytest.mark.parametrize("border", [BEFORE, AFTER])
def test_whoever_sees_all_keeps_what_the_conditions_say(office: Office, border: int) -> None:
    _, everything = shop(office)
    found = kept(office, everything, border)
    assert found == asked_one_by_one(office, everything, border)
    assert len(found["ticket"]) == (5 if border == BEFORE else 3)


def test_what_brings_a_record_along_counts_where_it_is_seen(office: Office) -> None:
    """Lena's case in Europe is done; that she has one in Asia is nothing to Europe's console."""
    europe, everything = shop(office)
    theirs, all_of_it = kept(office, europe, AFTER), kept(office, everything, AFTER)
    assert (len(theirs["ticket"]), len(theirs["party"])) == (1, 1)
    assert (len(all_of_it["ticket"]), len(all_of_it["party"])) == (3, 3)
    for kind, rows in theirs.items():
        assert rows.items() <= asked_one_by_one(office, europe, AFTER)[kind].items()


def test_only_what_may_be_seen_is_in_a_page_and_in_the_sums(office: Office) -> None:
    case = begin_case(office)
    office.run(office.actor(office.user("Ana Kovac")), note(case.conversation_id))

    def messages(scopes: Scopes) -> tuple[int, int]:
        def look(reader: Reader) -> tuple[int, int]:
            some = WorkingSet.read(reader, office.catalog, scopes, BEFORE)
            rows, after = some.page(reader, MESSAGE.name, "")
            assert after is None
            return len(rows), len(list(some.revs(reader, MESSAGE.name)))

        return office.read(look)

    found = [messages(frozenset(s)) for s in ({4}, {4, 5}, {5}, {20})]
    assert found == [(1, 1), (2, 2), (1, 1), (0, 0)]


def test_children_come_by_their_parents_each_once_whatever_the_pages_cut(office: Office) -> None:
    """Long conversations fill pages, and the last PAGE of each comes; then many short ones."""
    long = [begin_case(office, email=f"l{n}@mail.test") for n in range(2 * PAGE_ROWS // PAGE + 2)]
    execute = office.dispatch.execute
    for case in long:
        wishes = [received(case.conversation_id, f"{n}") for n in range(PAGE + 3)]
        office.together(*[lambda tx, w=w, c=case: execute(tx, c.shop, w) for w in wishes])
    for n in range(5):
        begin_case(office, email=f"s{n}@mail.test")
    scopes = frozenset({4, 5})
    pages, at = list[list[UUID]](), first_page(1, MESSAGE.name, BEFORE)
    while at is not None:
        page = office.read(lambda r, at=at: office.feed.page(r, scopes, (MESSAGE.name,), at))
        pages.append([UUID(line.decode().split('"id":"')[1][:36]) for line in page.rows])
        office.feed.check_place(at)
        at = page.next
    got = [each for page in pages for each in page]
    assert [len(page) for page in pages[:2]] == [PAGE_ROWS, PAGE_ROWS]
    assert len(got) == len(set(got)) == PAGE * len(long) + 5
    assert {each.bytes for each in got} == kept(office, scopes, BEFORE)[MESSAGE.name].keys()


def test_pages_sums_and_comparisons_walk_through_no_table(office: Office) -> None:
    scopes, _ = shop(office)
    asks = Lookup(office.feed)

    def work(reader: Reader) -> None:
        among = office.feed.working_set(reader, scopes, AFTER)
        office.feed.totals(reader, scopes, office.catalog.names, AFTER, 0, among)
        for kind in office.catalog.names:
            office.feed.page(reader, scopes, (kind,), first_page(1, kind, AFTER), among)
            every = tuple(range(BUCKETS))
            asks.compare(reader, Compared(kind=kind, border=AFTER, buckets=every), scopes)
        asks.digests(reader, AFTER, scopes)

    told = explained(office, work)
    assert told.walks == []
    assert len(told.asked) > len(office.catalog.names)


def test_what_is_newer_is_found_by_when_it_was_written(office: Office) -> None:
    """Not by going through all that is older; each page goes on where the last one ended."""
    shop(office)
    since = office.head()
    for n in range(3):
        begin_case(office, email=f"new{n}@mail.test")
    scopes = frozenset({4, 5})

    def work(reader: Reader) -> None:
        for kind in (CONVERSATION.name, MESSAGE.name):
            at = first_page(since, kind, BEFORE, since)
            page = office.feed.page(reader, scopes, (kind,), at)
            revs = [int(line.decode().split('"rev":')[1].split(",")[0]) for line in page.rows]
            assert len(revs) == 3
            assert all(since < one < other for one, other in pairwise(revs))
            on = Resume(start=since, kind=kind, after=f"{revs[0]:016x}", border=BEFORE, since=since)
            rest = office.feed.page(reader, scopes, (kind,), on)
            assert rest.rows == page.rows[1:]

    told = explained(office, work)
    assert told.walks == []
    if office.database.dialect == "sqlite":
        found = [step for step in told.steps if step.startswith("SEARCH t ")]
        assert found
        assert all("(rev>?)" in step for step in found)


@pytest.mark.parametrize(
    "at",
    [
        Resume(start=1, kind="message", after="ff" * 16, border=1),
        Resume(start=1, kind="ticket", after="ff" * 32, border=1),
        Resume(start=1, kind="ticket", after="ff" * 16, since=5),
        Resume(start=1, kind="ticket", after="ff" * 8, since=5),
        Resume(start=1, kind="ticket", after="ff" * 8),
    ],
)
def test_a_place_of_another_kind_of_bootstrap_is_refused(office: Office, at: Resume) -> None:
    with pytest.raises(Refused) as refusal:
        office.feed.check_place(at)
    assert refusal.value.code == "bad_resume"


def test_ids_are_kept_once_and_told_from_any_place_down() -> None:
    raw = [bytes([n]) * 16 for n in (7, 3, 3, 9, 1)]
    ids = Ids(raw)
    assert len(ids) == 4
    assert ids.below(b"\xff" * 16, 10) == [bytes([n]) * 16 for n in (9, 7, 3, 1)]
    assert ids.below(bytes([7]) * 16, 1) == [bytes([3]) * 16]
    assert ids.below(bytes([1]) * 16, 5) == []
    assert {i for block in ids.blocks() for i in block} == set(raw)
    assert list(Ids([]).blocks()) == []
