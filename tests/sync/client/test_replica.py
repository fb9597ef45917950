"""The replica: newer wins, cursor and rows together, nothing lost comes back, nothing hidden stays."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import Raw
from sqlalchemy import text
from sqlalchemy.schema import CreateTable

from console.catalog import catalog
from console.kernel.codec import NIL, encode
from console.kernel.errors import Unavailable
from console.kernel.ids import new_id
from console.sync.asking import BUCKETS, Found, Wanted
from console.sync.client.replica import Replica, open_replica, shape_of
from console.sync.client.standing import Boot
from console.sync.frames import Batch
from console.sync.records import Change, Epoch, Scopes
from tests.parts.acts import AT

KEY = bytes(range(32))
LIFE = Epoch(5, 6)
QUEUE = (20,)
STAFF: Scopes = frozenset({20, 21, 22, 23})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


@pytest.fixture
def replica(path: Path) -> Iterator[Replica]:
    """A cache fetched whole, at cursor 10, holding the scopes of STAFF."""
    opened = open_replica(path, KEY, catalog())
    opened.greet("http://127.0.0.1:1", UUID(int=1))
    opened.begin_boot(Boot(start=10, epoch=LIFE, granted=tuple(sorted(STAFF))))
    opened.end_boot()
    yield opened
    opened.close()


def party(
    rev: int, record_id: UUID | None = None, name: str = "Lena", sc: tuple[int, ...] = QUEUE
) -> Change:
    doc = Raw(encode({"side": "buyer", "name": name}))
    return Change("party", record_id or new_id(), rev, sc=sc, doc=doc)


def conversation(rev: int, record_id: UUID, sc: tuple[int, ...] = QUEUE) -> Change:
    doc = Raw(encode({"subject": "x", "created_at": AT, "last_at": AT}))
    return Change("conversation", record_id, rev, sc=sc, doc=doc)


def message(rev: int, parent: UUID, lane: str = "buyer", record_id: UUID | None = None) -> Change:
    doc = {
        "conversation_id": parent,
        "pos": rev,
        "lane": lane,
        "author": "staff",
        "body": "x",
        "at": AT,
    }
    return Change("message", record_id or new_id(), rev, doc=Raw(encode(doc)))


def rows(replica: Replica, table: str = "parties", column: str = "rev") -> list[Any]:
    with replica._database.reading() as reader:
        return [row[0] for row in reader.rows(f"SELECT {column} FROM {table} ORDER BY rev")]


def test_newer_wins_whatever_the_order(replica: Replica) -> None:
    one = new_id()
    for rev in (15, 12, 15, 14):
        replica.absorb(Batch(10, 20, (party(rev, one, name=f"name {rev}"),)))
    assert rows(replica) == [15]
    assert rows(replica, column="name") == ["name 15"]


def test_a_deletion_takes_only_what_is_not_newer(replica: Replica) -> None:
    one, two = new_id(), new_id()
    replica.absorb(Batch(10, 20, (party(15, one), party(18, two))))
    replica.absorb(Batch(20, 21, (Change("party", one, 16, "D"), Change("party", two, 16, "X"))))
    assert rows(replica) == [18]


def test_who_leaves_takes_their_children_along_also_those_of_the_same_batch(
    replica: Replica,
) -> None:
    one = new_id()
    replica.absorb(Batch(10, 12, (conversation(11, one), message(12, one))))
    gone = Change("conversation", one, 15, "X")
    replica.absorb(Batch(12, 15, (conversation(13, one), message(14, one), gone)))
    assert rows(replica, "conversations") == rows(replica, "messages") == []


def test_who_left_and_came_back_in_one_batch_is_there_with_children(replica: Replica) -> None:
    one = new_id()
    replica.absorb(Batch(10, 11, (conversation(11, one),)))
    changes = (Change("conversation", one, 12, "X"), conversation(14, one), message(13, one))
    replica.absorb(Batch(11, 14, changes))
    assert (rows(replica, "conversations"), rows(replica, "messages")) == ([14], [13])


def test_cursor_and_rows_are_committed_together(replica: Replica, path: Path) -> None:
    broken = Change("party", new_id(), 12, sc=QUEUE, doc=Raw(b'{"side":"nobody"}'))
    with pytest.raises(Exception, match="side"):
        replica.absorb(Batch(10, 12, (party(11), broken)))
    assert replica.standing.cursor == 10
    assert rows(replica) == []
    replica.absorb(Batch(10, 11, (party(11),)))
    replica.close()
    again = open_replica(path, KEY, catalog())
    assert (again.standing.cursor, again.standing.hwm) == (11, 11)
    assert rows(again) == [11]
    again.close()


def test_documents_are_kept_as_they_came(replica: Replica) -> None:
    doc = b'{"side":"buyer","name":"Lena","of_a_newer_release":{"kept":[1,2]}}'
    replica.absorb(Batch(10, 11, (Change("party", new_id(), 11, sc=QUEUE, doc=Raw(doc)),)))
    assert rows(replica, column="plain(doc)") == [doc.decode()]


def test_kinds_of_a_newer_release_are_left_out(replica: Replica) -> None:
    replica.absorb(Batch(10, 12, (Change("hologram", new_id(), 11), party(12))))
    assert rows(replica) == [12]
    assert replica.standing.cursor == 12


def test_what_changed_is_told(replica: Replica) -> None:
    one, two = new_id(), new_id()
    touched = replica.absorb(Batch(10, 12, (party(11, one), party(12, two))))
    assert touched == {"party": [one, two]}
    assert replica.absorb(Batch(12, 13, (Change("party", one, 13, "D"),))) == {"party": [one]}


def test_a_bootstrap_goes_on_where_a_crash_stopped_it(path: Path) -> None:
    first = open_replica(path, KEY, catalog())
    boot = Boot(start=50, epoch=LIFE, totals={"party": 2}, granted=(20, 21))
    first.begin_boot(boot)
    page = Boot(**{**_fields(boot), "token": "after the first", "got": 1})
    first.absorb_page([party(30)], page, 51, first.guard())
    first.close()
    second = open_replica(path, KEY, catalog())
    assert second.standing.boot is not None
    assert second.standing.boot.token == "after the first"
    assert second.standing.cursor is None
    second.absorb_page([party(40)], second.standing.boot, 52, second.guard())
    second.end_boot()
    assert rows(second) == [30, 40]
    assert (second.standing.cursor, second.standing.scopes) == (50, (20, 21))
    assert (second.standing.hwm, second.standing.boot) == (52, None)
    second.close()


def _fields(boot: Boot) -> dict[str, Any]:
    return {name: getattr(boot, name) for name in boot.__struct_fields__}


def test_what_was_granted_while_a_bootstrap_ran_is_fetched_after_it(path: Path) -> None:
    """Pages that were in before the grant lack its rows, and the log does not tell of them."""
    replica = open_replica(path, KEY, catalog())
    replica.begin_boot(Boot(start=50, epoch=LIFE, granted=(20, 21)))
    replica.end_boot()
    replica.welcome(LIFE, frozenset({20, 21, 22, 23}), 60, 0)
    assert replica.standing.wanted == (22, 23)
    replica.close()


def test_what_is_still_to_be_fetched_survives_a_crash(replica: Replica, path: Path) -> None:
    replica.rescope(STAFF | {30, 31})
    replica.close()
    again = open_replica(path, KEY, catalog())
    assert again.standing.wanted == (30, 31)
    again.begin_boot(Boot(start=11, epoch=LIFE, scopes=(30, 31)))
    again.end_boot()
    assert again.standing.wanted == ()
    assert again.standing.cursor == 10
    again.close()


def test_another_history_is_mended_row_by_row(replica: Replica) -> None:
    kept, lost, same = new_id(), new_id(), new_id()
    rows_in = (party(98, kept, name="forked"), party(99, lost), party(9, same))
    replica.absorb(Batch(10, 99, rows_in))
    life = Epoch(7, 8)
    boot = Boot(start=60, epoch=life, since=50, compare=True, force=True, granted=(20,))
    replica.begin_boot(boot)
    replica.absorb_page([party(55, kept, name="true")], boot, 61, replica.guard())
    asked = replica.comparing.about("party", range(BUCKETS), 0, 100)
    assert dict(pair for part in asked for pair in part.held) == {kept: 55, lost: 99, same: 9}
    touched = replica.mend(Found(61, life, (Change("party", lost, 61, "X"),)), None, force=True)
    replica.end_boot()
    assert touched["party"] == [lost]
    assert rows(replica, column="rev") == [9, 55]
    standing = replica.standing
    assert (standing.cursor, standing.hwm, standing.epoch) == (60, 61, life)


def test_a_page_that_comes_late_brings_nothing_deleted_back(replica: Replica) -> None:
    """The row was read before its deletion, and the deletion arrives before the page begins."""
    one, kept = new_id(), new_id()
    replica.rescope(STAFF | {30, 31})
    guard = replica.guard()
    replica.absorb(Batch(10, 20, (Change("party", one, 20, "D"),)))
    boot = Boot(start=15, epoch=LIFE, scopes=(30, 31))
    replica.begin_boot(boot)
    replica.absorb_page([party(12, one, sc=(30,)), party(13, kept, sc=(30,))], boot, 15, guard)
    replica.end_boot()
    assert rows(replica) == [13]


def test_a_newer_row_than_the_deletion_is_let_in(replica: Replica) -> None:
    one = new_id()
    replica.rescope(STAFF | {30})
    guard = replica.guard()
    replica.absorb(Batch(10, 20, (Change("party", one, 20, "X"),)))
    boot = Boot(start=15, epoch=LIFE, scopes=(30,))
    replica.begin_boot(boot)
    replica.absorb_page([party(22, one, sc=(30,))], boot, 22, guard)
    assert rows(replica) == [22]


def test_a_page_that_was_asked_for_before_scopes_were_lost_is_refused(replica: Replica) -> None:
    """It may hold rows that were deleted while they were hidden, and nobody told."""
    replica.rescope(STAFF | {30, 31})
    guard = replica.guard()
    boot = Boot(start=15, epoch=LIFE, scopes=(30, 31))
    replica.begin_boot(boot)
    replica.rescope(STAFF)
    replica.rescope(STAFF | {30, 31})
    with pytest.raises(Unavailable):
        replica.absorb_page([party(11, sc=(30,))], boot, 15, guard)
    assert rows(replica) == []
    assert (replica.standing.wanted, replica.standing.boot) == ((30, 31), None)


def test_children_come_only_after_a_parent_that_is_seen(replica: Replica) -> None:
    mine, theirs, inside = new_id(), new_id(), new_id()
    replica.rescope(STAFF | {30})
    boot, guard = Boot(start=15, epoch=LIFE, scopes=(30,)), replica.guard()
    replica.begin_boot(boot)
    parents = [conversation(11, theirs, (40,)), conversation(12, mine)]
    children = [message(11, theirs), message(12, mine), message(13, mine, "internal", inside)]
    for page in ([party(11, sc=(40,))], parents, children):
        replica.absorb_page(page, boot, 15, guard)
    assert rows(replica, "conversations") == [12]
    assert rows(replica, "messages") == [12, 13]
    assert rows(replica) == []


def test_a_fetch_whose_scopes_were_lost_after_its_last_page_does_not_count(
    replica: Replica,
) -> None:
    replica.rescope(STAFF | {30, 31})
    boot = Boot(start=15, epoch=LIFE, scopes=(30, 31))
    replica.begin_boot(boot)
    replica.absorb_page([party(11, sc=(30,))], boot, 15, replica.guard())
    replica.rescope(STAFF)
    replica.rescope(STAFF | {30, 31})
    with pytest.raises(Unavailable):
        replica.end_boot()
    assert (rows(replica), replica.standing.wanted) == ([], (30, 31))


def ticket(rev: int, requester: UUID, record_id: UUID | None = None, **more: Any) -> Change:
    doc = {
        "number": rev, "conversation_id": new_id(), "subject": "x", "requester_id": requester,
        "created_at": AT, "updated_at": AT, **more,
    }  # fmt: skip
    return Change("ticket", record_id or new_id(), rev, sc=QUEUE, doc=Raw(encode(doc)))


def working(replica: Replica) -> None:
    replica.welcome(LIFE, STAFF, 10, border=1)


def test_what_nothing_here_is_about_is_left_out(replica: Replica) -> None:
    working(replica)
    replica.absorb(Batch(10, 11, (party(11),)))
    assert rows(replica) == []


def test_a_cut_in_a_transaction_loses_nobody(replica: Replica) -> None:
    working(replica)
    customer = new_id()
    replica.absorb(Batch(10, 11, (party(11, customer),), more=True))
    replica.absorb(Batch(11, 12, (ticket(12, customer),)))
    assert rows(replica) == [11]


def test_nobody_is_left_out_while_an_answer_is_awaited(replica: Replica) -> None:
    """It may bring what the row belongs to, and the row as it was before."""
    working(replica)
    guard, customer = replica.guard(), new_id()
    replica.absorb(Batch(10, 12, (party(12, customer),)))
    boot = Boot(start=11, epoch=LIFE, scopes=QUEUE)
    replica.begin_boot(boot)
    replica.absorb_page([ticket(11, customer), party(9, customer)], boot, 11, guard)
    replica.end_boot()
    replica.release(guard)
    replica.absorb(Batch(12, 13, ()))
    assert rows(replica) == [12]


def test_a_page_replaces_what_is_older_and_nothing_else_with_what_stands_beside_it(
    replica: Replica,
) -> None:
    field, old, here, new = (new_id() for _ in range(4))

    def row(rev: int, record_id: UUID) -> Change:
        return ticket(rev, NIL, record_id, fields={str(field): f"at {rev}"})

    replica.absorb(Batch(10, 15, (row(11, old), row(15, here))))
    boot = Boot(start=14, epoch=LIFE, scopes=QUEUE)
    replica.begin_boot(boot)
    page = [row(13, old), row(12, here), row(9, new), row(10, new)]
    replica.absorb_page(page, boot, 14, replica.guard())
    with replica._database.reading() as reader:
        held = reader.rows("SELECT rev FROM tickets ORDER BY rev")
        beside = reader.rows(
            "SELECT t.rev, v.value FROM ticket_values v JOIN tickets t ON t.id = v.ticket_id ORDER BY 1"
        )
    assert [tuple(each) for each in held] == [(10,), (13,), (15,)]
    assert [tuple(each) for each in beside] == [(10, "at 10"), (13, "at 13"), (15, "at 15")]


def test_a_ticket_of_somebody_who_is_not_here_is_listed_as_lacking(replica: Replica) -> None:
    working(replica)
    held = new_id()
    replica.absorb(Batch(10, 12, (ticket(11, NIL, held),)))
    replica.supply(replica.lacking()[0], Found(12, LIFE, ()), replica.guard())
    assert replica.lacking() == []
    replica.absorb(Batch(12, 13, (ticket(13, new_id(), held),)))
    assert [wanted.ids for wanted in replica.lacking()] == [(held,)]


def test_lost_scopes_drop_what_only_they_showed(replica: Replica) -> None:
    lost, both = new_id(), new_id()
    rows_in = (conversation(11, lost), conversation(12, both, (20, 22)))
    children = (message(13, lost), message(14, both), message(15, both, "internal"))
    replica.absorb(Batch(10, 15, (*rows_in, *children)))
    touched = replica.rescope(frozenset({22, 23}))
    assert touched["conversation"] == [lost]
    assert rows(replica, "conversations") == [12]
    assert rows(replica, "messages") == [14, 15]


def test_children_whose_parent_was_cut_off_go_with_lost_scopes_and_are_asked_for(
    replica: Replica,
) -> None:
    one, two = new_id(), new_id()
    replica.absorb(Batch(10, 11, (message(11, one),), more=True))
    replica.rescope(frozenset({20, 22}))
    assert rows(replica, "messages") == [], "nobody here knows who may see it"
    assert replica.standing.lacks
    (asked,) = replica.lacking()
    assert asked == Wanted(kind="conversation", ids=(one,))
    replica.absorb(Batch(11, 12, (conversation(12, one),)))
    replica.supply(asked, Found(12, LIFE, (message(11, one),)), replica.guard())
    assert (rows(replica, "messages"), replica.standing.lacks) == ([11], False)
    replica.absorb(Batch(12, 14, (conversation(13, two), message(14, two))))
    replica.rescope(frozenset({20}))
    assert rows(replica, "messages") == [11, 14]
    assert not replica.standing.lacks


def test_losing_the_internal_side_drops_internal_children_alone(replica: Replica) -> None:
    one = new_id()
    children = (message(12, one), message(13, one, "internal"))
    replica.absorb(Batch(10, 13, (conversation(11, one), *children)))
    replica.welcome(LIFE, frozenset({20, 22}), 13, 0)
    assert rows(replica, "conversations") == [11]
    assert rows(replica, "messages") == [12]


def test_the_same_user_keeps_the_cache_and_another_finds_it_empty(replica: Replica) -> None:
    replica.absorb(Batch(10, 11, (party(11),)))
    replica.greet("http://127.0.0.1:1", UUID(int=1))
    assert (rows(replica), replica.standing.cursor) == ([11], 11)
    replica.greet("http://127.0.0.1:1", UUID(int=2))
    assert (rows(replica), replica.standing.cursor) == ([], None)
    assert replica.standing.user == UUID(int=2)


def test_a_server_that_moves_finds_it_as_it_was(replica: Replica) -> None:
    replica.absorb(Batch(10, 11, (party(11),)))
    replica.greet("https://other.test", UUID(int=1))
    assert (rows(replica), replica.standing.cursor) == ([11], 11)
    assert replica.standing.server == "https://other.test"


def test_another_installation_that_begins_a_fetch_finds_it_empty(replica: Replica) -> None:
    first = Boot(start=10, epoch=LIFE)
    replica.begin_boot(first, 7)
    replica.absorb_page([party(9)], first, 10, replica.guard())
    replica.begin_boot(first, 7)
    assert rows(replica) == [9], "the same goes on"
    replica.begin_boot(Boot(start=3, epoch=Epoch(1, 1)), 8)
    assert (rows(replica), replica.standing.installation) == ([], 8)
    assert replica.standing.boot is not None
    assert replica.standing.boot.start == 3
    replica.begin_anew(9)
    assert (replica.standing.installation, replica.standing.boot) == (9, None)
    assert replica.standing.user == UUID(int=1)


def test_a_cache_whose_documents_are_packed_in_another_way_is_made_anew(
    replica: Replica, path: Path
) -> None:
    """As by the releases that kept documents as text: their number was that of the tables alone."""
    replica.absorb(Batch(10, 11, (party(11),)))
    ddl = "".join(str(CreateTable(table.table)) for table in catalog().tables.values())
    with replica._database.writing() as connection:
        connection.execute(
            text("UPDATE cache_state SET v = replace(v, :now, :before)"),
            {"now": str(shape_of(catalog())), "before": str(zlib.crc32(ddl.encode()))},
        )
    replica.close()
    again = open_replica(path, KEY, catalog())
    assert (rows(again), again.standing.cursor) == ([], None)
    again.close()


@pytest.mark.parametrize("damage", ["key", "bytes", "shape"])
def test_a_cache_that_cannot_be_used_is_made_anew(
    replica: Replica, path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    replica.absorb(Batch(10, 11, (party(11),)))
    if damage == "shape":
        with replica._database.writing() as connection:
            connection.exec_driver_sql(
                "UPDATE cache_state SET v = replace(v, '\"shape\":', '\"shape\":1')"
            )
    replica.close()
    if damage == "bytes":
        path.write_bytes(b"\x00" * 100 + path.read_bytes()[100:])
    again = open_replica(path, bytes(32) if damage == "key" else KEY, catalog())
    assert rows(again) == []
    assert again.standing.cursor is None
    assert again.standing.shape == shape_of(catalog())
    again.close()
