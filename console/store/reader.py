"""Plain reads: one SQL text serves the server's engines and the desktop's cache alike."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from console.store.sqlite import Connection

Row = Sequence[Any]
Value = bytes | str | int | float | None
Columns = Mapping[str, Value]


class Reader(Protocol):
    """Somewhere to read rows from. SQL names its parameters `:name` and must suit both engines.

    Rows sorted in a query select their sort columns too: over the desktop's overlay (pending
    laid over confirmed) SQLite merges two sorted streams only then.
    """

    def rows(self, sql: str, /, **params: Value) -> list[Row]:
        """All rows, in the query's order."""

    def row(self, sql: str, /, **params: Value) -> Row | None:
        """The first row, or None."""


class SqliteReader:
    """Reads through one raw connection, on whichever thread calls."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, sql: str, /, **params: Value) -> list[Row]:
        found: list[Row] = self.connection.execute(sql, params).fetchall()
        return found

    def row(self, sql: str, /, **params: Value) -> Row | None:
        found: Row | None = self.connection.execute(sql, params).fetchone()
        return found


def listed(prefix: str, values: Iterable[Value | UUID]) -> tuple[str, dict[str, Value]]:
    """`(:p0,:p1,…)` and its parameters, for `IN`. No values give `(NULL)`, which matches nothing."""
    params: dict[str, Value] = {
        f"{prefix}{n}": value.bytes if isinstance(value, UUID) else value
        for n, value in enumerate(values)
    }
    return "(" + (",".join(f":{name}" for name in params) or "NULL") + ")", params
