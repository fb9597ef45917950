"""The queue: a view's tickets in order, and every edit exact while they change."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import structs

from console.conversations.records import CONVERSATION, SendReply
from console.kernel.codec import NIL
from console.kernel.edits import Change, Edit, Insert, Remove, Reset, applied
from console.kernel.ids import new_id
from console.people.records import PARTY
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.scratch import Draft
from console.tickets.model import Priority, Sort, Status, Ticket, View, ViewName
from console.tickets.records import TICKET, Assign, ChangeTags, SetPriority, SetStatus
from console.tickets.tables import rows
from console.tickets.viewmodel.queue import FIRST_ROWS, Marks, Queue, TicketRow
from console.views.model import Condition
from tests.parts.acts import act, reply
from tests.parts.console import TEAM, Console

pytestmark = pytest.mark.anyio


class Watched:
    """A queue, its keys as its edits alone tell them, and the edits themselves."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.queue = Queue(console.local, Directory(console.local))
        self.keys: list[Hashable] = []
        self.edits: list[Edit] = []
        self.queue.edits.connect(self.follow)

    def follow(self, edits: Sequence[Edit]) -> None:
        self.keys = applied(self.keys, edits)
        self.edits += edits
        assert self.keys == [ticket_id.bytes for ticket_id in self.queue.ids()]

    def show(self, name: ViewName, sort: Sort | None = None, owner: UUID = NIL) -> list[str]:
        self.queue.show(View(name=name, owner=owner), sort)
        return self.subjects

    def load(self) -> None:
        """What the list asks for turn by turn."""
        while self.queue.more:
            self.queue.load_more()

    def row(self, ticket: Ticket) -> TicketRow:
        row = self.queue.row(ticket.id.bytes)
        assert row is not None
        return row

    @property
    def subjects(self) -> list[str]:
        found = (self.queue.row(ticket_id.bytes) for ticket_id in self.queue.ids())
        return [row.subject for row in found if row is not None]

    def kinds(self) -> list[type[Edit]]:
        """The edits since the last look."""
        found = [type(edit) for edit in self.edits]
        self.edits.clear()
        return found

    async def do(self, ticket: Ticket, *args: Assign | SetStatus | SetPriority) -> None:
        for each in args:
            await self.console.local.do(TICKET, ticket.id, each, lane=ticket.id, about="")

    def remote(self, ticket: Ticket, *args: Assign | SetStatus | SetPriority) -> None:
        """Ben does it, and the news arrives."""
        ben = self.console.actor(self.console.ben)
        for each in args:
            self.console.office.run(ben, act(ticket.id, each))
        self.console.pull()


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


# -- staying exact


async def test_a_new_ticket_comes_in_at_its_place(watched: Watched) -> None:
    watched.console.cases("one", "two")
    watched.show(ViewName.UNASSIGNED)
    watched.kinds()
    watched.console.cases("three")
    assert watched.subjects == ["three", "two", "one"]
    assert [type(edit) for edit in watched.edits if not isinstance(edit, Change)] == [Insert]
    watched.kinds()
    late = watched.console.clock.now() - timedelta(seconds=90)
    watched.console.case("between", at=late, email="b@mail.test")
    watched.console.pull()
    assert watched.subjects == ["three", "two", "between", "one"]
    assert [edit.at for edit in watched.edits if isinstance(edit, Insert)] == [2]


async def test_a_message_lifts_its_ticket(watched: Watched) -> None:
    console = watched.console
    one, _, _ = console.cases("one", "two", "three")
    watched.show(ViewName.UNASSIGNED)
    watched.kinds()
    console.clock.advance(60)
    case = console.case("four", at=console.clock.now(), email="four@mail.test")
    console.pull()
    watched.kinds()
    console.office.run(console.actor(console.ben), reply(one.conversation_id))
    console.pull()
    assert watched.queue.position(one.id) in {0, 1}
    assert watched.kinds() == [Remove, Insert]
    assert watched.queue.position(case.ticket.id) in {0, 1}


async def test_a_ticket_that_leaves_the_view_goes_and_comes_back(watched: Watched) -> None:
    one, _, _ = watched.console.cases("one", "two", "three")
    watched.show(ViewName.UNASSIGNED)
    watched.kinds()
    watched.remote(one, Assign(assignee_id=watched.console.ben.id))
    assert (watched.subjects, watched.kinds()) == (["three", "two"], [Remove])
    watched.remote(one, Assign(assignee_id=NIL, seen=watched.console.ben.id))
    assert (watched.subjects, watched.kinds()) == (["three", "two", "one"], [Insert])


async def test_a_change_in_place_is_told_as_one(watched: Watched) -> None:
    one, _ = watched.console.cases("one", "two")
    watched.show(ViewName.UNASSIGNED)
    watched.kinds()
    watched.remote(one, SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL))
    assert watched.edits == [Change(1)]
    assert watched.row(one).priority == Priority.URGENT


async def test_a_ticket_of_which_nothing_is_shown_tells_nothing(watched: Watched) -> None:
    one, _ = watched.console.cases("one", "two")
    watched.show(ViewName.PENDING)
    watched.kinds()
    watched.remote(one, SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL))
    assert watched.kinds() == []


async def test_lost_access_takes_the_ticket_out(watched: Watched) -> None:
    one, two = watched.console.cases("one", "two")
    watched.show(ViewName.ACTIVE)
    office = watched.console.office
    stored = office.get(TICKET, two.id)
    assert stored is not None
    office.write(lambda tx: tx.record(TICKET, two, frozenset({999})))
    watched.console.pull()
    assert (watched.subjects, watched.queue.position(two.id)) == (["one"], None)
    assert watched.queue.position(one.id) == 0


async def test_a_flood_is_read_anew_in_one_go(watched: Watched) -> None:
    watched.console.cases("one")
    watched.show(ViewName.ACTIVE)
    watched.kinds()
    watched.console.flood(FIRST_ROWS + 1)
    watched.console.pull()
    assert watched.kinds() == [Reset]
    assert len(watched.queue) == FIRST_ROWS + 2


async def test_another_cache_is_read_anew(watched: Watched) -> None:
    watched.console.cases("one")
    watched.show(ViewName.ACTIVE)
    watched.console.case("two", email="two@mail.test")
    watched.console.fetch()
    watched.console.local.hear(pipe.Opened(usable=True))
    assert set(watched.subjects) == {"one", "two"}


# -- pending


async def test_ones_own_actions_show_at_once(watched: Watched) -> None:
    console = watched.console
    one, two, three = console.cases("one", "two", "three")
    watched.show(ViewName.UNASSIGNED)
    watched.kinds()
    await watched.do(two, Assign(assignee_id=console.ana.id))
    assert watched.subjects == ["three", "one"]
    await watched.do(three, SetStatus(status=Status.SOLVED, seen=Status.NEW))
    assert watched.subjects == ["one"]
    await watched.do(one, SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL))
    row = watched.row(one)
    assert (row.priority, row.marks.waiting) == (Priority.HIGH, 1)
    await console.push()
    assert (watched.subjects, watched.row(one).marks.waiting) == (["one"], 0)


async def test_a_reply_lifts_and_marks_the_row_until_it_has_arrived(watched: Watched) -> None:
    console = watched.console
    one, _ = console.cases("one", "two")
    watched.show(ViewName.ACTIVE)
    console.clock.advance(60)
    args = SendReply(message_id=new_id(), lane="buyer", body="On its way")
    await console.local.do(CONVERSATION, one.conversation_id, args, lane=one.id, about="Reply")
    row = watched.row(one)
    assert (watched.queue.position(one.id), row.snippet, row.status) == (
        0,
        "On its way",
        Status.OPEN,
    )
    assert (row.unread, row.waiting_since, row.marks.waiting) == (0, None, 1)
    await console.push()
    assert watched.row(one) == replace(row, marks=Marks())


async def test_what_was_refused_marks_the_row_and_shows_theirs(watched: Watched) -> None:
    console = watched.console
    (one,) = console.cases("one")
    watched.show(ViewName.ACTIVE)
    await watched.do(one, Assign(assignee_id=console.ana.id))
    ben = console.actor(console.ben)
    console.office.run(ben, act(one.id, Assign(assignee_id=console.ben.id)))
    await console.push()
    row = watched.row(one)
    assert (row.assignee, row.mine, row.marks.rejected) == ("Ben Ode", False, 1)
    (entry,) = console.local.waiting(one.id)
    await console.local.discard(entry)
    assert watched.row(one).marks.rejected == 0


# -- filters


async def test_a_filter_follows_what_happens(watched: Watched) -> None:
    one, two, three = watched.console.cases("one", "two", "three")
    urgent = Condition(field="priority", values=("urgent", "high"))
    watched.queue.show(View(name=ViewName.FILTER, conditions=(urgent,)), Sort.PRIORITY)
    assert watched.subjects == []
    watched.remote(one, SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL))
    await watched.do(three, SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL))
    assert watched.subjects == ["three", "one"], "pending or confirmed, in the view's order"
    watched.kinds()
    watched.remote(one, SetPriority(priority=Priority.URGENT, seen=Priority.HIGH))
    assert watched.subjects == ["one", "three"]
    assert watched.kinds() == [Remove, Insert]
    watched.remote(one, SetPriority(priority=Priority.LOW, seen=Priority.URGENT))
    assert watched.subjects == ["three"]
    assert two.number


async def test_time_alone_brings_tickets_into_a_filter(watched: Watched) -> None:
    console = watched.console
    console.cases("one", "two", "three")
    waits = Condition(field="waiting", values=("3600",))
    watched.queue.show(View(name=ViewName.FILTER, conditions=(waits,)), Sort.OLDEST)
    assert watched.subjects == []
    console.clock.advance(3600 - 60)
    watched.kinds()
    watched.queue.tick()
    assert (watched.subjects, watched.kinds()) == (["one", "two"], [Insert, Insert])
    console.clock.advance(60)
    watched.queue.tick()
    assert watched.subjects == ["one", "two", "three"]
    watched.kinds()
    watched.queue.tick()
    assert watched.kinds() == [], "nothing differs"
    watched.queue.show(
        View(name=ViewName.FILTER, conditions=(structs.replace(waits, without=True),))
    )
    assert watched.subjects == []
    console.cases("four")
    assert watched.subjects == ["four"]
    console.clock.advance(3600)
    watched.kinds()
    watched.queue.tick()
    assert (watched.subjects, watched.kinds()) == ([], [Remove])


async def test_a_view_that_time_does_not_change_is_left_alone(watched: Watched) -> None:
    watched.console.cases("one")
    watched.show(ViewName.ACTIVE)
    watched.kinds()
    watched.console.clock.advance(86_400)
    watched.queue.tick()
    assert watched.kinds() == []


async def test_a_row_has_what_a_table_shows(watched: Watched) -> None:
    (one,) = watched.console.cases("one")
    args = ChangeTags(add=("late", "vip"))
    await watched.console.local.do(TICKET, one.id, args, lane=one.id, about="")
    watched.show(ViewName.ACTIVE)
    row = watched.row(one)
    assert (row.team, row.tags, row.created_at) == (TEAM, ("late", "vip"), one.created_at)
