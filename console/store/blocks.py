"""Whole tables read and written in blocks, so that a copy of any size needs little memory."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, inspect

from console.store import bulk, migrate
from console.store.rowhash import Fingerprint, RowHash

BLOCK_ROWS = 5_000
BLOCK_BYTES = 8 * 1024 * 1024
FETCH_ROWS = 100
"""So many rows are asked for at a time: a block goes over BLOCK_BYTES by fewer than these."""
VERSION_TABLE = "alembic_version"

Block = list[Sequence[Any]]


def table_names(connection: Connection) -> list[str]:
    """The tables of a database, but for the schema's version and what is derived; by name."""
    names = inspect(connection).get_table_names()
    return sorted(name for name in names if name != VERSION_TABLE and not migrate.derived(name))


def columns_of(connection: Connection, table: str) -> list[str]:
    """A table's columns, by name: the order in which rows are read, hashed and written here."""
    return sorted(column["name"] for column in inspect(connection).get_columns(table))


def read(
    connection: Connection, table: str, columns: Sequence[str], seen: RowHash
) -> Iterator[Block]:
    """All rows of a table in blocks of BLOCK_ROWS or about BLOCK_BYTES; `seen` takes them in."""
    # The driver's own cursor: on PostgreSQL a named one, or all rows would come at once.
    driver: Any = connection.connection.dbapi_connection
    named = connection.dialect.name == "postgresql"
    cursor = driver.cursor(name="blocks") if named else driver.cursor()
    listed = ", ".join(f'"{column}"' for column in columns)
    with closing(cursor):
        with bulk.driver_errors(connection):
            cursor.execute(f'SELECT {listed} FROM "{table}"')
        block: Block = []
        size = 0
        while rows := _fetched(connection, cursor):
            size += seen.add(rows)
            block += rows
            if len(block) >= BLOCK_ROWS or size >= BLOCK_BYTES:
                yield block
                block, size = [], 0
        if block:
            yield block


def _fetched(connection: Connection, cursor: Any) -> Block:
    with bulk.driver_errors(connection):
        found: Block = cursor.fetchmany(FETCH_ROWS)
        return found


def copy(source: Connection, target: Connection, name: str) -> Fingerprint:
    """Put all rows of a table into the same, empty table of another database.

    Returns what was read. Tables hold whole numbers, texts and bytes only: those are the same to
    both engines.
    """
    columns = columns_of(target, name)
    seen = RowHash(columns)
    for block in read(source, name, columns, seen):
        bulk.load(target, name, columns, block)
    return seen.fingerprint


def fingerprint(connection: Connection, name: str) -> Fingerprint:
    """What a table holds."""
    columns = columns_of(connection, name)
    seen = RowHash(columns)
    for _ in read(connection, name, columns, seen):
        pass
    return seen.fingerprint
