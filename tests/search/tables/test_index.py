"""The cache's full-text index: what is in it, what leaves it, and that no byte of that stays."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import Raw
from sqlalchemy import Connection, event

from console.catalog import catalog
from console.kernel.codec import encode
from console.kernel.ids import new_id
from console.search.tables import index as index_module
from console.store.engine import open_sqlite
from console.sync.client.replica import Replica
from console.sync.client.standing import Boot
from console.sync.frames import Batch
from console.sync.records import Change, Epoch
from console.sync.registry import Leaving
from tests.parts.acts import AT

LIFE = Epoch(5, 6)
OLD = AT.replace(year=AT.year - 1)


class Cache:
    """A cache in plain text, so that its bytes can be looked at, and what is in its index."""

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        self.path = path
        self.replica = Replica(open_sqlite(path, durable=False), catalog())
        self.replica.begin_boot(Boot(start=10, epoch=LIFE, granted=(20, 21, 22, 23)))
        self.replica.end_boot()
        self._rev = 10

    def absorb(self, *changes: Change) -> None:
        cursor = self.replica.standing.cursor or 0
        self.replica.absorb(Batch(cursor, max(c.rev for c in changes), changes))

    def rev(self) -> int:
        self._rev += 1
        return self._rev

    def put(self, kind: str, record_id: UUID, sc: tuple[int, ...] = (20,), **doc: Any) -> Change:
        change = Change(kind, record_id, self.rev(), sc=sc, doc=Raw(encode(doc)))
        self.absorb(change)
        return change

    def fill(self) -> None:
        while self.replica.index_some():
            pass

    def rows(self, sql: str, **params: Any) -> list[Any]:
        with self.replica._database.reading() as reader:
            return [row[0] for row in reader.rows(sql, **params)]

    def found(self, words: str) -> list[UUID]:
        """The documents with these words, the first in the index's order downwards."""
        ids = self.rows(
            "SELECT d.id FROM search_words f JOIN search_doc d ON d.n = f.rowid"
            " WHERE f.search_words MATCH :words ORDER BY f.rowid DESC",
            words=words,
        )
        return [UUID(bytes=raw) for raw in ids]

    def bytes(self) -> bytes:
        self.replica._database.checkpoint()
        return b"".join(file.read_bytes() for file in self.folder.iterdir())

    def sound(self) -> None:
        """The index is whole in itself."""
        with self.replica._database.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO search_words (search_words) VALUES ('integrity-check')"
            )


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    opened = Cache(tmp_path / "plain.db")
    yield opened
    opened.sound()
    opened.replica.close()


class Case:
    """A ticket with its conversation, buyer, order and a message."""

    def __init__(self, cache: Cache, sc: tuple[int, ...] = (20,), **more: Any) -> None:
        self.ticket, self.conversation, self.message = new_id(), new_id(), new_id()
        self.party, self.order = new_id(), new_id()
        self.cache = cache
        buyer = {"name": "buyer", "party_id": self.party, "channel": "web"}
        cache.put("party", self.party, sc, side="buyer", name="Zoë Abendroth", email="zoe@x.test")
        cache.put(
            "order", self.order, sc, number="303-9182736", buyer_id=self.party, seller_id=new_id(),
            placed_at=OLD, total={"minor": 100, "currency": "EUR"},
        )  # fmt: skip
        cache.put(
            "conversation", self.conversation, sc, subject="x", created_at=OLD, last_at=OLD,
            lanes=[buyer], count=1,
        )  # fmt: skip
        self.doc: dict[str, Any] = {
            "number": 48213, "conversation_id": self.conversation, "subject": "Parcel vanished",
            "created_at": OLD, "updated_at": AT, "requester_id": self.party, "tags": ["fragile"],
            "order_ids": [self.order],
        }  # fmt: skip
        cache.put("ticket", self.ticket, sc, **self.doc)
        self.say("Where is my kettle?", self.message, **more)

    def say(self, body: str, message: UUID, pos: int = 1, **more: Any) -> None:
        doc: dict[str, Any] = {
            "conversation_id": self.conversation, "pos": pos, "lane": "buyer", "author": "party",
            "body": body, "at": AT + timedelta(seconds=pos), **more,
        }  # fmt: skip
        self.cache.put("message", message, (), **doc)


@pytest.mark.parametrize(
    "words", ['"48213"', "vanished", "fragile", "zoe", "abendroth", '"303 9182736"', '"zoe x test"']
)
def test_a_ticket_is_found_by_what_names_it(cache: Cache, words: str) -> None:
    case = Case(cache)
    cache.fill()
    assert cache.found(words) == [case.ticket]


def test_a_message_is_found_by_its_words_its_notes_and_its_files(cache: Cache) -> None:
    file = {"id": new_id(), "name": "Rechnung.pdf", "type": "x/y", "size": 1, "sha256": "00"}
    case = Case(cache, attachments=[file])
    note = new_id()
    case.say("call them back", note, 2, lane="internal", author="staff")
    cache.fill()
    assert cache.found("kettle") == cache.found("rechnung") == [case.message]
    assert cache.found("back") == [note]


@pytest.mark.parametrize("words", ['"包 裹"', '"裹 没"', '"배 송"', '"荷 物"'])
def test_scripts_without_spaces_are_found_in_their_middle(cache: Cache, words: str) -> None:
    case = Case(cache)
    other = new_id()
    case.say("我的包裹没有到 배송조회 この荷物は", other, 2)
    cache.fill()
    assert cache.found(words) == [other]


def test_nothing_is_in_the_index_before_it_was_filled_and_all_is_after(cache: Cache) -> None:
    case = Case(cache)
    assert cache.found("kettle") == []
    cache.fill()
    assert cache.found("kettle") == [case.message]
    assert cache.rows("SELECT count(*) FROM search_todo") == [0]


def test_newer_messages_stand_before_older_ones_whenever_they_came(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "BLOCK", 3)
    case = Case(cache)
    ids = sorted(new_id() for _ in range(20))  # as they are made, but for the same millisecond
    for n in (*range(10, 15), *range(15, 20), *range(9, -1, -1)):
        case.say("kettle again", ids[n], n + 2)
        if n in (14, 19, 5):
            cache.fill()
    cache.fill()
    assert cache.found("again") == ids[::-1]


def test_a_ticket_that_changes_is_found_by_its_new_words_alone(cache: Cache) -> None:
    case = Case(cache)
    cache.fill()
    cache.put("ticket", case.ticket, **{**case.doc, "subject": "Kettle lost", "tags": ["urgent"]})
    assert cache.found("vanished") == [case.ticket], "the change itself need not wait for the index"
    cache.fill()
    assert cache.found("vanished") == cache.found("fragile") == []
    assert cache.found("lost") == cache.found("urgent") == [case.ticket]


def test_many_that_change_are_put_in_a_few_at_a_time_and_newer_ones_stay_in_front(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "AGAIN_MOST", 2)
    cases = [Case(cache) for _ in range(5)]
    cache.fill()
    for case in cases:
        cache.put("ticket", case.ticket, **{**case.doc, "tags": ["urgent"]})
    newer = [Case(cache) for _ in range(5)]
    counts = [0]
    while cache.replica.index_some():
        counts.append(len(cache.found("urgent")))
    assert max(b - a for a, b in pairwise(counts)) == index_module.AGAIN_MOST
    assert set(cache.found("urgent")) == {case.ticket for case in cases}
    assert cache.found("kettle") == [case.message for case in reversed([*cases, *newer])]


def test_what_changes_beside_the_words_leaves_the_index_alone(cache: Cache) -> None:
    case = Case(cache)
    cache.fill()
    cache.put("ticket", case.ticket, **{**case.doc, "unread": 4, "snippet": "more"})
    assert cache.rows("SELECT count(*) FROM search_todo") == [0]
    assert cache.found("vanished") == [case.ticket]


def test_people_and_orders_that_come_later_or_are_renamed_name_the_ticket_too(cache: Cache) -> None:
    case = Case(cache)
    cache.fill()
    cache.put("party", case.party, side="buyer", name="Yara Birnbaum")
    assert cache.found("abendroth") == [], "the old name left with the change"
    cache.fill()
    assert cache.found("birnbaum") == [case.ticket]
    cache.absorb(Change("party", case.party, cache.rev(), "D"))
    assert cache.found("birnbaum") == []
    cache.fill()
    assert (cache.found("birnbaum"), cache.found("vanished")) == ([], [case.ticket])


@pytest.mark.parametrize("kind", ["ticket", "conversation", "message"])
@pytest.mark.parametrize("op", ["D", "X"])
def test_what_goes_leaves_the_index_in_the_same_transaction(
    cache: Cache, kind: str, op: Any
) -> None:
    case = Case(cache)
    cache.fill()
    record_id = getattr(case, kind)
    cache.absorb(Change(kind, record_id, cache.rev(), op))
    word = "vanished" if kind == "ticket" else "kettle"
    assert cache.found(word) == []
    assert cache.rows("SELECT count(*) FROM search_gone") == [0]


CANARY = "zanzibarcanary"


def _many(cache: Cache, count: int, sc: tuple[int, ...] = (20,)) -> Case:
    case = Case(cache, sc)
    for n in range(count):
        case.say(f"{CANARY} {n}", new_id(), n + 2)
    cache.fill()
    assert CANARY.encode() in cache.bytes()
    return case


@pytest.mark.parametrize("count", [30, index_module.THOROUGH_MOST + 30])
def test_no_byte_of_what_was_lost_from_sight_stays(cache: Cache, count: int) -> None:
    """By ones and in a mass: then the index is emptied and filled again with what is left."""
    other = Case(cache, (22,))
    _many(cache, count)
    cache.replica.rescope(frozenset({22, 23}))
    assert CANARY.encode() not in cache.bytes()
    cache.fill()
    assert cache.found("kettle") == [other.message]


def test_no_byte_of_what_was_deleted_stays(cache: Cache) -> None:
    case = _many(cache, 20)
    cache.absorb(Change("conversation", case.conversation, cache.rev(), "D"))
    assert CANARY.encode() not in cache.bytes()


def test_what_was_let_go_is_not_found_and_its_bytes_follow(cache: Cache) -> None:
    case = _many(cache, 50)
    with cache.replica._moving_to(cache.replica.standing) as moving:
        moving.leaving = Leaving.LET_GO
        cache.replica._holdings.delete(
            moving.connection, catalog()["conversation"], [(case.conversation.bytes, 1 << 60)], {}
        )
    assert cache.found(CANARY) == []
    cache.fill()
    assert CANARY.encode() not in cache.bytes()
    assert cache.rows("SELECT v FROM search_state WHERE k = 'untidy'") == [0]


def test_a_scope_lost_before_that_takes_the_bytes_at_once(cache: Cache) -> None:
    case = _many(cache, 50)
    with cache.replica._moving_to(cache.replica.standing) as moving:
        moving.leaving = Leaving.LET_GO
        cache.replica._holdings.delete(
            moving.connection, catalog()["conversation"], [(case.conversation.bytes, 1 << 60)], {}
        )
    cache.replica.rescope(frozenset({22, 23}))
    assert CANARY.encode() not in cache.bytes()


def test_more_than_can_be_taken_out_one_by_one_starts_the_index_anew(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "THOROUGH_MOST", 10)
    other = Case(cache)
    case = _many(cache, 11)
    cache.absorb(Change("conversation", case.conversation, cache.rev(), "D"))
    assert cache.found("kettle") == [], "it is being filled again"
    cache.fill()
    assert cache.found("kettle") == [other.message]


def test_another_users_cache_has_no_words_of_the_one_before(cache: Cache) -> None:
    cache.replica.greet("http://a", UUID(int=1))
    _many(cache, 20)
    cache.replica.greet("http://a", UUID(int=2))
    assert (cache.found("kettle"), cache.rows("SELECT count(*) FROM search_doc")) == ([], [0])
    assert CANARY.encode() not in cache.bytes()


def test_nothing_is_put_in_while_a_first_fetch_goes_on(cache: Cache) -> None:
    Case(cache)
    cache.replica.begin_boot(Boot(start=10, epoch=LIFE, granted=(20, 21)))
    assert not cache.replica.index_some()
    cache.replica.end_boot()
    assert cache.replica.index_some()


def test_a_cache_made_before_there_was_an_index_is_put_in(cache: Cache, tmp_path: Path) -> None:
    case = Case(cache)
    with cache.replica._database.writing() as connection:
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'search_*'"
        ).fetchall():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for table in ("search_words", "search_doc", "search_todo", "search_gone", "search_state"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    cache.replica.close()
    cache.replica = Replica(open_sqlite(cache.path, durable=False), catalog())
    cache.fill()
    assert cache.found("kettle") == [case.message]


def test_an_index_of_another_shape_is_made_anew(cache: Cache) -> None:
    case = Case(cache)
    cache.fill()
    with cache.replica._database.writing() as connection:
        connection.exec_driver_sql("UPDATE search_state SET v = 1 WHERE k = 'shape'")
    cache.replica.close()
    cache.replica = Replica(open_sqlite(cache.path, durable=False), catalog())
    assert cache.found("kettle") == []
    cache.fill()
    assert cache.found("kettle") == [case.message]


def test_no_step_walks_through_what_is_in(cache: Cache) -> None:
    case = Case(cache)
    cache.fill()
    case.say("Any news?", new_id(), 2)
    plan: list[str] = []

    def explain(connection: Connection, _: Any, sql: str, params: Any, *more: Any) -> None:
        driver: Any = connection.connection.dbapi_connection
        one = params[0] if more[-1] else params
        plan.extend(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", one).fetchall())

    with cache.replica._database.writing() as connection:
        event.listen(connection, "before_cursor_execute", explain)
        assert index_module.SearchIndex().step(connection)
    assert [step for step in plan if "search_doc" in step]
    whole = {("SCAN", name) for name in ("search_doc", "d", "messages", "m", "tickets", "t")}
    assert not [step for step in plan if tuple(step.split()[:2]) in whole]
