"""Indexes go and come back as they were; those of keys and of other tables stay."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, inspect

from console.store import indexes
from console.store.engine import open_database

metadata = MetaData()
mine = Table(
    "mine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Integer, index=True),
    Column("code", Integer, unique=True),
)
other = Table(
    "other", metadata, Column("id", Integer, primary_key=True), Column("n", Integer, index=True)
)


@pytest.fixture
def connection(empty_database_url: str) -> Iterator[Connection]:
    database = open_database(empty_database_url)
    with database.writing() as opened:
        metadata.create_all(opened)
        opened.exec_driver_sql("CREATE INDEX ix_down ON mine (name DESC, id)")
        yield opened
    database.close()


def names(connection: Connection, table: str) -> set[str | None]:
    return {index["name"] for index in inspect(connection).get_indexes(table)}


def test_they_go_and_come_back(connection: Connection) -> None:
    before = inspect(connection).get_indexes("mine")
    dropped = indexes.drop(connection, ["mine"])
    assert names(connection, "mine").isdisjoint({"ix_mine_name", "ix_down"})
    assert names(connection, "other") == {"ix_other_n"}
    connection.exec_driver_sql("INSERT INTO mine VALUES (1, 1, 1)")
    with pytest.raises(Exception, match=r"(?i)unique"), connection.begin_nested():
        connection.exec_driver_sql("INSERT INTO mine VALUES (2, 1, 1)")
    indexes.make(connection, dropped)
    assert inspect(connection).get_indexes("mine") == before
