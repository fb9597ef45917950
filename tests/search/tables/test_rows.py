"""How the search reads: from indexes, whatever the size of the cache."""

from datetime import UTC, datetime
from typing import Any

import pytest

from console.kernel.ids import new_id
from console.search.model.query import parse
from console.search.tables.rows import find, still_fitting
from console.store.reader import Row, SqliteReader, Value
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Planner(SqliteReader):
    """Reads and remembers how."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.plan: list[str] = []

    def rows(self, sql: str, /, **params: Value) -> list[Row]:
        found = self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
        self.plan += [row[3] for row in found]
        return super().rows(sql, **params)


@pytest.mark.parametrize("line", ["tag:urgent", "is:unread", "is:note", "has:attachment"])
async def test_operators_alone_walk_through_no_messages(console: Console, line: str) -> None:
    assert console.local.reader is not None
    planner = Planner(console.local.reader.connection)
    query = parse(line, datetime.now(UTC))
    hits = find(planner, query, new_id())
    still_fitting(planner, query, hits.names, new_id(), [new_id()])
    assert [step for step in planner.plan if "tickets" in step]
    walks = ("SCAN m ", "SCAN messages", "SCAN main.messages")
    assert not [step for step in planner.plan if step.startswith(walks)]
