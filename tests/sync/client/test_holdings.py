"""What a cache keeps: the working set and what was opened, whole; nothing that came in alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import Raw, structs

from console.catalog import catalog
from console.kernel.clock import to_ms
from console.kernel.codec import encode
from console.kernel.ids import new_id
from console.store import packed
from console.store.engine import open_sqlite
from console.sync.asking import Digests, Found, Wanted
from console.sync.client.replica import KEPT_MOST, Replica, open_replica
from console.sync.client.standing import Boot
from console.sync.frames import Batch
from console.sync.records import Change, Epoch, Scopes
from console.sync.working import sums
from tests.parts.acts import AT

KEY = bytes(range(32))
LIFE = Epoch(5, 6)
SCOPES: Scopes = frozenset({20, 21})
BORDER = to_ms(AT)
OLD = AT.replace(year=AT.year - 1)


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """A cache at cursor 10 with a working set that ends at AT."""
    opened = open_replica(tmp_path / "cache.db", KEY, catalog())
    opened.greet("http://127.0.0.1:1", UUID(int=1))
    opened.begin_boot(Boot(start=10, epoch=LIFE, granted=(20, 21), border=BORDER))
    opened.end_boot()
    yield opened
    opened.close()


def ticket(
    rev: int, conversation: UUID, record_id: UUID | None = None, *, at: Any = OLD, **more: Any
) -> Change:
    doc = {
        "number": rev, "conversation_id": conversation, "subject": "x", "created_at": OLD,
        "updated_at": at, "status": "solved", **more,
    }  # fmt: skip
    return Change("ticket", record_id or new_id(), rev, sc=(20,), doc=Raw(encode(doc)))


def conversation(rev: int, record_id: UUID, count: int = 1) -> Change:
    doc = {"subject": "x", "created_at": OLD, "last_at": OLD, "count": count}
    return Change("conversation", record_id, rev, sc=(20,), doc=Raw(encode(doc)))


def message(rev: int, parent: UUID, pos: int = 1) -> Change:
    doc = {
        "conversation_id": parent, "pos": pos, "lane": "buyer", "author": "party", "body": "x",
        "at": OLD,
    }  # fmt: skip
    return Change("message", new_id(), rev, doc=Raw(encode(doc)))


def count(replica: Replica, table: str) -> int:
    with replica._database.reading() as reader:
        row = reader.row(f"SELECT count(*) FROM {table}")
    return int(row[0]) if row else 0


def absorb(replica: Replica, *changes: Change) -> dict[str, list[UUID]]:
    cursor = replica.standing.cursor or 0
    return replica.absorb(Batch(cursor, max(c.rev for c in changes), changes))


def test_what_is_old_and_finished_is_let_pass_by_with_all_that_is_its(replica: Replica) -> None:
    one = new_id()
    absorb(replica, conversation(11, one), message(12, one), ticket(13, one))
    assert [count(replica, t) for t in ("tickets", "conversations", "messages")] == [0, 0, 0]
    assert (replica.standing.cursor, replica.standing.lacks) == (13, False)


@pytest.mark.parametrize("more", [{"status": "open"}, {"at": AT}])
def test_what_is_open_or_was_touched_lately_is_kept(replica: Replica, more: Any) -> None:
    one = new_id()
    absorb(replica, conversation(11, one), message(12, one), ticket(13, one, **more))
    assert [count(replica, t) for t in ("tickets", "conversations", "messages")] == [1, 1, 1]
    assert not replica.standing.lacks


def test_what_is_held_stays_current_when_it_is_finished(replica: Replica) -> None:
    one, two = new_id(), new_id()
    absorb(replica, conversation(11, one), message(12, one), ticket(13, one, two, status="open"))
    absorb(replica, ticket(14, one, two))
    assert [count(replica, t) for t in ("tickets", "conversations", "messages")] == [1, 1, 1]


def test_an_old_ticket_that_comes_back_alone_is_completed(replica: Replica) -> None:
    """It was left out; now it is opened again by one more message: the rest is fetched."""
    one, two = new_id(), new_id()
    absorb(replica, conversation(11, one, 3), message(12, one, 3), ticket(13, one, two, at=AT))
    assert replica.standing.lacks
    (asked,) = replica.lacking()
    assert asked == Wanted(kind="ticket", ids=(two,))
    found = Found(13, LIFE, (message(8, one, 1), message(9, one, 2)))
    replica.supply(asked, found, replica.guard())
    assert (count(replica, "messages"), replica.standing.lacks) == (3, False)


def party(rev: int, record_id: UUID, *, new: bool = False) -> Change:
    doc = Raw(encode({"side": "buyer", "name": "Lena"}))
    return Change("party", record_id, rev, sc=(20,), new=new, doc=doc)


def test_somebody_who_was_let_go_and_comes_back_with_a_change_is_completed(
    replica: Replica,
) -> None:
    """A customer of long ago moved and writes again: what was noted of them has not changed."""
    one, two, lena = new_id(), new_id(), new_id()
    begun = ticket(13, one, two, at=AT, requester_id=lena)
    absorb(replica, conversation(11, one), message(12, one), party(12, lena), begun)
    assert replica.lacking() == [Wanted(kind="ticket", ids=(two,))]


def test_somebody_who_is_new_lacks_nothing(replica: Replica) -> None:
    """Also when the log is cut between them and what keeps them."""
    one, lena = new_id(), new_id()
    begun = ticket(13, one, at=AT, requester_id=lena)
    changes = (conversation(11, one), message(12, one), party(12, lena, new=True), begun)
    replica.absorb(Batch(10, 12, changes[:3], more=True))
    replica.absorb(Batch(12, 13, changes[3:]))
    assert (count(replica, "parties"), replica.standing.lacks) == (1, False)


def test_what_left_and_came_again_has_the_children_that_came_with_it_and_no_others(
    replica: Replica,
) -> None:
    """A message moved away while its conversation was out of sight: nothing else tells that."""
    here, other = new_id(), new_id()
    stays, leaves, apart = message(12, here, 1), message(13, here, 2), message(12, other, 1)
    kept = [ticket(10, parent, status="open") for parent in (here, other)]
    both = [conversation(11, here), conversation(11, other)]
    absorb(replica, *kept, *both, stays, leaves, apart)
    back = conversation(21, here)
    absorb(replica, back, Change("conversation", here, 20, "X"), stays)
    with replica._database.reading() as reader:
        held = {UUID(bytes=bytes(row[0])) for row in reader.rows("SELECT id FROM messages")}
    assert held == {stays.id, apart.id}
    absorb(replica, stays, conversation(22, here), Change("conversation", here, 23, "X"))
    assert (count(replica, "conversations"), count(replica, "messages")) == (1, 1)


def test_what_came_too_late_is_not_let_in(replica: Replica) -> None:
    one, two = new_id(), new_id()
    guard = replica.guard()
    absorb(replica, Change("ticket", two, 14, "D"))
    found = Found(13, LIFE, (ticket(12, one, two), conversation(12, one)))
    replica.supply(Wanted(kind="ticket", ids=(two,)), found, guard)
    assert (count(replica, "tickets"), count(replica, "conversations")) == (0, 1)


def test_an_answer_from_before_scopes_were_lost_is_worth_nothing(replica: Replica) -> None:
    one, two = new_id(), new_id()
    replica.want("ticket", two, AT)
    guard = replica.guard()
    replica.rescope(frozenset({20}))
    found = Found(13, LIFE, (ticket(12, one, two),))
    replica.supply(Wanted(kind="ticket", ids=(two,)), found, guard)
    assert count(replica, "tickets") == 0
    assert replica.lacking() == [Wanted(kind="ticket", ids=(two,))], "it is asked for again"


def test_an_answer_from_another_life_of_the_log_is_worth_nothing(replica: Replica) -> None:
    found = Found(13, Epoch(6, 7), (conversation(12, new_id()),))
    replica.supply(Wanted(kind="ticket", ids=(new_id(),)), found, replica.guard())
    assert count(replica, "conversations") == 0


def test_what_is_opened_is_fetched_and_kept_beside_the_working_set(replica: Replica) -> None:
    one, two = new_id(), new_id()
    replica.want("ticket", two, AT)
    (asked,) = replica.lacking()
    found = Found(13, LIFE, (ticket(12, one, two), conversation(12, one), message(12, one)))
    replica.supply(asked, found, replica.guard())
    replica.evict([])
    assert [count(replica, t) for t in ("tickets", "conversations", "messages")] == [1, 1, 1]


def test_eviction_takes_what_nobody_needs_and_leaves_what_work_waits_on(replica: Replica) -> None:
    mine, theirs = (new_id(), new_id()), (new_id(), new_id())
    for parent, record_id in (mine, theirs):
        absorb(
            replica, conversation(11, parent), message(12, parent),
            ticket(13, parent, record_id, status="open"),
        )  # fmt: skip
        absorb(replica, ticket(14, parent, record_id))
    touched = replica.evict([mine[1]])
    assert touched["ticket"] == [theirs[1]]
    assert [count(replica, t) for t in ("tickets", "conversations", "messages")] == [1, 1, 1]


def test_of_what_was_opened_the_latest_are_kept(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KEPT_MOST == 5_000
    monkeypatch.setattr("console.sync.client.replica.KEPT_MOST", 1)
    opened = []
    for minute in range(3):
        one, two = new_id(), new_id()
        replica.want("ticket", two, AT.replace(minute=minute))
        found = Found(13, LIFE, (ticket(12, one, two), conversation(12, one)))
        replica.supply(Wanted(kind="ticket", ids=(two,)), found, replica.guard())
        opened.append(two)
    replica.evict([])
    with replica._database.reading() as reader:
        assert [UUID(bytes=row[0]) for row in reader.rows("SELECT id FROM tickets")] == opened[2:]


def test_older_children_come_with_the_place_from_which_they_are_whole(replica: Replica) -> None:
    one = new_id()
    absorb(replica, conversation(11, one, 9), message(12, one, 9), ticket(13, one, status="open"))
    found = Found(13, LIFE, (message(8, one, 7), message(9, one, 8)), floor=7)
    replica.deepen(one, found, replica.guard())
    with replica._database.reading() as reader:
        assert reader.rows("SELECT place FROM floor") == [(7,)]
    assert count(replica, "messages") == 3
    absorb(replica, Change("conversation", one, 20, "X"))
    assert (count(replica, "messages"), count(replica, "floor")) == (0, 0)


def test_a_cache_like_the_servers_differs_nowhere_and_one_row_is_found(replica: Replica) -> None:
    one = new_id()
    absorb(replica, conversation(11, one), message(12, one), ticket(13, one, status="open"))

    def told() -> Digests:
        with replica._database.reading() as reader:
            found = {
                name: sums(reader, table.table.name, "1 = 1", {})
                for name, table in catalog().tables.items()
            }
        return Digests(13, LIFE, found)

    there = told()
    assert not any(replica.comparing.differing(there, BORDER).values())
    absorb(replica, conversation(14, one))
    differing = replica.comparing.differing(there, BORDER)
    assert differing["conversation"] == [one.bytes[-1]]
    assert sum(map(len, differing.values())) == 1


def test_beside_the_log_a_comparison_never_puts_back_what_is_newer(replica: Replica) -> None:
    one, two = new_id(), new_id()
    absorb(replica, conversation(16, one), ticket(15, one, two, status="open"))
    guard = replica.guard()
    older = structs.replace(ticket(12, one, two), rev=12)
    replica.mend(Found(14, LIFE, (older, Change("conversation", one, 10, "X"))), guard, force=False)
    with replica._database.reading() as reader:
        assert reader.rows("SELECT rev FROM tickets") == [(15,)]
    assert count(replica, "conversations") == 1


def test_what_was_lost_from_sight_leaves_no_byte_in_the_file(tmp_path: Path) -> None:
    """Read as the file is without its encryption: rows, index of words, free pages and journal."""
    canary = "the customer lives at Canary Row 7"
    path = tmp_path / "plain.db"
    replica = Replica(open_sqlite(path, durable=False), catalog())
    replica.begin_boot(Boot(start=10, epoch=LIFE, granted=(20, 21, 22, 23), border=BORDER))
    replica.end_boot()
    one = new_id()
    doc = {"conversation_id": one, "pos": 1, "lane": "buyer", "author": "party", "at": OLD}
    told = [
        Change("message", new_id(), 12, doc=Raw(encode({**doc, "body": f"{canary} {n}" * 20})))
        for n in range(200)
    ]
    fields = {str(new_id()): canary}
    asked = ticket(13, one, status="open", snippet=canary, fields=fields)
    absorb(replica, conversation(11, one), *told, asked)
    with replica._database.reading() as reader:
        assert len(reader.rows("SELECT 1 FROM messages")) == 200
        assert reader.rows("SELECT value FROM ticket_values") == [(canary.lower(),)]
    while replica.index_some():
        pass
    bodies = [packed.pack(bytes(change.doc)) for change in told]
    kept = [body for body in bodies if isinstance(body, bytes)]
    assert len(kept) == len(told)

    def found() -> list[bool]:
        whole = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        return [part in whole for part in (b"canary", *kept)]

    assert set(found()) == {True}
    replica.rescope(frozenset({22, 23}))
    assert set(found()) == {False}
    replica.close()
