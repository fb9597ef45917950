"""Orders: the stage that events put them in, and events in their place once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.orders.model import EventName, Order, OrderEvent, Stage, stage, with_event
from tests.parts.acts import AT

events = st.builds(
    OrderEvent,
    at=st.integers(0, 50).map(lambda n: AT + timedelta(hours=n)),
    name=st.sampled_from(EventName),
    place=st.sampled_from(["", "Graz"]),
)


@given(st.lists(events, max_size=8))
def test_events_stand_by_time_each_once_whatever_the_order_of_telling(
    told: list[OrderEvent],
) -> None:
    order = Order(number="A-1")
    for event in [*told, *told]:
        order = with_event(order, event)
    assert [event.at for event in order.events] == sorted(event.at for event in set_of(told))


def set_of(told: list[OrderEvent]) -> list[OrderEvent]:
    return [event for n, event in enumerate(told) if event not in told[:n]]


def test_the_same_event_twice_changes_nothing() -> None:
    event = OrderEvent(AT, EventName.PAID)
    order = with_event(Order(number="A-1"), event)
    assert with_event(order, event) is order


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], Stage.UNKNOWN),
        ([EventName.PLACED], Stage.PLACED),
        ([EventName.PLACED, EventName.PAID, EventName.FULFILLED], Stage.HANDED_OVER),
        ([EventName.IN_TRANSIT, EventName.DELAYED], Stage.DELAYED),
        ([EventName.DELAYED, EventName.OUT_FOR_DELIVERY], Stage.IN_TRANSIT),
        ([EventName.DELIVERED, EventName.RETURN_REQUESTED], Stage.DELIVERED),
        ([EventName.DELIVERED, EventName.RETURN_RECEIVED], Stage.RETURNED),
        ([EventName.PAID, EventName.PAYMENT_FAILED], Stage.PAID),
    ],
)
def test_the_newest_telling_event_decides(names: list[EventName], expected: Stage) -> None:
    told = tuple(OrderEvent(AT + timedelta(hours=n), name) for n, name in enumerate(names))
    assert stage(Order(number="A-1", events=told)) == expected
