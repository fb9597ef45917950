"""The queue stays exact while tickets change: what comes from others, what is pending, filters."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from console.conversations.records import CONVERSATION, SendReply
from console.fields.model import Content, CustomField
from console.fields.records import FIELD
from console.kernel.codec import NIL
from console.kernel.edits import Change, Insert, Remove, Reset
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from console.sync.client import pipe
from console.tickets.model import Priority, Sort, Status, View, ViewName
from console.tickets.model.orders import ByField
from console.tickets.records import TICKET, Assign, SetField, SetPriority, SetStatus
from console.tickets.viewmodel.others import NOBODY
from console.tickets.viewmodel.queue import FIRST_ROWS
from console.tickets.viewmodel.row import Marks
from console.views.model import Condition
from tests.parts.acts import act, reply
from tests.parts.console import Console
from tests.tickets.viewmodel.watched import Watched

pytestmark = pytest.mark.anyio


@pytest.fixture
async def watched(console: Console) -> Watched:
    return Watched(console)


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


async def test_what_is_behind_a_filters_first_rows_is_counted_when_there_is_time(
    watched: Watched,
) -> None:
    watched.console.flood(FIRST_ROWS + 5)
    watched.console.pull()
    told: list[None] = []
    watched.queue.uncounted.connect(told.append)
    watched.queue.counted.connect(told.append)
    watched.queue.show(View(name=ViewName.FILTER, conditions=(Condition(field="unread"),)))
    assert (told, watched.queue.counting) == ([], False), "there is nothing behind none"
    watched.queue.show(View(name=ViewName.FILTER))
    assert (len(watched.queue), watched.queue.counting, len(told)) == (FIRST_ROWS, True, 1)
    while watched.queue.count_next():
        pass
    assert (len(watched.queue), watched.queue.counting) == (FIRST_ROWS + 5, False)


async def test_somebody_who_comes_to_a_ticket_changes_its_row_and_no_other(
    console: Console, watched: Watched
) -> None:
    one, _, three = console.cases("one", "two", "three")
    watched.show(ViewName.UNASSIGNED)
    for ticket in (one, three):
        assert watched.row(ticket).others == NOBODY
    watched.kinds()
    console.meet(console.ben, three.id)
    assert watched.edits == [Change(0)]
    assert watched.row(three).others.words == "Ben is viewing"
    console.meet(console.ben, three.id)
    console.meet(console.cara, new_id())
    assert watched.kinds() == [Change], "what is known, or of another list, is no news"
    console.meet(console.ben, three.id, "typing:buyer")
    assert watched.row(three).others.writes
    console.meet(console.ben, three.id, "left")
    assert watched.row(three).others == NOBODY
    assert watched.row(one).others == NOBODY
    assert watched.kinds() == [Change, Change]


async def test_a_row_that_is_read_anew_knows_who_is_there(
    console: Console, watched: Watched
) -> None:
    (one,) = console.cases("one")
    console.meet(console.ben, one.id, "noting")
    watched.show(ViewName.UNASSIGNED)
    assert watched.row(one).others.words == "Ben is writing a note…"


async def test_an_order_by_a_field_stays_exact(console: Console, watched: Watched) -> None:
    one, two, three = console.cases("one", "two", "three")
    field = CustomField(id=new_id(), content=Content(name="Sum", type="number"))
    console.office.write(lambda tx: tx.record(FIELD, field, org_scopes()))
    console.pull()
    watched.show(ViewName.UNASSIGNED, ByField(field.id, down=True))
    assert watched.subjects == ["three", "two", "one"], "none has a value: the newest first"
    for ticket, value in ((one, 10), (two, 9)):
        wish = SetField(field_id=field.id, value=value, seen=None)
        await console.local.do(TICKET, ticket.id, wish, lane=ticket.id, about="")
    assert watched.subjects == ["one", "two", "three"]
    wish = SetField(field_id=field.id, value=100, seen=None)
    await console.local.do(TICKET, three.id, wish, lane=three.id, about="")
    assert watched.subjects == ["three", "one", "two"]
    off = structs.replace(field, content=Content(name="Sum", type="number", active=False))
    console.office.write(lambda tx: tx.record(FIELD, off, org_scopes()))
    console.pull()
    times = [watched.row(ticket).updated_at for ticket in (one, two, three)]
    assert watched.subjects == [
        name for _, name in sorted(zip(times, ("one", "two", "three"), strict=True), reverse=True)
    ]
