"""Values as rows: those that wait to be sent are asked for too, and old databases are filled."""

import json
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from console.fields.model import Content, CustomField, column_of
from console.fields.records import FIELD
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from console.store import migrate
from console.store.engine import open_database
from console.sync.records import Epoch
from console.tickets.model import Sort, View, ViewName
from console.tickets.records import SetField
from console.tickets.tables import rows
from console.views.model import Condition
from tests.parts.acts import AT
from tests.parts.console import Console
from tests.sync.client.test_overlay import Laid, entry

LIFE = Epoch(5, 6)
SIZE, DAY = new_id(), new_id()


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
