"""A desk's two files, read from outside as they are committed, whoever has them open."""

from pathlib import Path
from typing import Any
from uuid import UUID

from console.store import sqlite
from console.store.reader import SqliteReader


class Files:
    """Cache and work file of a desk; each is looked at through a connection of its own."""

    def __init__(self, cache: Path, work: Path, key: bytes) -> None:
        self._paths = {"cache": cache, "work": work}
        self._key = key
        self._open: dict[str, SqliteReader] = {}

    def close(self) -> None:
        """Close what is open."""
        for reader in self._open.values():
            reader.connection.close()
        self._open.clear()

    def cache(self) -> SqliteReader | None:
        """The cache, None while there is none."""
        return self._reader("cache")

    def _reader(self, name: str) -> SqliteReader | None:
        if name not in self._open and self._paths[name].exists():
            connection = sqlite.connect(self._paths[name], key=self._key, mode="ro")
            self._open[name] = SqliteReader(connection)
        return self._open.get(name)

    def kept(self) -> set[UUID]:
        """Every command that the work file holds, in whichever table."""
        reader = self._reader("work")
        if reader is None:
            return set()
        found = set()
        for table in tables_with(reader, "cmd_id"):
            found |= {
                UUID(bytes=bytes(row[0])) for row in reader.rows(f"SELECT cmd_id FROM {table}")
            }
        return found

    def outbox(self) -> dict[UUID, tuple[str, int | None, str | None]]:
        """State, `seq` and outcome of what is in the outbox or the journal."""
        reader = self._reader("work")
        if reader is None:
            return {}
        rows: list[Any] = reader.rows("SELECT cmd_id, state, seq, outcome FROM outbox")
        rows += reader.rows("SELECT cmd_id, 'settled', seq, outcome FROM journal")
        return {UUID(bytes=bytes(row[0])): (row[1], row[2], row[3]) for row in rows}


def tables_with(reader: SqliteReader, column: str) -> list[str]:
    """The tables that have this column."""
    rows = reader.rows(
        "SELECT m.name FROM sqlite_schema m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.name = :column ORDER BY m.name",
        column=column,
    )
    return [str(row[0]) for row in rows]
