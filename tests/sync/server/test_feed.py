"""The feed: whoever reads it in pages of any size holds exactly what the server would show."""

import random
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from console.conversations.model import Conversation, Message
from console.conversations.records import CONVERSATION, MESSAGE
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.model import Party
from console.people.records import PARTY
from console.sync.asking import PAGE_ROWS
from console.sync.client.replica import Replica, open_replica
from console.sync.frames import Batch
from console.sync.records import Scopes
from console.sync.server.feed import Resume, first_page, resume_of, token_of
from tests.parts.acts import AT, begin_case, note
from tests.parts.compare import held, shown
from tests.parts.history import History
from tests.parts.office import Office

KEY = bytes(32)
GRANTS = [
    frozenset({20, 21}),
    frozenset({20}),
    frozenset({20, 21, 22, 23, 24, 25}),
    frozenset({22, 23, 24, 25}),
    frozenset({20, 21, 22}),
    frozenset({60}),
]
Read = Callable[[int, Scopes], Batch]


def read_on(replica: Replica, read: Read, scopes: Scopes) -> None:
    """Absorb batches until there are no more."""
    more = True
    while more:
        batch = read(replica.standing.cursor or 0, scopes)
        replica.absorb(batch)
        more = batch.more


def same(office: Office, replica: Replica, scopes: Scopes) -> bool:
    there, _ = office.read(lambda reader: shown(reader, office.catalog, scopes))
    with replica._database.reading() as reader:
        return held(reader, office.catalog) == there


@pytest.mark.parametrize("seed", range(3))
def test_any_paging_of_the_log_ends_where_the_server_is(
    office: Office, tmp_path: Path, seed: int
) -> None:
    history, choice = History(office, seed), random.Random(seed)
    start = office.head()
    replicas = [open_replica(tmp_path / f"{n}.db", KEY, office.catalog) for n in range(len(GRANTS))]
    for replica in replicas:
        replica.absorb(Batch(0, start, ()))

    def read(cursor: int, scopes: Scopes) -> Batch:
        limit = choice.choice((1, 2, 7, 1000))
        return office.read(lambda r: office.feed.changes(r, cursor, scopes, limit))

    for _ in range(6):
        history.go_on(12)
        for replica, scopes in zip(replicas, GRANTS, strict=True):
            read_on(replica, read, scopes)
            assert same(office, replica, scopes)
    for replica in replicas:
        replica.close()


@pytest.mark.parametrize("seed", range(3))
def test_the_ring_tells_what_the_log_tells(office: Office, tmp_path: Path, seed: int) -> None:
    history, choice = History(office, seed), random.Random(seed)
    start = office.head()
    replicas = [open_replica(tmp_path / f"{n}.db", KEY, office.catalog) for n in range(len(GRANTS))]
    for replica in replicas:
        replica.absorb(Batch(0, start, ()))
    from_ring = 0

    def read(cursor: int, scopes: Scopes) -> Batch:
        nonlocal from_ring
        batch = office.hub.batch(cursor, scopes)
        from_ring += batch is not None
        return batch or office.read(lambda r: office.feed.changes(r, cursor, scopes))

    for _ in range(6):
        history.go_on(choice.randint(1, 12))
        for replica, scopes in zip(replicas, GRANTS, strict=True):
            read_on(replica, read, scopes)
            assert same(office, replica, scopes)
    assert from_ring > 5
    for replica in replicas:
        replica.close()


def conversation(office: Office, scopes: Scopes) -> Conversation:
    made = Conversation(id=new_id(), subject="x", created_at=AT, last_at=AT)
    office.write(lambda tx: tx.record(CONVERSATION, made, scopes))
    return made


def changes(office: Office, cursor: int, scopes: Scopes) -> list[tuple[str, UUID, str]]:
    batch = office.read(lambda reader: office.feed.changes(reader, cursor, scopes))
    return [(change.k, change.id, change.op) for change in batch.changes]


def test_leaving_comes_as_an_x_and_children_go_with_their_parent(office: Office) -> None:
    case = begin_case(office, team="Europe")
    queue = case.ticket.team_id
    scope = office.rows("SELECT id FROM scope WHERE name = :n", n=f"queue:{queue}")[0][0]
    cursor = office.head()
    stored = office.get(CONVERSATION, case.conversation_id)
    assert stored is not None
    office.write(lambda tx: tx.record(CONVERSATION, stored.record, frozenset({20})))
    assert changes(office, cursor, frozenset({scope, scope + 1})) == [
        ("conversation", case.conversation_id, "X")
    ]


def test_a_child_that_left_with_another_parent_comes_as_an_x(office: Office) -> None:
    """Whoever was away knows it under the parent that stays, whose children they keep."""
    here, later = conversation(office, frozenset({20})), conversation(office, frozenset({20}))
    message = Message(
        id=new_id(), conversation_id=here.id, pos=1, lane="buyer", author="party", body="x", at=AT
    )  # fmt: skip
    office.write(lambda tx: tx.record(MESSAGE, message))
    cursor = office.head()
    moved = structs.replace(message, conversation_id=later.id)
    office.write(lambda tx: tx.record(MESSAGE, moved))
    office.write(lambda tx: tx.record(CONVERSATION, later, frozenset({22})))
    told = changes(office, cursor, frozenset({20}))
    assert told == [("conversation", later.id, "X"), ("message", message.id, "X")]
    assert changes(office, cursor, frozenset({24})) == []


def test_entering_brings_anew_all_the_children_that_may_be_seen(office: Office) -> None:
    """The X is for whoever held it before: what left it while it was away goes (seed 60003)."""
    case = begin_case(office)
    ana = office.actor(office.user("Ana Kovac"))
    office.run(ana, note(case.conversation_id))
    cursor = office.head()
    stored = office.get(CONVERSATION, case.conversation_id)
    assert stored is not None
    office.write(lambda tx: tx.record(CONVERSATION, stored.record, frozenset({20})))
    public = changes(office, cursor, frozenset({20}))
    staff = changes(office, cursor, frozenset({20, 21}))
    whole = [("conversation", "U"), ("conversation", "X"), ("message", "U")]
    assert [(kind, op) for kind, _, op in public] == whole
    assert [(kind, op) for kind, _, op in staff] == [*whole, ("message", "U")]


def test_an_internal_message_is_told_to_the_internal_scope_alone(office: Office) -> None:
    case = begin_case(office)
    ana = office.actor(office.user("Ana Kovac"))
    cursor = office.head()
    office.run(ana, note(case.conversation_id))
    assert "message" not in [kind for kind, _, _ in changes(office, cursor, frozenset({4}))]
    assert "message" in [kind for kind, _, _ in changes(office, cursor, frozenset({4, 5}))]


@pytest.mark.parametrize("how", ["log", "ring"])
def test_what_was_made_since_the_cursor_is_told_as_new(office: Office, how: str) -> None:
    """Whoever does not hold a record learns so whether something older may be about it."""
    scopes = frozenset({20, 22})
    old = conversation(office, frozenset({20}))
    cursor = office.head()
    made = conversation(office, frozenset({20}))
    for each in (made, old):
        office.write(lambda tx, e=each: tx.record(CONVERSATION, e, scopes))

    def told() -> dict[UUID, bool]:
        if how == "ring":
            batch = office.hub.batch(cursor, scopes)
            assert batch is not None
        else:
            batch = office.read(lambda reader: office.feed.changes(reader, cursor, scopes))
        news: dict[UUID, bool] = {}
        for change in batch.changes:
            news[change.id] = change.new or news.get(change.id, False)
        return news

    assert told() == {old.id: False, made.id: True}


def test_a_deleted_record_comes_as_a_d(office: Office) -> None:
    party = Party(id=new_id(), side="buyer", name="Lena")
    office.write(lambda tx: tx.record(PARTY, party, frozenset({20})))
    cursor = office.head()
    office.write(lambda tx: tx.erase(PARTY, party.id))
    assert changes(office, cursor, frozenset({20})) == [("party", party.id, "D")]
    assert changes(office, cursor, frozenset({22})) == []


def test_the_end_of_a_batch_is_the_scanned_head_even_if_nothing_is_in_it(office: Office) -> None:
    cursor = office.head()
    conversation(office, frozenset({20}))
    batch = office.read(lambda reader: office.feed.changes(reader, cursor, frozenset({22})))
    assert batch == Batch(cursor, office.head(), ())


def many(office: Office, count: int, scopes: Scopes) -> None:
    def work(tx: object) -> None:
        for _ in range(count):
            tx.add(PARTY, Party(id=new_id(), side="buyer", name="x"), scopes)

    office.write(work)


def test_pages_hold_everything_once_and_go_on_where_they_stopped(office: Office) -> None:
    scopes = frozenset({20})
    many(office, PAGE_ROWS + 3, scopes)
    conversation(office, scopes)
    kinds = ("party", "conversation")
    totals = office.read(lambda reader: office.feed.totals(reader, scopes, kinds))
    assert totals == {"party": PAGE_ROWS + 3, "conversation": 1}
    at: Resume | None = first_page(office.head(), "party")
    sizes, lines = [], []
    while at is not None:
        here = resume_of(token_of(at), kinds)
        page = office.read(lambda reader, h=here: office.feed.page(reader, scopes, kinds, h))
        sizes.append(len(page.rows))
        lines += page.rows
        at = page.next
    assert sizes == [PAGE_ROWS, 3, 1]
    assert len(set(lines)) == len(lines) == sum(totals.values())


@pytest.mark.parametrize(
    "token",
    ["", "x", "%%%", "é", "e30=", "eyJzdGFydCI6MX0=", token_of(first_page(1, "party"))[:-6]],
)
def test_a_token_that_is_none_is_a_bad_resume(token: str) -> None:
    with pytest.raises(Refused) as refusal:
        resume_of(token, ("party",))
    assert refusal.value.code == "bad_resume"


@given(st.integers(0, 2**62), st.text(max_size=20))
def test_tokens_are_read_back(start: int, kind: str) -> None:
    at = first_page(start, kind)
    assert resume_of(token_of(at), [kind]) == at


@pytest.mark.parametrize(
    "at",
    [Resume(start=1, kind="message", after="ff"), Resume(start=1, kind="party", after="no hex")],
)
def test_a_resume_point_of_another_bootstrap_is_refused(at: Resume) -> None:
    with pytest.raises(Refused) as refusal:
        resume_of(token_of(at), ("party",))
    assert refusal.value.code == "bad_resume"


def test_children_are_counted_by_what_may_be_seen_of_them(office: Office) -> None:
    case = begin_case(office)
    ana = office.actor(office.user("Ana Kovac"))
    office.run(ana, note(case.conversation_id))

    def count(scopes: Scopes) -> int:
        return office.read(lambda r: office.feed.totals(r, scopes, (MESSAGE.name,)))[MESSAGE.name]

    assert [count(frozenset(s)) for s in ({4}, {4, 5}, {5}, {20})] == [1, 2, 1, 0]


def test_a_page_asks_of_each_row_by_itself_whether_it_is_visible(office: Office) -> None:
    """Both would go through all the records there are for a page, if they may make a join of it."""
    sqlite = office.database.dialect == "sqlite"
    scopes = frozenset(
        office.read(lambda reader: [r[0] for r in reader.rows("SELECT id FROM scope")])
    )
    for table in office.catalog.tables.values():
        where, params = office.feed.shown(table, scopes, border=1)
        sql = (
            f"EXPLAIN {'QUERY PLAN' if sqlite else ''} SELECT t.id FROM {table.table.name} t"
            f" WHERE t.id < :after AND {where} ORDER BY t.id DESC LIMIT 10"
        )
        plan = office.read(lambda r, s=sql, p=params: r.rows(s, after=bytes(16), **p))
        if sqlite:
            (asked,) = [row[3] for row in plan if row[3].startswith("SEARCH s ")]
            assert "id=?" in asked
        else:
            assert not [row[0] for row in plan if "Join" in row[0]]
