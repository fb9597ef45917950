"""Values as rows: with their ticket in every way it comes, changes and goes; old databases filled."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from msgspec import Raw
from sqlalchemy import text

from console.catalog import catalog
from console.fields.model import Content, CustomField, column_of
from console.fields.records import FIELD
from console.kernel.clock import to_ms
from console.kernel.codec import NIL, encode
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from console.store import migrate
from console.store.engine import open_database
from console.sync.asking import Found
from console.sync.client.replica import Replica, open_replica
from console.sync.client.standing import Boot
from console.sync.frames import Batch
from console.sync.records import Change, Epoch
from console.tickets.model import Sort, View, ViewName
from console.tickets.records import SetField
from console.tickets.tables import rows
from console.views.model import Condition
from tests.parts.acts import AT
from tests.parts.console import Console
from tests.sync.client.test_overlay import Laid, entry

LIFE = Epoch(5, 6)
SIZE, DAY = new_id(), new_id()


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """A cache at cursor 10 with a working set that ends at AT."""
    opened = open_replica(tmp_path / "cache.db", bytes(32), catalog())
    opened.greet("http://127.0.0.1:1", UUID(int=1))
    opened.begin_boot(Boot(start=10, epoch=LIFE, granted=(20, 22), border=to_ms(AT)))
    opened.end_boot()
    yield opened
    opened.close()


def ticket(rev: int, record_id: UUID, fields: dict[UUID, Any], scope: int = 20) -> Change:
    doc = {
        "number": 1, "conversation_id": NIL, "subject": "x", "created_at": AT, "updated_at": AT,
        "fields": {str(key): value for key, value in fields.items()},
    }  # fmt: skip
    return Change("ticket", record_id, rev, sc=(scope,), doc=Raw(encode(doc)))


def held(replica: Replica) -> set[tuple[UUID, UUID, str]]:
    with replica._database.reading() as reader:
        found = reader.rows("SELECT ticket_id, field_id, value FROM ticket_values")
    return {(UUID(bytes=row[0]), UUID(bytes=row[1]), row[2]) for row in found}


def test_values_come_and_change_with_their_ticket(replica: Replica) -> None:
    one, two = new_id(), new_id()
    replica.absorb(Batch(10, 12, (ticket(11, one, {SIZE: "XL"}), ticket(12, two, {DAY: True}))))
    assert held(replica) == {(one, SIZE, "xl"), (two, DAY, "yes")}
    changes = (ticket(13, one, {SIZE: "S", DAY: "2026-03-01"}), ticket(14, two, {}))
    replica.absorb(Batch(12, 14, changes))
    assert held(replica) == {(one, SIZE, "s"), (one, DAY, "2026-03-01")}
    late = ticket(12, one, {SIZE: "late"})
    replica.absorb(Batch(14, 15, (late,)))
    assert held(replica) == {(one, SIZE, "s"), (one, DAY, "2026-03-01")}, "newer wins here too"
    other = ticket(16, one, {SIZE: "M"})
    replica.mend(Found(16, LIFE, (other,)), None, force=True)
    assert held(replica) == {(one, SIZE, "m")}


@pytest.mark.parametrize("way", ["deleted", "revoked", "evicted", "compared", "another user"])
def test_values_go_with_their_ticket(replica: Replica, way: str) -> None:
    one, two = new_id(), new_id()
    old = ticket(11, one, {SIZE: "XL"})
    solved = Raw(encode({**json.loads(bytes(old.doc)), "status": "solved", "updated_at": AT}))
    stays = ticket(12, two, {SIZE: "L"}, scope=22)
    replica.absorb(Batch(10, 12, (Change("ticket", one, 11, sc=(20,), doc=solved), stays)))
    assert len(held(replica)) == 2
    match way:
        case "deleted":
            replica.absorb(Batch(12, 13, (Change("ticket", one, 13, op="D"),)))
        case "revoked":
            replica.rescope(frozenset({22}))
        case "evicted":
            replica.welcome(LIFE, frozenset({20, 22}), 12, to_ms(AT) + 1)
            replica.evict([])
        case "compared":
            gone = Change("ticket", one, 0, op="D")
            replica.mend(Found(13, LIFE, (gone,)), None, force=True)
        case _:
            replica.greet("http://127.0.0.1:1", UUID(int=2))
    assert held(replica) == (set() if way == "another user" else {(two, SIZE, "l")})


@pytest.mark.anyio
async def test_a_value_that_waits_to_be_sent_is_asked_for_like_any_other(console: Console) -> None:
    one, two = console.cases("one", "two")
    field = CustomField(id=SIZE, content=Content(name="Size"))
    console.office.write(lambda tx: tx.record(FIELD, field, org_scopes()))
    console.pull()
    laid = Laid(console)

    def found(value: str) -> list[UUID]:
        asked = Condition(field=column_of(SIZE), values=(value,))
        view = View(name=ViewName.FILTER, conditions=(asked,))
        places = rows.places(laid.reader, view, NIL, Sort.NEWEST, 10, now=AT)
        return [UUID(bytes=raw) for _, raw in places]

    assert (found("=xl"), set(found(""))) == ([], {one.id, two.id})
    laid.refresh(one.id, entry(one.id, SetField(field_id=SIZE, value="XL", seen=None)))
    assert (found("=xl"), found("")) == ([one.id], [two.id])
    laid.refresh(one.id, entry(one.id, SetField(field_id=SIZE, value="S", seen=None)))
    assert (found("=xl"), found("=s")) == ([], [one.id])
    laid.refresh(one.id)
    assert (found("=s"), set(found(""))) == ([], {one.id, two.id})
    assert laid.pending("ticket_values") == 0


def test_an_older_database_is_filled(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    with database.writing() as connection:
        migrate.bring_to(connection, "0016")
        columns = {
            "rev": 1, "number": 1, "conversation_id": b"c" * 16, "status": "open", "active": 1,
            "finished": 0, "rank": 1, "team_id": bytes(16), "assignee_id": bytes(16),
            "requester_id": bytes(16), "order_id": bytes(16), "updated_at": 1, "waits_at": 1,
            "created_at": 1, "urgency": 1, "side": "buyer", "channel": "web", "unread": 0,
            "tags": "", "merged_into": bytes(16), "sc": "[20]",
        }  # fmt: skip
        names = ("id", *columns, "fields", "doc")
        put = f"INSERT INTO tickets ({', '.join(names)}) VALUES (:{', :'.join(names)})"
        told = {str(SIZE): "Extra LARGE", str(DAY): -2.5}
        with_values = {"id": b"1" * 16, "fields": "|old|", "doc": json.dumps({"fields": told})}
        without = {"id": b"2" * 16, "fields": "", "doc": "{}"}
        for row in (with_values, without):
            connection.execute(text(put), {**columns, **row})
    migrate.upgrade(database)
    with database.reading() as reader:
        found = reader.rows("SELECT ticket_id, field_id, value FROM ticket_values ORDER BY value")
        kept = [(bytes(row[0]), UUID(bytes=bytes(row[1])), row[2]) for row in found]
        ids = "SELECT fields FROM tickets ORDER BY id"
        assert [row[0] for row in reader.rows(ids)] == [rows.fields_column({SIZE: 1, DAY: 1}), ""]
    assert kept == [(b"1" * 16, DAY, "199999999997.5000"), (b"1" * 16, SIZE, "extra large")]
    config = Config()
    config.set_main_option("script_location", str(migrate._FOLDER))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0016")
    migrate.upgrade(database)
    with database.reading() as reader:
        assert len(reader.rows("SELECT 1 FROM ticket_values")) == 2
    database.close()
