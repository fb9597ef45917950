"""The selection: these tickets, or all of the view but these, while the view goes on changing."""

import pytest

from console.people.viewmodel import Directory
from console.tickets.model import Sort, Status, Ticket, View, ViewName
from console.tickets.records import Assign, SetStatus
from console.tickets.viewmodel import selection
from console.tickets.viewmodel.queue import FIRST_ROWS, Queue
from console.tickets.viewmodel.selection import Selection
from tests.parts.acts import act
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Desk:
    """A queue with six tickets, newest first, and what is selected of it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.tickets = console.cases("one", "two", "three", "four", "five", "six")
        self.queue = Queue(console.local, Directory(console.local))
        self.selection = Selection(self.queue)
        self.told = 0
        self.selection.changed.connect(self._count)
        self.queue.show(View(name=ViewName.UNASSIGNED))

    def _count(self, _: None) -> None:
        self.told += 1

    def key(self, subject: str) -> bytes:
        (found,) = [ticket.id.bytes for ticket in self.tickets if ticket.subject == subject]
        return found

    @property
    def subjects(self) -> list[str]:
        """What is selected, in the order of the view."""
        rows = [self.queue.row(i.bytes) for i in self.queue.ids() if i.bytes in self.selection]
        return [row.subject for row in rows if row]

    def remote(self, subject: str, args: Assign | SetStatus) -> None:
        """Ben does it, and the news arrives."""
        ticket = next(t for t in self.tickets if t.subject == subject)
        self.console.office.run(self.console.actor(self.console.ben), act(ticket.id, args))
        self.console.pull()


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


async def test_tickets_are_selected_one_by_one(desk: Desk) -> None:
    assert (len(desk.selection), desk.subjects) == (0, [])
    desk.selection.toggle(desk.key("four"))
    desk.selection.toggle(desk.key("two"))
    assert (len(desk.selection), desk.subjects) == (2, ["four", "two"])
    desk.selection.toggle(desk.key("four"))
    assert desk.subjects == ["two"]
    assert desk.selection.clear()
    assert (desk.subjects, desk.told) == ([], 4)
    assert not desk.selection.clear(), "there were none"
    assert desk.told == 4


async def test_a_range_grows_and_shrinks_around_where_it_began(desk: Desk) -> None:
    key, selection = desk.key, desk.selection
    selection.toggle(key("six"))
    selection.reach(key("three"), key("four"))
    assert desk.subjects == ["six", "four", "three"]
    selection.reach(key("one"), key("three"))
    assert desk.subjects == ["six", "four", "three", "two", "one"]
    selection.reach(key("five"), key("one"))
    assert desk.subjects == ["six", "five", "four"], "what it covers no more is as it was"
    selection.reach(key("one"), key("two"))
    assert desk.subjects == ["six", "five", "four", "two", "one"], "another range, from elsewhere"


async def test_all_of_a_view_has_rows_that_are_not_loaded_and_those_that_come(desk: Desk) -> None:
    desk.console.flood(FIRST_ROWS + 30)
    desk.console.pull()
    desk.queue.show(View(name=ViewName.UNASSIGNED))
    assert desk.queue.more
    desk.selection.every()
    assert desk.selection.whole
    assert len(desk.selection) == FIRST_ROWS + 36
    desk.selection.toggle(desk.queue.ids()[3].bytes)
    assert len(desk.selection) == FIRST_ROWS + 35
    found = await desk.selection.ids(10_000)
    assert len(set(found)) == FIRST_ROWS + 35
    assert desk.queue.ids()[3] not in found
    desk.console.cases("seven")
    assert len(await desk.selection.ids(10_000)) == len(desk.selection) == FIRST_ROWS + 36
    assert len(await desk.selection.ids(20)) == 20
    desk.selection.reach(desk.queue.ids()[4].bytes, desk.queue.ids()[1].bytes)
    assert len(desk.selection) == FIRST_ROWS + 37, "a range selects those that were excepted"


async def test_who_moves_stays_selected_and_who_leaves_does_not(desk: Desk) -> None:
    for subject in ("one", "three", "five"):
        desk.selection.toggle(desk.key(subject))
    case = next(t for t in desk.tickets if t.subject == "one")
    desk.console.clock.advance(600)
    desk.console.office.run(desk.console.shop, _again(desk.console, case))
    desk.console.pull()
    assert desk.subjects == ["one", "five", "three"], "it is the newest now"
    desk.remote("three", Assign(assignee_id=desk.console.ben.id))
    assert (desk.subjects, len(desk.selection)) == (["one", "five"], 2)
    desk.queue.show(desk.queue.view, Sort.WAITING)
    assert desk.subjects == ["one", "five"], "another order is the same view"
    desk.queue.show(View(name=ViewName.ACTIVE))
    assert (desk.subjects, len(desk.selection)) == ([], 0), "another view begins with none"


async def test_exceptions_that_leave_are_not_counted_any_more(desk: Desk) -> None:
    desk.selection.every()
    desk.selection.toggle(desk.key("two"))
    desk.remote("two", SetStatus(status=Status.SOLVED, seen=Status.NEW))
    assert len(desk.selection) == len(desk.queue) == 5


async def test_those_far_behind_stay_selected_while_they_are_there(desk: Desk) -> None:
    desk.selection.toggle(desk.key("one"))
    desk.selection.toggle(desk.key("two"))
    desk.console.flood(FIRST_ROWS + 10)
    desk.console.pull()
    desk.queue.show(desk.queue.view)
    assert desk.queue.position(desk.tickets[0].id, load=False) is None, "not loaded"
    assert len(desk.selection) == 2
    desk.remote("one", Assign(assignee_id=desk.console.ben.id))
    desk.queue.refresh()
    assert len(desk.selection) == 1


def _again(console: Console, ticket: Ticket):
    from tests.parts.acts import received

    return received(
        ticket.conversation_id, "Any news?", name="one Buyer", email="one@mail.test",
        at=console.clock.now(),
    )  # fmt: skip


# -- after a restart


async def test_what_was_selected_is_so_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def again() -> Selection:
        made = Selection(desk.queue)
        made.recall(told)
        return made

    desk.selection.toggle(desk.key("four"))
    desk.selection.toggle(desk.key("two"))
    told = desk.selection.told
    assert {
        key for key in map(desk.key, ("two", "four")) if key in again()
    } == desk.selection._named
    desk.remote("two", Assign(assignee_id=desk.console.ben.id))
    assert len(again()) == 1, "who has left the view is not selected any more"
    desk.selection.every()
    desk.selection.toggle(desk.key("one"))
    told = desk.selection.told
    assert (len(again()), again().whole, desk.key("one") in again()) == (4, True, False)
    monkeypatch.setattr(selection, "MOST_TOLD", 0)
    told = desk.selection.told
    assert (told, len(again())) == ("", 0)
