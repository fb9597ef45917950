"""The views at the side: which there are and how many tickets each has, pending ones included."""

import pytest

from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE
from console.people.server import accounts
from console.people.viewmodel import Directory
from console.tickets.model import Status, View, ViewName
from console.tickets.records import TICKET, Assign, SetStatus
from console.tickets.tables import rows
from console.tickets.viewmodel.views import Views
from tests.parts.console import TEAM, Console

pytestmark = pytest.mark.anyio


class Side:
    """The views, and how often they changed or asked to be counted."""

    def __init__(self, console: Console) -> None:
        self.views = Views(console.local, Directory(console.local))
        self.changed: list[None] = []
        self.stale: list[None] = []
        self.views.changed.connect(self.changed.append)
        self.views.stale.connect(self.stale.append)

    def counts(self) -> dict[str, int]:
        self.views.load()
        return {row.title: row.count for row in self.views.rows if row.view is not None}


@pytest.fixture
async def side(console: Console) -> Side:
    return Side(console)


async def test_the_lines_in_order(side: Side) -> None:
    assert [row.title for row in side.views.rows] == [
        "Views", "Mine", "Waiting on us", "Unassigned", "All active", "Pending", "On hold",
        "Snoozed", "Solved", "Teams", TEAM,
    ]  # fmt: skip
    assert [row.title for row in side.views.rows if row.view is None] == ["Views", "Teams"]


async def test_every_view_is_counted(console: Console, side: Side) -> None:
    one, two, three = console.cases("one", "two", "three")
    local = console.local
    take = Assign(assignee_id=console.ana.id)
    solve = SetStatus(status=Status.SOLVED, seen=Status.NEW)
    await local.do(TICKET, one.id, take, lane=one.id, about="")
    await local.do(TICKET, two.id, solve, lane=two.id, about="")
    expected = {
        "Mine": 1, "Waiting on us": 2, "Unassigned": 1, "All active": 2, "Pending": 0,
        "On hold": 0, "Snoozed": 0, "Solved": 1, TEAM: 2,
    }  # fmt: skip
    assert side.counts() == expected, "what is pending counts"
    await console.push()
    assert side.counts() == expected
    assert three.id


async def test_counting_is_asked_for_when_tickets_change_and_told_when_it_differs(
    console: Console, side: Side
) -> None:
    console.cases("one")
    assert (len(side.stale) > 0, side.changed) == (True, [])
    side.views.load()
    side.views.load()
    assert side.changed == [None]
    side.stale.clear()
    console.local.touched.emit({"message": [new_id()]})
    assert side.stale == []


async def test_other_teams_are_there_while_they_have_tickets(console: Console, side: Side) -> None:
    asia = console.office.write(lambda tx: accounts.ensure_team(tx, "Asia"))
    console.pull()
    assert "Asia" not in side.counts()
    (one,) = console.cases("one")
    moved = console.office.get(TICKET, one.id)
    assert moved is not None
    from msgspec import structs

    ticket = structs.replace(moved.record, team_id=asia.id)
    console.office.write(lambda tx: tx.record(TICKET, ticket, frozenset({INTAKE_SCOPE})))
    console.pull()
    assert list(side.counts())[-2:] == [TEAM, "Asia"], "one's own first"
    assert side.counts()["Asia"] == 1


async def test_what_a_view_is_called(console: Console, side: Side) -> None:
    assert side.views.title(View(name=ViewName.WAITING)) == "Waiting on us"
    assert side.views.title(View(name=ViewName.TEAM, owner=console.team.id)) == TEAM
    assert side.views.title(View(name=ViewName.TEAM, owner=new_id())) == ""


async def test_counting_stops_where_it_would_take_long(
    side: Side, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_COUNTED", 3)
    for count, over in ((2, False), (3, True), (3, True)):
        console.cases(*("one", "two") if count == 2 else ("more",))
        side.views.load()
        (line,) = [row for row in side.views.rows if row.view == View(name=ViewName.ACTIVE)]
        assert (line.count, line.over) == (count, over)
