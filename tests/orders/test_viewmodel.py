"""An order as a card: stage, money and the steps of its way; orders by id and by number."""

from datetime import UTC, datetime, timedelta

import pytest

from console.kernel.ids import new_id
from console.kernel.money import Money
from console.orders.model import EventName, Fulfilment, Order, OrderEvent, OrderLine, Stage
from console.orders.server import order_id_of
from console.orders.viewmodel import STEPS_SHOWN, Orders, StepState, card, steps
from tests.parts.console import Console

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def order(*names: EventName, promised: datetime | None = None, **more: object) -> Order:
    """An order to which these happened, an hour apart, the last an hour ago."""
    events = tuple(OrderEvent(NOW - (len(names) - n) * HOUR, name) for n, name in enumerate(names))
    fulfilments = (Fulfilment("DHL", "JJD0", promised),) if promised else ()
    return Order(number="A-1", events=events, fulfilments=fulfilments, **more)


def states(order: Order) -> list[tuple[EventName, StepState]]:
    return [(step.name, step.state) for step in steps(order, NOW)]


def test_what_happened_is_done_the_newest_is_now_and_delivery_is_ahead() -> None:
    due = NOW + 5 * HOUR
    told = order(EventName.PLACED, EventName.PAID, EventName.IN_TRANSIT, promised=due)
    assert states(told) == [
        (EventName.PLACED, "done"),
        (EventName.PAID, "done"),
        (EventName.IN_TRANSIT, "now"),
        (EventName.DELIVERED, "ahead"),
    ]
    assert steps(told, NOW)[-1].at == due


def test_a_promise_that_has_passed_is_late() -> None:
    told = order(EventName.FULFILLED, promised=NOW - HOUR)
    assert states(told)[-1] == (EventName.DELIVERED, "late")
    assert states(order(EventName.FULFILLED, promised=NOW))[-1] == (EventName.DELIVERED, "ahead")


def test_of_several_parcels_the_last_promise_counts() -> None:
    both = tuple(Fulfilment("DHL", str(n), NOW + n * HOUR) for n in (3, 1))
    told = Order(number="A-1", fulfilments=both, events=(OrderEvent(NOW, EventName.FULFILLED),))
    assert steps(told, NOW)[-1].at == NOW + 3 * HOUR


@pytest.mark.parametrize("trouble", [EventName.DELAYED, EventName.ATTEMPTED, EventName.FAILED])
def test_trouble_on_the_way_stays_marked(trouble: EventName) -> None:
    told = order(EventName.FULFILLED, trouble, EventName.OUT_FOR_DELIVERY)
    assert states(told) == [
        (EventName.FULFILLED, "done"),
        (trouble, "late"),
        (EventName.OUT_FOR_DELIVERY, "now"),
        (EventName.DELIVERED, "ahead"),
    ]


@pytest.mark.parametrize("end", [EventName.DELIVERED, EventName.CANCELLED, EventName.REFUNDED])
def test_nothing_is_ahead_of_what_has_ended(end: EventName) -> None:
    told = order(EventName.PLACED, end, promised=NOW + HOUR)
    assert states(told) == [(EventName.PLACED, "done"), (end, "done")]


def test_only_the_last_steps_are_shown() -> None:
    told = order(EventName.PLACED, EventName.PAID, *[EventName.IN_TRANSIT] * STEPS_SHOWN)
    assert [name for name, _ in states(told)][:-1] == [EventName.IN_TRANSIT] * STEPS_SHOWN


def test_an_order_of_which_nothing_is_told_has_no_way() -> None:
    made = card(Order(number="A-1"), NOW)
    assert (made.known, made.stage, list(made.steps), made.goods) == (
        False,
        Stage.UNKNOWN,
        [],
        None,
    )


def test_the_goods_are_summed() -> None:
    lines = (
        OrderLine("a", "Mug", 3, Money(450, "EUR")),
        OrderLine("b", "Tea", 1, Money(99, "EUR")),
    )
    assert card(order(EventName.PAID, lines=lines), NOW).goods == Money(1449, "EUR")


def test_goods_in_two_currencies_have_no_sum_but_the_card_is_there() -> None:
    lines = (
        OrderLine("a", "Mug", 1, Money(450, "EUR")),
        OrderLine("b", "Tea", 1, Money(99, "USD")),
    )
    made = card(order(EventName.PAID, lines=lines), NOW)
    assert (made.goods, made.stage) == (None, Stage.PAID)


@pytest.mark.anyio
async def test_orders_come_from_the_cache_in_the_order_asked_for(console: Console) -> None:
    for number in ("A-1", "A-2", "B-1"):
        console.order(number)
        console.case(order_number=number, email=f"{number}@mail.test")
    orders = Orders(console.local)
    one, two = order_id_of("A-1"), order_id_of("A-2")
    assert orders.find([two, one]) == [], "not before they are pulled"
    console.pull()
    assert [found.number for found in orders.find([two, new_id(), one])] == ["A-2", "A-1"]
    (shown,) = orders.cards([one])
    assert (shown.stage, shown.goods) == (Stage.HANDED_OVER, Money(3400, "EUR"))
    assert [found.number for found in orders.by_number("A-", 10)] == ["A-1", "A-2"]
    assert len(orders.by_number("A-", 1)) == 1
    assert orders.by_number("%", 10) == []


@pytest.mark.anyio
async def test_an_order_of_tickets_one_does_not_see_is_not_here(console: Console) -> None:
    console.order("A-9")
    console.case(order_number="A-9", team="Asia")
    console.pull()
    assert Orders(console.local).find([order_id_of("A-9")]) == []


@pytest.mark.anyio
async def test_before_the_first_fetch_there_are_no_orders(console: Console) -> None:
    assert console.local.reader is not None
    console.local.reader.connection.close()
    console.local.reader = None
    orders = Orders(console.local)
    assert orders.cards([order_id_of("A-1")]) == []
    assert orders.by_number("A", 5) == []
