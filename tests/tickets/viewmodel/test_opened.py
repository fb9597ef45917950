"""The open ticket: all that surrounds it, as it is now, whatever came in since."""

import pytest

from console.conversations.records import CONVERSATION, SendReply
from console.conversations.viewmodel.items import EventItem, MessageItem
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.orders.model import EventName, OrderEvent
from console.orders.records import RecordOrderEvent
from console.orders.server import order_id_of
from console.people.model import INTAKE_SCOPE
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.tickets.model import Priority, Status
from console.tickets.records import TICKET, Assign, SetPriority, SetStatus
from console.tickets.viewmodel.opened import OTHERS_SHOWN, Opened, OpenState
from tests.parts.acts import Case, act
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Open:
    """An open ticket, and how often it said that it changed."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.opened = Opened(console.local, Directory(console.local))
        self.said = 0
        self.opened.changed.connect(self.count)

    def count(self, _: None) -> None:
        self.said += 1

    def show(self, case: Case) -> "Open":
        self.opened.open(case.ticket.id)
        self.said = 0
        return self

    @property
    def state(self) -> OpenState:
        assert self.opened.state is not None
        return self.opened.state

    @property
    def bodies(self) -> list[str]:
        items = self.opened.timeline.items.values()
        return [item.message.body for item in items if isinstance(item, MessageItem)]

    @property
    def events(self) -> int:
        return sum(isinstance(item, EventItem) for item in self.opened.timeline.items.values())


@pytest.fixture
async def open_(console: Console) -> Open:
    return Open(console)


async def test_everything_around_the_conversation(open_: Open) -> None:
    console = open_.console
    console.order("A-1")
    case = console.case("Parcel", order_number="A-1")
    other = console.case("Earlier one")
    console.office.run(
        console.actor(), act(other.ticket.id, SetStatus(status=Status.SOLVED, seen=Status.NEW))
    )
    console.office.run(console.actor(), act(case.ticket.id, Assign(assignee_id=console.ben.id)))
    console.pull()
    state = open_.show(case).state
    assert (state.ticket, state.assignee, state.team) == (case.ticket, "Ben Ode", "Europe")
    assert state.requester is not None
    assert state.requester.name == "Lena Braun"
    assert [card.order.number for card in state.orders] == ["A-1"]
    assert [ticket.subject for ticket in state.others] == ["Earlier one"]
    assert (state.open_cases, list(state.waiting)) == (1, [])
    assert open_.bodies == ["Where is my parcel?"]
    assert open_.opened.composer.state.to.name == "Lena Braun"


async def test_no_more_others_than_there_is_room_for(open_: Open) -> None:
    cases = [open_.console.case(str(n)) for n in range(OTHERS_SHOWN + 3)]
    open_.console.pull()
    state = open_.show(cases[0]).state
    assert len(state.others) == OTHERS_SHOWN
    assert cases[0].ticket not in state.others


async def test_every_open_case_counts_not_only_those_shown(open_: Open) -> None:
    cases = [open_.console.case(str(n)) for n in range(OTHERS_SHOWN + 3)]
    open_.console.pull()
    assert open_.show(cases[0]).state.open_cases == OTHERS_SHOWN + 3


async def test_nothing_is_open_at_first_and_again_with_nil(open_: Open) -> None:
    assert (open_.opened.state, open_.opened.ticket_id) == (None, NIL)
    case = open_.console.case()
    open_.console.pull()
    open_.show(case)
    open_.opened.open(NIL)
    assert open_.opened.state is None
    assert open_.opened.timeline.items == {}
    assert open_.opened.composer.state.text == ""


async def test_others_news_are_shown_as_they_come(open_: Open) -> None:
    console = open_.console
    case = console.case()
    console.pull()
    open_.show(case)
    console.office.run(
        console.actor(console.ben),
        act(case.ticket.id, SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL)),
    )
    console.pull()
    assert (open_.state.ticket.priority, open_.said) == (Priority.URGENT, 1)
    case.hear("And now?")
    console.pull()
    assert open_.bodies == ["Where is my parcel?", "And now?"]
    assert open_.state.ticket.unread == 2


async def test_news_of_other_tickets_are_not_ones_own(open_: Open) -> None:
    case = open_.console.case()
    open_.console.pull()
    open_.show(case)
    open_.console.cases("somebody else's")
    assert open_.said == 0


async def test_another_case_of_the_same_customer_is_shown_as_it_comes(open_: Open) -> None:
    case = open_.console.case()
    open_.console.pull()
    open_.show(case)
    open_.console.case("And another thing")
    open_.console.pull()
    assert [ticket.subject for ticket in open_.state.others] == ["And another thing"]
    assert open_.state.open_cases == 2


async def test_ones_own_actions_show_at_once(open_: Open) -> None:
    console = open_.console
    case = console.case()
    console.pull()
    open_.show(case)
    await console.local.do(
        TICKET, case.ticket.id, Assign(assignee_id=console.ana.id), lane=case.ticket.id, about="x"
    )
    assert (open_.state.assignee, len(open_.state.waiting)) == ("Ana Kovac", 1)
    await console.push()
    assert (open_.state.assignee, list(open_.state.waiting)) == ("Ana Kovac", [])


async def test_an_order_that_is_named_later_brings_its_card_and_its_events(open_: Open) -> None:
    console = open_.console
    console.order("A-1")
    case = console.case()
    console.pull()
    assert open_.show(case).events == 0
    case.hear("It is order A-1", order_number="A-1")
    console.pull()
    assert [card.order.number for card in open_.state.orders] == ["A-1"]
    assert open_.events == 3
    event = OrderEvent(console.clock.now(), EventName.DELIVERED)
    console.office.run(console.shop, act(order_id_of("A-1"), RecordOrderEvent(event=event)))
    console.pull()
    assert open_.events == 4
    assert open_.state.orders[0].order.events[-1] == event


async def test_a_lane_that_joins_can_be_written_to(open_: Open) -> None:
    console = open_.console
    case = console.case()
    console.pull()
    open_.show(case)
    case.hear("We sent it", side="seller", name="Nordlicht", email="n@nord.test")
    console.pull()
    choices = [choice.name for choice in open_.opened.composer.state.choices]
    assert choices == ["Lena Braun", "Nordlicht", ""]


async def test_a_ticket_that_is_lost_is_gone_and_comes_back_whole(open_: Open) -> None:
    console = open_.console
    case = console.case()
    console.pull()
    open_.show(case)
    ticket, scopes = case.ticket, frozenset({INTAKE_SCOPE})
    conversation = console.office.get(CONVERSATION, case.conversation_id)
    assert conversation is not None

    def show_in(where: frozenset[int]) -> None:
        console.office.write(lambda tx: tx.record(TICKET, ticket, where))
        console.office.write(lambda tx: tx.record(CONVERSATION, conversation.record, where))
        console.pull()

    show_in(frozenset({999}))
    assert (open_.opened.state, open_.opened.ticket_id) == (None, ticket.id)
    assert open_.bodies == []
    show_in(scopes)
    assert open_.state.ticket.id == ticket.id
    assert open_.bodies == ["Where is my parcel?"]
    assert open_.opened.composer.state.to.name == "Lena Braun"


async def test_a_ticket_opened_before_it_is_here_is_shown_when_it_comes(open_: Open) -> None:
    case = open_.console.case()
    open_.show(case)
    assert open_.opened.state is None
    open_.console.pull()
    assert open_.state.ticket == case.ticket
    assert open_.bodies == ["Where is my parcel?"]
    assert open_.opened.composer.state.to.lane == "buyer"


async def test_typing_does_not_stir_what_is_shown(open_: Open) -> None:
    case = open_.console.case()
    open_.console.pull()
    open_.show(case)
    open_.opened.composer.type("Dear", 4)
    open_.opened.composer.type("Dear Lena", 9)
    assert open_.said == 0


async def test_another_cache_is_read_anew_and_the_text_stays(open_: Open) -> None:
    console = open_.console
    case = console.case()
    console.pull()
    open_.show(case)
    open_.opened.composer.type("Dear Lena", 9)
    case.hear("And now?")
    console.fetch()
    console.local.hear(pipe.Opened(usable=True))
    assert open_.state.ticket.unread == 2
    assert open_.bodies == ["Where is my parcel?", "And now?"]
    assert open_.opened.composer.state.text == "Dear Lena"


async def test_what_was_refused_waits_beside_the_ticket(open_: Open) -> None:
    console = open_.console
    case = console.case()
    console.pull()
    open_.show(case)
    args = SendReply(message_id=new_id(), lane="seller", body="Nobody is there")
    await console.local.do(
        CONVERSATION, case.conversation_id, args, lane=case.ticket.id, about="Reply"
    )
    assert open_.bodies == ["Where is my parcel?", "Nobody is there"]
    await console.push()
    assert open_.bodies == ["Where is my parcel?"]
    assert [entry.state for entry in open_.state.waiting] == ["rejected"]
    await console.local.discard(open_.state.waiting[0])
    assert list(open_.state.waiting) == []


async def test_whoever_comes_back_to_a_window_sees_the_draft_as_another_left_it(
    console: Console,
) -> None:
    case = console.case()
    console.pull()
    one, other = Open(console).show(case), Open(console).show(case)
    one.opened.composer.type("Refunded in full", 0)
    other.opened.resume()
    one.opened.composer.format(rich=True)
    one.opened.composer.type("Refunded in full", 0, "<p>Refunded <b>in full</b></p>")
    one.opened.composer.address("internal")
    one.opened.composer.follow({"status": "pending"})
    other.opened.resume()
    mine, theirs = one.opened.composer, other.opened.composer
    assert (theirs.state.html, theirs.state.to) == (mine.state.html, mine.state.to)
    assert theirs.then == mine.then
