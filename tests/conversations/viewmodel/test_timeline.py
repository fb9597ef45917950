"""The timeline: days, lanes, what is new, order events, older pages, and every edit exact."""

from collections.abc import Hashable, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.conversations.tables.rows import PAGE
from console.conversations.viewmodel.items import DayItem, EventItem, MessageItem, NewItem
from console.conversations.viewmodel.timeline import Timeline
from console.kernel.codec import NIL
from console.kernel.edits import Change, Edit, Insert, Reset
from console.kernel.ids import new_id
from console.orders.model import EventName, OrderEvent
from console.orders.records import RecordOrderEvent
from console.orders.server import order_id_of
from console.orders.viewmodel import Orders
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.records import Result
from tests.parts.acts import AT, Case, act, note, reply
from tests.parts.console import Console
from tests.parts.edits import applied

pytestmark = pytest.mark.anyio


class Reading:
    """A timeline, its keys as its edits alone tell them, and the edits themselves."""

    def __init__(self, console: Console, case: Case) -> None:
        self.console, self.case = console, case
        local = console.local
        self.timeline = Timeline(local, Directory(local), Orders(local), UTC)
        self.keys: list[Hashable] = []
        self.edits: list[Edit] = []
        self.timeline.edits.connect(self.follow)

    def follow(self, edits: Sequence[Edit]) -> None:
        self.keys = applied(self.keys, edits)
        self.edits += edits
        assert self.keys == list(self.timeline.items), "edits and items tell the same"

    def open(self, unread: int = 0) -> "Reading":
        ticket = self.case.ticket
        ids = ticket.conversation_id, ticket.id
        self.timeline.open(*ids, ticket.order_ids, unread)
        self.edits.clear()
        return self

    async def say(self, body: str, *, internal: bool = False) -> None:
        """Ana queues a reply to the buyer, or a note."""
        args: SendReply | AddNote = SendReply(message_id=new_id(), lane="buyer", body=body)
        if internal:
            args = AddNote(message_id=new_id(), body=body)
        lane = self.case.ticket.id
        target = self.case.conversation_id
        await self.console.local.do(CONVERSATION, target, args, lane=lane, about="say")

    @property
    def messages(self) -> list[MessageItem]:
        return [item for item in self.timeline.items.values() if isinstance(item, MessageItem)]

    @property
    def bodies(self) -> list[str]:
        return [item.message.body for item in self.messages]

    @property
    def shape(self) -> str:
        """One letter an item: day, new, event, message."""
        letters = {DayItem: "d", NewItem: "n", EventItem: "e", MessageItem: "m"}
        return "".join(letters[type(item)] for item in self.timeline.items.values())


@pytest.fixture
async def reading(console: Console) -> Reading:
    """Lena and the shop wrote today, Ben answered her and left a note."""
    case = console.case(body="first")
    case.hear("second", side="seller", name="Nordlicht Shop", email="s@nord.test")
    ben = console.actor(console.ben)
    for minutes, command in ((5, reply), (6, note)):
        console.clock.advance(minutes)
        console.office.run(ben, command(case.conversation_id, command.__name__))
    console.pull()
    return Reading(console, case).open()


async def test_who_said_what_to_whom(reading: Reading) -> None:
    found = [
        (m.author, m.to, m.message.lane, m.mine, m.delivery, m.message.body)
        for m in reading.messages
    ]
    assert found == [
        ("Lena Braun", "", "buyer", False, "received", "first"),
        ("Nordlicht Shop", "", "seller", False, "received", "second"),
        ("Ben Ode", "Lena Braun", "buyer", False, "sent", "reply"),
        ("Ben Ode", "", "internal", False, "sent", "note"),
    ]


async def test_each_day_begins_with_a_line(console: Console) -> None:
    case = console.case(at=datetime(2026, 2, 27, 23, 59, tzinfo=UTC))
    for day, hour in ((28, 0), (28, 23)):
        case.hear(at=datetime(2026, 2, day, hour, tzinfo=UTC))
    console.pull()
    reading = Reading(console, case).open()
    assert reading.shape == "dmdmm"
    days = [item.day for item in reading.timeline.items.values() if isinstance(item, DayItem)]
    assert days == [date(2026, 2, 27), date(2026, 2, 28)]


# -- lanes and counts


@pytest.mark.parametrize(
    ("chosen", "bodies"),
    [
        ("buyer", ["first", "reply"]),
        ("seller", ["second"]),
        ("internal", ["note"]),
        ("orders", []),
        ("all", ["first", "second", "reply", "note"]),
    ],
)
async def test_one_lane_alone(reading: Reading, chosen: str, bodies: list[str]) -> None:
    reading.timeline.show(chosen)
    assert reading.bodies == bodies
    assert isinstance(reading.edits[-1], Reset)


async def test_how_many_each_lane_has_whatever_is_shown(reading: Reading) -> None:
    reading.timeline.show("seller")
    assert reading.timeline.counts() == {"buyer": 2, "seller": 1, "internal": 1, "orders": 0}


async def test_opening_another_shows_all_its_lanes(reading: Reading) -> None:
    reading.timeline.show("seller")
    reading.open()
    assert (reading.timeline.filter, len(reading.messages)) == ("all", 4)
    reading.timeline.open(NIL, NIL, (), 0)
    assert (reading.timeline.items, reading.keys) == ({}, [])


# -- new since somebody looked


async def test_the_line_stands_above_the_first_message_nobody_opened(reading: Reading) -> None:
    for n in range(3):
        reading.console.clock.advance(60)
        reading.case.hear(f"new {n}", at=reading.console.clock.now())
    reading.console.pull()
    reading.open(unread=3)
    keys = list(reading.timeline.items)
    assert reading.timeline.items["new"] == NewItem(3)
    after = reading.timeline.items[keys[keys.index("new") + 1]]
    assert isinstance(after, MessageItem)
    assert after.message.body == "new 0"
    reading.open(unread=0)
    assert "new" not in reading.timeline.items


async def test_the_line_stays_where_it_was_while_more_comes_in(reading: Reading) -> None:
    console = reading.console
    console.clock.advance(60)
    reading.case.hear("unread", at=console.clock.now())
    console.pull()
    reading.open(unread=1)
    before = list(reading.timeline.items)
    console.clock.advance(60)
    reading.case.hear("while I look", at=console.clock.now())
    console.pull()
    assert list(reading.timeline.items)[:-1] == before
    assert [type(edit) for edit in reading.edits] == [Insert]


# -- staying exact


async def test_a_message_that_comes_in_is_one_insert_at_the_end(reading: Reading) -> None:
    before = len(reading.keys)
    reading.console.clock.advance(60)
    reading.case.hear("third", at=reading.console.clock.now())
    reading.console.pull()
    assert reading.bodies[-1] == "third"
    (edit,) = reading.edits
    assert edit == Insert(before, [reading.keys[-1]])


async def test_news_of_other_conversations_changes_nothing(reading: Reading) -> None:
    reading.console.case("Other", email="omar@mail.test")
    reading.console.pull()
    assert reading.edits == []


async def test_a_renamed_party_is_renamed_on_all_their_messages(reading: Reading) -> None:
    reading.console.clock.advance(60)
    reading.case.hear("third", name="Lena Maria Braun", at=reading.console.clock.now())
    reading.console.pull()
    assert reading.messages[0].author == "Lena Maria Braun"
    assert any(isinstance(edit, Change) for edit in reading.edits)


async def test_a_reply_shows_at_once_as_waiting_and_then_as_sent(reading: Reading) -> None:
    await reading.say("On its way")
    last = reading.messages[-1]
    assert (last.message.body, last.to, last.mine, last.delivery) == (
        "On its way",
        "Lena Braun",
        True,
        "waiting",
    )
    key = reading.keys[-1]
    reading.edits.clear()
    await reading.console.push()
    assert reading.messages[-1].delivery == "sent"
    assert reading.keys[-1] == key, "the same row all along"
    assert {type(edit) for edit in reading.edits} == {Change}


async def test_accepted_is_still_on_its_way_until_the_cache_has_it(reading: Reading) -> None:
    await reading.say("On its way")
    seen = []
    await reading.console.push(pull=False)
    seen.append(reading.messages[-1].delivery)
    reading.console.pull()
    seen.append(reading.messages[-1].delivery)
    assert seen == ["waiting", "sent"]


async def test_an_answer_that_comes_after_the_change_settles_at_once(reading: Reading) -> None:
    """The socket may bring the message before the post brings its outcome."""
    await reading.say("On its way")
    (entry,) = reading.console.local.entries.values()
    outcome = reading.console.office.run(reading.console.actor(), entry.command)
    reading.console.pull()
    assert reading.messages[-1].delivery == "waiting"
    reading.console.local.hear(pipe.Answered((Result(entry.command.cmd_id, outcome),)))
    assert (reading.messages[-1].delivery, reading.bodies.count("On its way")) == ("sent", 1)


async def test_notes_and_replies_wait_in_their_order(reading: Reading) -> None:
    await reading.say("one")
    await reading.say("two", internal=True)
    await reading.say("three")
    assert reading.bodies[-3:] == ["one", "two", "three"]
    assert [m.message.pos for m in reading.messages] == [1, 2, 3, 4, 5, 6, 7]


async def test_a_refused_reply_leaves_the_timeline(reading: Reading) -> None:
    await reading.say("Me first")
    reading.console.office.run(
        reading.console.actor(reading.console.ben), reply(reading.case.conversation_id, "No, me")
    )
    await reading.console.push()
    assert "Me first" not in reading.bodies
    assert reading.bodies[-1] == "No, me"
    (entry,) = reading.console.local.waiting(reading.case.ticket.id)
    assert entry.state == "rejected"


async def test_another_cache_is_read_anew(reading: Reading) -> None:
    """The engine has fetched everything again, and no Changed frame names the messages."""
    console = reading.console
    console.clock.advance(60)
    reading.case.hear("came with the fetch", at=console.clock.now())
    console.fetch()
    console.local.hear(pipe.Opened(usable=True))
    assert reading.bodies[-1] == "came with the fetch"


# -- order events


async def test_order_events_stand_among_the_messages_by_time(console: Console) -> None:
    console.order("A-1")
    case = console.case(order_number="A-1", at=AT + timedelta(seconds=90))
    console.pull()
    reading = Reading(console, case).open()
    assert reading.shape == "deeme"
    reading.timeline.show("orders")
    assert reading.shape == "deee"
    assert reading.timeline.counts()["orders"] == 3
    console.clock.advance(60)
    event = OrderEvent(console.clock.now(), EventName.DELIVERED, "Hamburg")
    reading.edits.clear()
    console.office.run(console.shop, act(order_id_of("A-1"), RecordOrderEvent(event=event)))
    console.pull()
    shown = list(reading.timeline.items.values())[-1]
    assert isinstance(shown, EventItem)
    assert (shown.number, shown.event.place) == ("A-1", "Hamburg")
    assert [type(edit) for edit in reading.edits] == [Insert]


# -- older pages


async def test_older_pages_come_on_top_until_there_are_none(console: Console) -> None:
    case = console.case(body="0", at=AT)
    console.talk(case, *map(str, range(1, 2 * PAGE + 5)))
    console.pull()
    reading = Reading(console, case).open()
    assert (len(reading.messages), reading.timeline.more) == (PAGE, True)
    assert reading.bodies[-1] == str(2 * PAGE + 4)
    shown = [PAGE]
    while reading.timeline.more:
        reading.timeline.older()
        shown.append(len(reading.messages))
    assert shown == [PAGE, 2 * PAGE, 2 * PAGE + 5]
    assert reading.bodies == [str(n) for n in range(2 * PAGE + 5)]
    reading.edits.clear()
    reading.timeline.older()
    assert reading.edits == []


async def test_events_older_than_the_pages_shown_wait_for_their_page(console: Console) -> None:
    console.order("A-1")
    case = console.case(body="0", order_number="A-1", at=AT + timedelta(hours=1))
    console.clock.advance(7200)
    console.talk(case, *map(str, range(1, PAGE + 1)))
    console.pull()
    reading = Reading(console, case).open()
    assert "e" not in reading.shape
    reading.timeline.older()
    assert reading.shape.startswith("deeem")


async def test_what_comes_in_while_only_the_end_is_loaded_does_not_load_the_rest(
    console: Console,
) -> None:
    case = console.case(body="0", at=AT)
    console.talk(case, *map(str, range(1, PAGE + 20)))
    console.pull()
    reading = Reading(console, case).open()
    case.hear("new", at=console.clock.now())
    console.pull()
    assert (len(reading.messages), reading.bodies[-1]) == (PAGE + 1, "new")


async def test_a_thread_that_is_fetched_while_it_is_open_shows_its_end(console: Console) -> None:
    """A first fetch brings the newest first: all that has come is never loaded at once."""
    case = console.case(body="0", at=AT)
    for n in range(1, 2 * PAGE):
        case.hear(str(n), at=AT + timedelta(seconds=n))
    console.pull()
    run = console.replica._database.writer.raw_connection().cursor().execute
    run("CREATE TEMP TABLE away AS SELECT * FROM messages")
    run("DELETE FROM messages")
    reading = Reading(console, case).open()
    assert reading.messages == []
    shown = []
    for first, last in ((2 * PAGE - 2, 2 * PAGE), (2 * PAGE - 5, 2 * PAGE - 3), (1, 2 * PAGE - 6)):
        between = "FROM temp.away WHERE pos BETWEEN ? AND ?"
        run(f"INSERT INTO messages SELECT * {between}", (first, last))
        ids = [UUID(bytes=row[0]) for row in run(f"SELECT id {between}", (first, last))]
        console.local.hear(pipe.Changed({"message": ids}, console.cursor))
        shown.append((len(reading.messages), reading.timeline.more, reading.bodies[-1]))
    end = str(2 * PAGE - 1)
    assert shown == [(3, True, end), (6, True, end), (PAGE, True, end)]
    reading.timeline.older()
    assert (len(reading.messages), reading.timeline.more) == (2 * PAGE, False)


async def test_an_unknown_author_has_no_name_and_nothing_breaks(console: Console) -> None:
    case = console.case()
    console.pull()
    reading = Reading(console, case)
    reading.timeline.open(case.conversation_id, UUID(int=7), (new_id(),), 99)
    assert reading.bodies == ["Where is my parcel?"]
    assert "new" not in reading.timeline.items
