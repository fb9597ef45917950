"""How SQLite reads the queue through the overlay: from an index alone, whatever the desk's size."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from console.fields.model import column_of
from console.kernel.ids import new_id
from console.store.reader import Row, SqliteReader, Value
from console.tickets.model import Sort, View, ViewName
from console.tickets.tables import rows
from console.tickets.tables.conditions import IN_OUR_COURT
from console.tickets.tables.tally import Tally
from console.tickets.viewmodel.views import DUE, UNREAD
from console.views.model import Condition
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
ME = new_id()


class Planner(SqliteReader):
    """Reads and remembers how: what is done to the cache's own `tickets`."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.plan: list[str] = []

    def rows(self, sql: str, /, **params: Value) -> list[Row]:
        found = self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
        self.plan = [row[3] for row in found]
        return super().rows(sql, **params)

    def row(self, sql: str, /, **params: Value) -> Row | None:
        return next(iter(self.rows(sql, **params)), None)

    @property
    def main(self) -> list[str]:
        """The steps over the confirmed tickets, up to where the pending come in."""
        start = next(n for n, step in enumerate(self.plan) if "main.tickets" in step)
        rest = self.plan[start:]
        ends = [n for n, step in enumerate(rest) if step in ("RIGHT", "UNION ALL")]
        return rest[: ends[0]] if ends else rest


@pytest.fixture
def planner(console: Console) -> Planner:
    assert console.local.reader is not None
    return Planner(console.local.reader.connection)


@pytest.mark.parametrize(
    ("name", "sort"),
    [*product(ViewName, Sort)],
)
async def test_a_view_comes_in_order_from_one_index(
    planner: Planner, name: ViewName, sort: Sort
) -> None:
    rows.places(planner, View(name=name), ME, sort, 200)
    assert "COVERING INDEX" in planner.main[0]
    assert not [step for step in planner.main if "ORDER BY" in step]


CONDITIONS = (
    Condition(field="status", values=("open", "pending")),
    Condition(field="priority", values=("high",), without=True),
    Condition(field="team", values=(str(ME), "nobody")),
    Condition(field="assignee", values=("me", "nobody")),
    Condition(field="tag", values=("late", ""), without=True),
    Condition(field="side", values=("buyer",)),
    Condition(field="channel", values=("email",)),
    Condition(field="age", values=("60",)),
    Condition(field="waiting", values=("60",)),
    Condition(field="unread", values=("some",)),
    Condition(field="due", values=("soon",)),
)
"""One of each, all at once, and each alone."""


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("asked", [CONDITIONS, *((one,) for one in CONDITIONS)])
async def test_conditions_are_looked_up_in_the_index_of_the_order(
    planner: Planner, asked: tuple[Condition, ...], sort: Sort
) -> None:
    view = View(name=ViewName.FILTER, conditions=asked)
    after = (1, ME.bytes)
    for place in (None, after):
        rows.places(planner, view, ME, sort, 200, after=place)
        assert "COVERING INDEX" in planner.main[0]
        assert not [step for step in planner.main if "ORDER BY" in step]
    rows.count(planner, view, ME)
    assert "COVERING INDEX" in planner.main[0]


@pytest.mark.parametrize("asked", ["=xl", ">=2026-01-01", "@-6..0", ""])
async def test_values_of_fields_are_found_in_their_index(planner: Planner, asked: str) -> None:
    name = column_of(new_id())
    view = View(name=ViewName.FILTER, conditions=(Condition(field=name, values=(asked,)),))
    rows.places(planner, view, ME, Sort.PRIORITY, 200)
    used = [step for step in planner.plan if "main.ticket_values" in step]
    assert used[0].startswith(
        "SEARCH main.ticket_values USING COVERING INDEX ix_ticket_values_value"
    )
    if not asked:
        sets = "SEARCH main.tickets USING COVERING INDEX ix_tickets_fields (fields=?)"
        assert [step for step in planner.plan if step.startswith(sets)]
    assert not [step for step in planner.plan if step.startswith("SCAN main.tickets")]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (DUE.conditions, "ix_tickets_active_waiting"),
        (UNREAD.conditions, "ix_tickets_unread"),
        ((IN_OUR_COURT, Condition(field="assignee", values=("me",))), "ix_tickets_assignee"),
        ((IN_OUR_COURT, Condition(field="tag", values=("vip",))), "ix_tickets_newest"),
    ],
)
async def test_a_tally_reads_the_least_that_answers_it(
    planner: Planner, asked: tuple[Condition, ...], index: str
) -> None:
    view = View(name=ViewName.FILTER, conditions=asked)
    tally = Tally(planner, view, ME, now=datetime.now(UTC), most=1_000)
    assert not tally.step()
    (step,) = [step for step in planner.main if "main.tickets" in step]
    assert f"COVERING INDEX {index}" in step


async def test_touched_tickets_are_looked_up_by_their_ids(planner: Planner) -> None:
    view = View(name=ViewName.FILTER, conditions=CONDITIONS)
    rows.places(planner, view, ME, Sort.PRIORITY, 3, only=[new_id(), new_id(), new_id()])
    assert "SEARCH main.tickets USING INDEX sqlite_autoindex_tickets_1 (id=?)" in planner.main


@pytest.mark.parametrize("name", ViewName)
async def test_a_view_is_counted_in_one_index(planner: Planner, name: ViewName) -> None:
    rows.count(planner, View(name=name), ME)
    assert "COVERING INDEX" in planner.main[0]


async def test_a_partys_tickets_are_counted_among_theirs(planner: Planner) -> None:
    rows.open_of_requester(planner, ME)
    assert "ix_tickets_requester" in planner.main[0]
