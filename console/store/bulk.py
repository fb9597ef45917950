"""Many rows at once: statements compiled once and handed to the driver with plain dicts."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

Rows = Sequence[dict[str, Any]]


def upsert(connection: Connection, table: Table, rows: Rows, newer: str | None = None) -> int:
    """Insert rows, each a dict of every column; one whose primary key is there is replaced.

    `newer` names a column: a row replaces only one that is lower there. Returns how many were
    written.
    """
    if rows and connection.dialect.name == "postgresql":
        rows = _last(rows, [column.name for column in table.primary_key], newer)
    return _run(connection, _upsert(table, connection.dialect, newer), rows)


def insert(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that are not there yet."""
    _run(connection, _insert(table, connection.dialect), rows)


def update(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
    """Give these columns of the rows with these ids new values; what else the dicts hold stays.

    An index that has none of the columns is left alone: most of the time that is most of them.
    Each id stands in one row.
    """
    _run(connection, _update(table, connection.dialect, columns), rows)


def _run(connection: Connection, statement: str, rows: Rows) -> int:
    if not rows:
        return 0
    if connection.dialect.name == "postgresql":
        # One statement over arrays: sent row by row, even pipelined, they took three times as long.
        arrays = {name: [row[name] for row in rows] for name in rows[0]}
        return connection.exec_driver_sql(statement, arrays).rowcount
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def _last(rows: Rows, keys: list[str], newer: str | None) -> Rows:
    """The row of each key that would be left if they were put one after another."""
    left: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if newer is None or key not in left or left[key][newer] < row[newer]:
            left[key] = row
    return list(left.values())


def load(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows whose values come in the order of `columns`, as fast as the engine can."""
    driver: Any = connection.connection.dbapi_connection
    listed = ", ".join(f'"{column}"' for column in columns)
    with driver_errors(connection), closing(driver.cursor()) as cursor:
        if connection.dialect.name == "postgresql":
            # Four times as fast as one INSERT after another, pipelined as they may be.
            with cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copying:
                for row in rows:
                    copying.write_row(row)
        else:
            places = ", ".join("?" * len(columns))
            cursor.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({places})', rows)


@contextmanager
def driver_errors(connection: Connection) -> Iterator[None]:
    """What the driver raises in here comes out as SQLAlchemy's own error."""
    driver_error: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except driver_error as error:
        raise DBAPIError.instance(None, None, error, driver_error, True) from error


@lru_cache(maxsize=256)
def _insert(table: Table, dialect: Dialect) -> str:
    names = [column.name for column in table.columns]
    given = _given(table, names, dialect)
    if dialect.name == "postgresql":
        given = f"SELECT * FROM {given}"
    return f'INSERT INTO "{table.name}" ({_listed(names)}) {given}'


@lru_cache(maxsize=256)
def _update(table: Table, dialect: Dialect, columns: tuple[str, ...]) -> str:
    start = f'UPDATE "{table.name}" SET '
    if dialect.name == "postgresql":
        names = ["id", *columns]
        news = ", ".join(f'"{name}" = v."{name}"' for name in columns)
        source = f"{_given(table, names, dialect)} AS v({_listed(names)})"
        return f'{start}{news} FROM {source} WHERE "{table.name}".id = v.id'
    news = ", ".join(f'"{name}" = :{name}' for name in columns)
    return f"{start}{news} WHERE id = :id"


@lru_cache(maxsize=256)
def _upsert(table: Table, dialect: Dialect, newer: str | None) -> str:
    """`INSERT … ON CONFLICT (primary key) DO UPDATE` of all other columns."""
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    start = f"{_insert(table, dialect)} ON CONFLICT ({_listed(keys)}) DO"
    if not others:
        return f"{start} NOTHING"
    news = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
    higher = f' WHERE "{table.name}"."{newer}" < excluded."{newer}"' if newer else ""
    return f"{start} UPDATE SET {news}{higher}"


def _given(table: Table, names: Sequence[str], dialect: Dialect) -> str:
    """Where the values come from: one row of them, or for PostgreSQL an array for each column.

    In binary: as text the driver takes fifty times as long over an array.
    """
    if dialect.name != "postgresql":
        return f"VALUES ({', '.join(f':{name}' for name in names)})"
    types = (table.c[name].type.compile(dialect=dialect) for name in names)
    arrays = (f"%({name})b::{kind}[]" for name, kind in zip(names, types, strict=True))
    return f"unnest({', '.join(arrays)})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
