"""Many rows at once: statements compiled once and handed to the driver with plain dicts."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[dict[str, Any]]


def upsert(connection: Connection, table: Table, rows: Rows, newer: str | None = None) -> None:
    """Insert rows, each a dict of every column; one whose primary key is there is replaced.

    `newer` names a column: a row replaces only one that is lower there.
    """
    if rows:
        connection.exec_driver_sql(_upsert(table, connection.dialect, newer), list(rows))


def insert(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that are not there yet."""
    if rows:
        connection.exec_driver_sql(_insert(table, connection.dialect), list(rows))


@lru_cache(maxsize=256)
def _insert(table: Table, dialect: Dialect) -> str:
    return str(table.insert().compile(dialect=dialect))


@lru_cache(maxsize=256)
def _upsert(table: Table, dialect: Dialect, newer: str | None) -> str:
    """`INSERT … ON CONFLICT (primary key) DO UPDATE` of all other columns, for either engine."""
    make: Any = postgresql if dialect.name == "postgresql" else sqlite
    statement = make.insert(table)
    keys = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    if others:
        higher = table.c[newer] < statement.excluded[newer] if newer else None
        statement = statement.on_conflict_do_update(index_elements=keys, set_=others, where=higher)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    return str(statement.compile(dialect=dialect))
