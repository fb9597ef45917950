"""What came since the last answer, newest first, and the last notes."""

from datetime import timedelta

from console.conversations.model import AuthorKind, LaneName, Message
from console.kernel.ids import new_id
from console.orders.model import EventName, Order, OrderEvent
from console.tickets.viewmodel.changes import NOTES, SHOWN, changes, notes
from tests.parts.acts import AT


def said(minute: int, author: AuthorKind = "party", lane: LaneName = "buyer") -> Message:
    return Message(
        id=new_id(), conversation_id=new_id(), pos=minute + 1, lane=lane, author=author,
        body=f"said  at\n{minute}", at=AT + timedelta(minutes=minute),
    )  # fmt: skip


def named(message: Message) -> str:
    return f"{message.author} {message.pos - 1}"


def order(*minutes: int) -> Order:
    events = [OrderEvent(AT + timedelta(minutes=m), EventName.DELAYED) for m in minutes]
    return Order(number="A-1", events=tuple(events))


def test_messages_notes_and_order_events_after_the_last_answer() -> None:
    told = [
        said(0),
        said(5, "staff"),
        said(6),
        said(8, "staff", "internal"),
        said(9, lane="seller"),
    ]
    found = changes(told, [order(1, 7)], named)
    assert [(each.what, each.who) for each in found] == [
        ("wrote", "party 9"), ("noted", "staff 8"), ("event", "A-1"), ("wrote", "party 6"),
    ]  # fmt: skip
    assert found[0].message == told[-1].id
    assert found[2].event == EventName.DELAYED


def test_nothing_is_new_behind_an_answer() -> None:
    assert changes([said(0), said(5, "staff")], [order(1)], named) == []


def test_without_any_answer_all_of_it_is_new_and_nothing_is_told() -> None:
    assert changes([said(0), said(3)], [order(1)], named) == []


def test_there_are_only_so_many() -> None:
    assert (
        len(changes([said(0, "staff"), *(said(n) for n in range(1, SHOWN + 3))], [], named))
        == SHOWN
    )
    kept = notes([said(n, "staff", "internal") for n in range(NOTES + 2)], named)
    assert [(note.who, note.text) for note in kept] == [
        ("staff 4", "said at 4"), ("staff 3", "said at 3"), ("staff 2", "said at 2"),
    ]  # fmt: skip
