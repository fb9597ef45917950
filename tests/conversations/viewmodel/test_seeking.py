"""Going to one message: marked when it is there, loaded from here or the server when it is not."""

from uuid import UUID

import pytest

from console.conversations.viewmodel.items import MessageItem
from console.conversations.viewmodel.timeline import Timeline
from console.kernel.ids import new_id
from console.orders.viewmodel import Orders
from console.people.viewmodel import Directory
from console.sync.client import pipe
from tests.conversations.viewmodel.test_older import deliver
from tests.parts.acts import Case
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
LENGTH = 350


@pytest.fixture
async def case(console: Console) -> Case:
    made = console.case()
    console.talk(made, *[f"m{n}" for n in range(2, LENGTH + 1)])
    return made


@pytest.fixture
def timeline(console: Console) -> Timeline:
    return Timeline(console.local, Directory(console.local), Orders(console.local))


def open_at(timeline: Timeline, case: Case) -> None:
    timeline.open(case.conversation_id, case.ticket.id, (), 0)


def message(console: Console, case: Case, pos: int) -> UUID:
    sql = "SELECT id FROM messages WHERE conversation_id = :c AND pos = :p"
    return UUID(bytes=bytes(console.office.rows(sql, c=case.conversation_id.bytes, p=pos)[0][0]))


def places(timeline: Timeline) -> list[int]:
    return [i.message.pos for i in timeline.items.values() if isinstance(i, MessageItem)]


async def test_one_that_is_shown_is_marked_at_once(
    console: Console, timeline: Timeline, case: Case
) -> None:
    console.pull()
    open_at(timeline, case)
    wanted = message(console, case, LENGTH - 3)
    timeline.seeking.seek(case.ticket.id, wanted, LENGTH - 3)
    assert timeline.seeking.marked == wanted
    assert len(places(timeline)) == 100, "nothing more was loaded"


async def test_one_further_up_is_loaded_with_what_stands_before_it(
    console: Console, timeline: Timeline, case: Case
) -> None:
    console.pull()
    open_at(timeline, case)
    timeline.show("internal")
    wanted = message(console, case, 90)
    timeline.seeking.seek(case.ticket.id, wanted, 90)
    assert timeline.seeking.marked == wanted
    assert places(timeline) == list(range(70, LENGTH + 1))
    assert timeline.more


async def test_one_on_the_server_is_fetched_and_then_marked(
    console: Console, timeline: Timeline, case: Case
) -> None:
    console.fetch()
    said: list[pipe.ToEngine] = []
    console.local.say = said.append
    console.stand("live")
    open_at(timeline, case)
    wanted = message(console, case, 10)
    timeline.seeking.seek(case.ticket.id, wanted, 10)
    rounds = 0
    while timeline.seeking.marked is None:
        deepen = [frame for frame in said if isinstance(frame, pipe.Deepen)]
        said.clear()
        deliver(console, deepen[-1])
        rounds += 1
        assert rounds < 5
    assert (timeline.seeking.marked, rounds) == (wanted, 2)
    assert places(timeline)[0] <= 10


async def test_a_ticket_that_is_still_to_be_opened_is_waited_for(
    console: Console, timeline: Timeline, case: Case
) -> None:
    console.pull()
    wanted = message(console, case, LENGTH)
    timeline.seeking.seek(case.ticket.id, wanted, LENGTH)
    assert timeline.seeking.marked is None
    open_at(timeline, case)
    assert timeline.seeking.marked == wanted


async def test_another_ticket_has_no_mark(console: Console, timeline: Timeline, case: Case) -> None:
    other = console.case("Other", email="other@mail.test")
    console.pull()
    open_at(timeline, case)
    timeline.seeking.seek(case.ticket.id, message(console, case, LENGTH), LENGTH)
    open_at(timeline, other)
    assert timeline.seeking.marked is None


async def test_a_message_that_is_nowhere_is_not_waited_for_in_a_circle(
    console: Console, timeline: Timeline, case: Case
) -> None:
    console.pull()
    open_at(timeline, case)
    timeline.seeking.seek(case.ticket.id, new_id(), 5)
    assert timeline.seeking.marked is None
    assert places(timeline)[0] == 1
