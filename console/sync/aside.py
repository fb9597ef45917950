"""Keeps the rows that records give to a table beside their own, in the transaction that writes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Table, text

from console.kernel.codec import Record
from console.store import bulk
from console.store.engine import SqlReader
from console.store.reader import listed
from console.sync.records import Beside

R = TypeVar("R", bound=Record)
_AT_ONCE = 500


@dataclass(frozen=True)
class BesideTable(Generic[R]):
    """What stands beside a kind's records, and where. No two rows of one record are the same."""

    table: Table
    beside: Beside[R]

    def write(self, connection: Connection, written: Sequence[R]) -> None:
        """Make the rows of these records what they are now; those that are so already stay."""
        for start in range(0, len(written), _AT_ONCE):
            self._write(connection, written[start : start + _AT_ONCE])

    def _write(self, connection: Connection, written: Sequence[R]) -> None:
        owner, now = self.beside.owner, list[dict[str, Any]]()
        for record in written:
            now += ({owner: record.id.bytes, **row} for row in self.beside.rows(record))
        was = self._held(connection, [record.id.bytes for record in written])
        names = [column.name for column in self.table.columns]
        after = {tuple(row[name] for name in names): row for row in now}
        gone = [dict(zip(names, row, strict=True)) for row in was - after.keys()]
        if gone:
            each = " AND ".join(f"{name} = :{name}" for name in names)
            connection.execute(text(f"DELETE FROM {self.table.name} WHERE {each}"), gone)
        new = [row for key, row in after.items() if key not in was]
        bulk.insert(connection, self.table, new)

    def _held(self, connection: Connection, ids: Sequence[bytes]) -> set[tuple[Any, ...]]:
        names = ", ".join(column.name for column in self.table.columns)
        some, params = listed("i", ids)
        sql = f"SELECT {names} FROM {self.table.name} WHERE {self.beside.owner} IN {some}"
        rows = SqlReader(connection).rows(sql, **params)
        return {tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows}

    def drop(self, connection: Connection, ids: Iterable[bytes], of: Table) -> None:
        """Take away the rows of those of these records that are not in their table `of` any more."""
        gone = [{"gone": raw} for raw in ids]
        if gone:
            sql = (
                f"DELETE FROM {self.table.name} WHERE {self.beside.owner} = :gone"
                f" AND NOT EXISTS (SELECT 1 FROM {of.name} WHERE id = :gone)"
            )
            connection.execute(text(sql), gone)
