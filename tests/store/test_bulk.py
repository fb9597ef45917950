"""Bulk writing: replace by key, only what is newer where asked."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, text
from sqlalchemy.exc import IntegrityError

from console.store import bulk
from console.store.engine import open_database

metadata = MetaData()
thing = Table(
    "thing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("rev", Integer, nullable=False),
    Column("name", Text),
)
pair = Table(
    "pair", metadata, Column("a", Integer, primary_key=True), Column("b", Integer, primary_key=True)
)


@pytest.fixture
def connection(empty_database_url: str) -> Iterator[Connection]:
    database = open_database(empty_database_url)
    with database.writing() as opened:
        metadata.create_all(opened)
        yield opened
    database.close()


def things(connection: Connection) -> list[tuple[int, int, str]]:
    rows = connection.execute(text("SELECT id, rev, name FROM thing ORDER BY id"))
    return [tuple(row) for row in rows]


def test_a_row_of_the_same_key_is_replaced(connection: Connection) -> None:
    bulk.insert(connection, thing, [{"id": 1, "rev": 5, "name": "old"}])
    new = [{"id": 1, "rev": 4, "name": "new"}, {"id": 2, "rev": 1, "name": "two"}]
    bulk.upsert(connection, thing, new)
    assert things(connection) == [(1, 4, "new"), (2, 1, "two")]


def test_only_newer_rows_replace_where_asked(connection: Connection) -> None:
    bulk.insert(connection, thing, [{"id": 1, "rev": 5, "name": "old"}])
    for rev, name in ((4, "older"), (5, "equal"), (6, "newer")):
        some = [{"id": 1, "rev": rev, "name": name}, {"id": rev, "rev": rev, "name": "new"}]
        assert bulk.upsert(connection, thing, some, newer="rev") == 1 + (name == "newer")
    assert things(connection)[0] == (1, 6, "newer")


def test_a_table_of_keys_alone(connection: Connection) -> None:
    bulk.upsert(connection, pair, [{"a": 1, "b": 2}, {"a": 1, "b": 3}])
    bulk.upsert(connection, pair, [{"a": 1, "b": 2}])
    assert connection.execute(text("SELECT count(*) FROM pair")).scalar() == 2


def test_no_rows_are_no_statement(connection: Connection) -> None:
    bulk.upsert(connection, thing, [])
    bulk.insert(connection, thing, [])
    assert things(connection) == []


def test_rows_of_one_key_replace_one_another_in_their_order(connection: Connection) -> None:
    some = [{"id": 1, "rev": rev, "name": name} for rev, name in ((5, "a"), (7, "b"), (6, None))]
    bulk.upsert(connection, thing, some)
    assert things(connection) == [(1, 6, None)]
    bulk.upsert(connection, thing, some, newer="rev")
    assert things(connection) == [(1, 7, "b")]


def test_an_update_gives_the_columns_asked_for_new_values(connection: Connection) -> None:
    bulk.insert(connection, thing, [{"id": n, "rev": n, "name": f"old {n}"} for n in range(3)])
    new = [{"id": n, "rev": 9, "name": None} for n in (1, 2, 7)]
    bulk.update(connection, thing, ("name",), new)
    assert things(connection) == [(0, 0, "old 0"), (1, 1, None), (2, 2, None)]
    bulk.update(connection, thing, ("rev", "name"), [{"id": 1, "rev": 3, "name": "new"}])
    bulk.update(connection, thing, ("rev",), [])
    assert things(connection)[1] == (1, 3, "new")


def test_a_row_that_is_there_is_not_inserted_twice(connection: Connection) -> None:
    bulk.insert(connection, thing, [{"id": 1, "rev": 1, "name": "x"}])
    with pytest.raises(IntegrityError), connection.begin_nested():
        bulk.insert(connection, thing, [{"id": 1, "rev": 2, "name": "y"}])
    assert things(connection) == [(1, 1, "x")]


def test_rows_are_loaded_as_they_are(connection: Connection) -> None:
    odd = "tab\t newline\n back\\slash \\N \\. 'q' 日本"
    bulk.load(connection, "thing", ("name", "id", "rev"), [(odd, 1, 5), (None, 2, -1), ("", 3, 0)])
    bulk.load(connection, "thing", ("id", "rev"), [])
    assert things(connection) == [(1, 5, odd), (2, -1, None), (3, 0, "")]


def test_what_the_driver_refuses_is_sqlalchemys_error(connection: Connection) -> None:
    with pytest.raises(IntegrityError), connection.begin_nested():
        bulk.load(connection, "thing", ("id", "rev"), [(1, 1), (1, 1)])
    assert things(connection) == []
