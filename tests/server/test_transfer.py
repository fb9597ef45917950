"""All data from one database into another: both ways between the engines, equal row by row."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from console.kernel.errors import Unusable
from console.server import rooms, transfer
from console.store import blocks, bulk, migrate
from console.store.engine import Database, open_database
from tests.fakes.clock import ManualClock
from tests.parts.acts import begin_case
from tests.parts.databases import Databases
from tests.parts.filled import fill, fresh, holdings, office_at

WAYS = [(a, b) for a in ("sqlite", "postgresql") for b in ("sqlite", "postgresql")]
NEWEST = migrate.versions()[-1]


@contextmanager
def at(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def between(source: str, target: str) -> Iterator[tuple[Connection, Connection]]:
    with ExitStack() as stack:
        reading = stack.enter_context(at(source)).readers.connect()
        stack.callback(reading.close)
        yield reading, stack.enter_context(stack.enter_context(at(target)).writing())


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_everything_arrives(
    databases: Databases, clock: ManualClock, source: str, target: str
) -> None:
    one, two = fresh(databases, source, migrated=True), fresh(databases, target, migrated=False)
    with office_at(one, clock) as office:
        fill(office)
    with between(one, two) as (reading, writing):
        copied = transfer.copy(reading, writing, NEWEST)
        context = MigrationContext.configure(writing, opts={"include_name": migrate.declared})
        assert compare_metadata(context, list(rooms.metadata())) == [], "indexes are there again"
    assert holdings(one) == holdings(two) == copied
    assert copied["messages"].rows > 4
    assert copied["tickets"].rows == 3


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_numbers_go_on_where_they_stood(
    databases: Databases, clock: ManualClock, target: str
) -> None:
    other = "postgresql" if target == "sqlite" else "sqlite"
    one, two = fresh(databases, other, migrated=True), fresh(databases, target, migrated=False)
    with office_at(one, clock) as office:
        fill(office)
        head = office.head()
    with between(one, two) as (reading, writing):
        transfer.copy(reading, writing, NEWEST)
    with office_at(two, clock) as office:
        assert begin_case(office).ticket.number == 4
        assert office.head() > head


def test_a_snapshot_is_read_though_others_write(databases: Databases, clock: ManualClock) -> None:
    """One table is copied, then somebody writes, then the others are: they fit each other."""
    for dialect in ("sqlite", "postgresql"):
        one = fresh(databases, dialect, migrated=True)
        two = fresh(databases, "sqlite", migrated=False)
        with office_at(one, clock) as office, between(one, two) as (reading, writing):
            cases = fill(office)
            before = blocks.fingerprint(reading, "applied_command")
            cases[0].hear("while it is copied")
            copied = transfer.copy(reading, writing, NEWEST)
            assert copied["applied_command"] == before
            count = writing.execute(
                text("SELECT count(*) FROM messages WHERE doc LIKE '%while it%'")
            )
            assert count.scalar() == 0
            assert office.rows("SELECT count(*) FROM messages")[0][0] == copied["messages"].rows + 1


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_copy_that_differs_is_told_and_thrown_away(
    databases: Databases, clock: ManualClock, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever changes a value on its way: here every message loses its last character."""
    one = fresh(databases, "sqlite", migrated=True)
    two = fresh(databases, target, migrated=False)
    with office_at(one, clock) as office:
        fill(office)
    whole = bulk.load

    def lossy(connection: Connection, table: str, columns, rows) -> None:
        if table == "messages":
            doc = list(columns).index("doc")
            rows = [(*row[:doc], row[doc][:-1], *row[doc + 1 :]) for row in rows]
        whole(connection, table, columns, rows)

    monkeypatch.setattr(bulk, "load", lossy)

    def work() -> None:
        with between(one, two) as (reading, writing):
            transfer.copy(reading, writing, NEWEST)

    with pytest.raises(Unusable, match="differs from its source in messages: it was thrown away"):
        work()
    with at(two) as database, database.readers.connect() as connection:
        assert inspect(connection).get_table_names() == []


def test_without_indexes_only_those_of_keys_are_there(
    databases: Databases, clock: ManualClock
) -> None:
    one = fresh(databases, "sqlite", migrated=True)
    two = fresh(databases, "sqlite", migrated=False)
    with between(one, two) as (reading, writing):
        transfer.copy(reading, writing, NEWEST, indexed=False)
        made = text("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
        assert writing.execute(made).scalar() == 0
