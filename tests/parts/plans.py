"""How the database answers: whether a question is looked up, or all there is gone through for it."""

from collections.abc import Callable
from typing import Any

from console.store.reader import Reader, Row, Value
from console.sync.server.tx import Tx
from tests.parts.office import Office

OF_FEW_ROWS = "epoch"
"""A row for each start of a server."""


class Explained:
    """A reader that notes which of what it is asked goes through a whole table or index.

    SQLite plans by what indexes there are, so that a table of ten rows tells of one of millions.
    PostgreSQL is kept from whole tables where there is any other way.
    """

    def __init__(self, reader: Reader, *, sqlite: bool) -> None:
        self._reader, self._sqlite = reader, sqlite
        self.asked: list[str] = []
        self.steps: list[str] = []
        self.walks: list[tuple[str, str]] = []
        """The step of the plan, and the statement."""
        if not sqlite:
            reader.row("SELECT set_config('enable_seqscan', 'off', true)")

    def rows(self, sql: str, /, **params: Value) -> list[Row]:
        self._explain(sql, params)
        return self._reader.rows(sql, **params)

    def row(self, sql: str, /, **params: Value) -> Row | None:
        self._explain(sql, params)
        return self._reader.row(sql, **params)

    def _explain(self, sql: str, params: dict[str, Value]) -> None:
        self.asked.append(sql)
        plan = self._reader.rows(f"EXPLAIN {'QUERY PLAN' if self._sqlite else ''} {sql}", **params)
        steps = [str(row[-1] if self._sqlite else row[0]).strip(" ->") for row in plan]
        self.steps += steps
        self.walks += [(step, sql) for step in steps if self._is_walk(step)]

    def _is_walk(self, step: str) -> bool:
        if OF_FEW_ROWS in step.split():
            return False
        if not self._sqlite:
            return step.startswith("Seq Scan")
        return step.startswith("SCAN ") and not step.startswith(("SCAN CONSTANT", "SCAN ("))


def explained_tx(office: Office, tx: Tx) -> Explained:
    """What is asked in a transaction from here on, and how it is answered."""
    told = Explained(tx._reader, sqlite=office.database.dialect == "sqlite")
    tx._reader = told
    return told


def explained(office: Office, work: Callable[[Reader], Any]) -> Explained:
    """What was asked by `work`, which reads, and how it was answered."""

    def look(reader: Reader) -> Explained:
        told = Explained(reader, sqlite=office.database.dialect == "sqlite")
        work(told)
        return told

    return office.read(look)
