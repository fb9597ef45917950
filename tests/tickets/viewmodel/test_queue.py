"""The queue: a view's tickets in order, and what a row says of each."""

from uuid import UUID

import pytest
from msgspec import structs

from console.kernel.codec import NIL
from console.kernel.edits import Change, Insert, Reset
from console.kernel.ids import new_id
from console.people.records import PARTY
from console.sync.client.scratch import Draft
from console.tickets.model import Sort, Status, ViewName
from console.tickets.records import TICKET, Assign, ChangeTags, SetStatus
from console.tickets.tables import rows
from console.tickets.viewmodel.queue import FIRST_ROWS
from tests.parts.acts import reply
from tests.parts.console import TEAM, Console
from tests.tickets.viewmodel.watched import Watched

pytestmark = pytest.mark.anyio


@pytest.fixture
async def watched(console: Console) -> Watched:
    return Watched(console)


# -- views and sorts


async def test_every_view_has_its_tickets(watched: Watched) -> None:
    console = watched.console
    one, two, three, four, five = console.cases("one", "two", "three", "four", "five")
    watched.remote(one, Assign(assignee_id=console.ana.id))
    watched.remote(two, Assign(assignee_id=console.ben.id))
    for ticket, status in ((three, Status.PENDING), (four, Status.HOLD), (five, Status.SOLVED)):
        watched.remote(ticket, SetStatus(status=status, seen=Status.NEW))
    assert watched.show(ViewName.MINE) == ["one"]
    assert watched.show(ViewName.UNASSIGNED) == []
    assert watched.show(ViewName.ACTIVE) == ["two", "one"]
    assert watched.show(ViewName.WAITING) == ["two", "one"]
    assert watched.show(ViewName.PENDING) == ["three"]
    assert watched.show(ViewName.HOLD) == ["four"]
    assert watched.show(ViewName.SOLVED) == ["five"]
    assert watched.show(ViewName.TEAM, owner=console.team.id) == ["two", "one"]
    assert watched.show(ViewName.TEAM, owner=new_id()) == []


async def test_newest_first_or_whoever_waits_longest(watched: Watched) -> None:
    console = watched.console
    one, two, _ = console.cases("one", "two", "three")
    console.clock.advance(60)
    console.office.run(console.actor(console.ben), reply(one.conversation_id))
    console.office.run(console.actor(console.ben), reply(two.conversation_id))
    console.pull()
    newest = watched.show(ViewName.ACTIVE, Sort.NEWEST)
    assert (set(newest[:2]), newest[2]) == ({"one", "two"}, "three")
    assert watched.show(ViewName.ACTIVE, Sort.WAITING)[0] == "three"
    assert watched.show(ViewName.WAITING) == ["three"]


async def test_a_sort_stays_through_the_views(watched: Watched) -> None:
    watched.console.cases("one", "two", "three")
    assert watched.show(ViewName.ACTIVE, Sort.WAITING) == ["one", "two", "three"]
    assert watched.show(ViewName.UNASSIGNED) == ["one", "two", "three"]
    assert watched.show(ViewName.UNASSIGNED, Sort.NEWEST) == ["three", "two", "one"]


async def test_tickets_of_one_moment_have_one_order(watched: Watched) -> None:
    at = watched.console.clock.now()
    for n in range(6):
        watched.console.case(str(n), at=at, email=f"{n}@mail.test")
    watched.console.pull()
    for sort in Sort:
        shown = watched.show(ViewName.ACTIVE, sort)
        ids = watched.queue.ids()
        assert len(shown) == 6
        assert [watched.queue.position(ticket_id) for ticket_id in ids] == list(range(6))
        watched.queue.refresh()
        assert watched.queue.ids() == ids


@pytest.mark.parametrize("count", [FIRST_ROWS - 1, FIRST_ROWS, FIRST_ROWS + 5])
async def test_the_rest_follows_the_first_rows(watched: Watched, count: int) -> None:
    watched.console.flood(count)
    watched.console.pull()
    watched.kinds()
    watched.show(ViewName.ACTIVE)
    assert (len(watched.queue), len(watched.keys)) == (count, min(count, FIRST_ROWS))
    watched.load()
    assert len(watched.queue) == len(watched.keys) == count
    more = count > FIRST_ROWS
    assert [type(edit) for edit in watched.edits] == [Reset, Insert][: 1 + more]
    assert all(edit.keys for edit in watched.edits if isinstance(edit, Insert))


@pytest.mark.parametrize("sort", Sort)
async def test_what_moves_while_the_rest_loads_stands_where_it_belongs(
    watched: Watched, sort: Sort
) -> None:
    console = watched.console
    console.flood(FIRST_ROWS + 40)
    console.pull()
    watched.show(ViewName.ACTIVE, sort)
    queue = watched.queue
    queue.load_more(10)
    assert (len(watched.keys), queue.more) == (FIRST_ROWS + 10, True)
    every = console.local.reader
    assert every is not None
    all_ids = [UUID(bytes=raw) for _, raw in rows.places(every, queue.view, NIL, sort, 1_000)]
    found = rows.tickets(every, all_ids)
    inside, border, behind = (found[all_ids[n]] for n in (5, FIRST_ROWS + 9, FIRST_ROWS + 30))
    for ticket in (inside, border, behind):
        console.clock.advance(60)
        watched.remote(ticket, SetStatus(status=Status.PENDING, seen=ticket.status))
    for ticket in (border, behind):
        watched.remote(ticket, SetStatus(status=Status.OPEN, seen=Status.PENDING))
    watched.load()
    now = [UUID(bytes=raw) for _, raw in rows.places(every, queue.view, NIL, sort, 1_000)]
    assert queue.ids() == now
    assert len(queue) == FIRST_ROWS + 39


async def test_a_ticket_far_behind_is_found_and_one_of_another_view_is_not(
    watched: Watched,
) -> None:
    watched.console.flood(FIRST_ROWS + 40)
    watched.console.pull()
    reader = watched.console.local.reader
    assert reader is not None
    watched.show(ViewName.ACTIVE)
    every = rows.places(reader, watched.queue.view, NIL, watched.queue.sort, 1_000)
    assert watched.queue.position(new_id()) is None
    assert watched.queue.more
    last = UUID(bytes=every[-1][1])
    assert watched.queue.position(last) == FIRST_ROWS + 39
    assert not watched.queue.more


# -- what a row says


async def test_what_a_row_says(watched: Watched) -> None:
    console = watched.console
    console.clock.advance(60)
    case = console.case(
        "Cup broken", body="It is\n in two  pieces", name="Omar", at=console.clock.now()
    )
    case.hear("Hello?", name="Omar", at=console.clock.now())
    console.pull()
    watched.show(ViewName.UNASSIGNED)
    row = watched.row(case.ticket)
    assert (row.number, row.subject, row.requester, row.side) == (1, "Cup broken", "Omar", "buyer")
    assert (row.snippet, row.unread, row.status) == ("Hello?", 2, Status.NEW)
    assert (row.waiting_since, row.updated_at) == (console.clock.now(), console.clock.now())
    assert (row.assignee, row.mine, row.channel) == ("", False, "email")
    assert watched.queue.row(new_id().bytes) is None


async def test_whose_it_is(watched: Watched) -> None:
    one, two = watched.console.cases("one", "two")
    watched.remote(one, Assign(assignee_id=watched.console.ana.id))
    watched.remote(two, Assign(assignee_id=watched.console.ben.id))
    watched.show(ViewName.ACTIVE)
    assert [(watched.row(t).assignee, watched.row(t).mine) for t in (one, two)] == [
        ("Ana Kovac", True),
        ("Ben Ode", False),
    ]


async def test_a_draft_marks_its_row_at_once_and_until_it_is_gone(watched: Watched) -> None:
    console = watched.console
    one, _ = console.cases("one", "two")
    watched.show(ViewName.ACTIVE)
    assert not watched.row(one).marks.draft
    watched.kinds()
    for body in ("D", "De", "Dear"):
        console.local.keep_draft(one.id, Draft(to="buyer", body=body))
    assert watched.row(one).marks.draft
    assert watched.edits == [Change(1)], "once, not with every key"
    console.local.keep_draft(one.id, Draft(to="buyer", body=""))
    assert not watched.row(one).marks.draft
    await console.settled()


async def test_a_renamed_customer_is_renamed_in_the_list(watched: Watched) -> None:
    (one,) = watched.console.cases("one")
    watched.show(ViewName.ACTIVE)
    assert watched.row(one).requester == "one Buyer"
    stored = watched.console.office.get(PARTY, one.requester_id)
    assert stored is not None
    renamed = structs.replace(stored.record, name="Somebody Else")
    watched.console.office.write(lambda tx: tx.record(PARTY, renamed))
    watched.kinds()
    watched.console.pull()
    assert (watched.row(one).requester, watched.kinds()) == ("Somebody Else", [Change])


async def test_a_row_has_what_a_table_shows(watched: Watched) -> None:
    (one,) = watched.console.cases("one")
    args = ChangeTags(add=("late", "vip"))
    await watched.console.local.do(TICKET, one.id, args, lane=one.id, about="")
    watched.show(ViewName.ACTIVE)
    row = watched.row(one)
    assert (row.team, row.tags, row.created_at) == (TEAM, ("late", "vip"), one.created_at)
