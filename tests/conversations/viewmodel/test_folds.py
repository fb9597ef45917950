"""What a timeline keeps folded, and going to one message of it."""

from datetime import timedelta
from uuid import UUID

import pytest

from console.conversations.tables.rows import PAGE
from console.conversations.viewmodel.items import (
    FOLDED_FROM,
    EventItem,
    FoldItem,
    MessageItem,
)
from console.kernel.clock import from_ms
from console.kernel.edits import Change, Insert, Remove
from console.orders.model import EventName, OrderEvent
from tests.conversations.viewmodel.test_timeline import Reading
from tests.parts.acts import AT
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


def order(console: Console, count: int) -> None:
    start = int(AT.timestamp() * 1000)
    events = tuple(
        OrderEvent(from_ms(start + n * 60_000), EventName.IN_TRANSIT, f"place {n}")
        for n in range(count)
    )
    console.order("A-1", events=events)


def opened(console: Console, count: int) -> Reading:
    order(console, count)
    case = console.case(order_number="A-1", at=AT + timedelta(hours=1))
    console.pull()
    return Reading(console, case).open()


def kinds(reading: Reading) -> list[str]:
    return [type(item).__name__ for item in reading.timeline.items.values()]


async def test_a_long_run_of_order_events_is_one_line_and_the_last_of_them(
    console: Console,
) -> None:
    reading = opened(console, FOLDED_FROM)
    assert kinds(reading) == ["DayItem", "FoldItem", "EventItem", "MessageItem"]
    fold, last = list(reading.timeline.items.values())[1:3]
    assert isinstance(fold, FoldItem)
    assert isinstance(last, EventItem)
    assert (fold.count, fold.open) == (FOLDED_FROM - 1, False)
    assert last.event.place == f"place {FOLDED_FROM - 1}"
    reading.timeline.toggle(fold.key)
    assert kinds(reading).count("EventItem") == FOLDED_FROM
    assert {type(edit) for edit in reading.edits} == {Insert, Change}
    reading.edits.clear()
    reading.timeline.toggle(fold.key)
    assert kinds(reading).count("EventItem") == 1
    assert {type(edit) for edit in reading.edits} == {Remove, Change}


async def test_a_short_run_and_events_alone_are_not_folded(console: Console) -> None:
    reading = opened(console, FOLDED_FROM - 1)
    assert kinds(reading).count("EventItem") == FOLDED_FROM - 1
    order(console, FOLDED_FROM + 2)
    console.pull()
    assert "FoldItem" in kinds(reading)
    reading.timeline.show("orders")
    assert kinds(reading) == ["DayItem"] + ["EventItem"] * (FOLDED_FROM + 2)


async def test_messages_unfold_one_by_one_and_fold_in_another_ticket(console: Console) -> None:
    case = console.case(body="Yes.\n\n> Is it?", at=AT)
    case.hear("No.\n\n> Is it?", at=AT)
    console.pull()
    reading = Reading(console, case).open()
    first, second = reading.messages
    reading.timeline.toggle(("message", first.message.id))
    assert [m.unfolded for m in reading.messages] == [True, False]
    assert [type(edit) for edit in reading.edits] == [Change]
    reading.timeline.toggle_plain(second.message.id)
    assert [m.plain for m in reading.messages] == [False, True]
    reading.open()
    assert [(m.unfolded, m.plain) for m in reading.messages] == [(False, False)] * 2


async def test_what_looks_the_same_is_the_very_same_item(console: Console) -> None:
    case = console.case(at=AT)
    console.pull()
    reading = Reading(console, case).open()
    before = reading.messages[0]
    case.hear("again", at=console.clock.now())
    console.pull()
    assert reading.messages[0] is before


async def test_a_page_more_leaves_the_rest_untouched(console: Console) -> None:
    case = console.case(body="0", at=AT)
    console.talk(case, *map(str, range(1, 2 * PAGE)))
    console.pull()
    reading = Reading(console, case).open()
    before = dict(reading.timeline.items)
    reading.timeline.older()
    assert [type(edit) for edit in reading.edits] == [Remove, Insert], "the day begins earlier now"
    after = reading.timeline.items
    kept = [key for key, item in before.items() if isinstance(item, MessageItem)]
    assert all(after[key] is before[key] for key in kept)
    assert list(after)[-len(kept) :] == kept


async def test_somebody_who_wants_a_message_sees_all_lanes(console: Console) -> None:
    case = console.case(at=AT)
    console.pull()
    reading = Reading(console, case).open()
    sought: list[UUID] = []
    reading.timeline.sought.connect(sought.append)
    reading.timeline.show("seller")
    reading.timeline.show_message(case.conversation_id)
    assert (reading.timeline.filter, sought) == ("all", [case.conversation_id])
