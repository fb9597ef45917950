"""Orders on the server: told by the shop, known by number, seen where their tickets are."""

from datetime import timedelta

import pytest

from console.kernel.ids import new_id
from console.kernel.money import Money
from console.orders.model import EventName, Order, OrderEvent
from console.orders.records import ORDER, RecordOrder, RecordOrderEvent
from console.orders.server import order_id_of
from console.people.model import INTAKE_SCOPE
from console.sync.records import Accepted, Rejected
from tests.parts.acts import AT, act, begin_case, told_order
from tests.parts.office import Office


def test_the_shops_word_replaces_what_was_known_and_sight_stays(office: Office) -> None:
    case = begin_case(office, order_number="A-1")
    order = office.record(ORDER, order_id_of("A-1"))
    assert order.buyer_id == case.ticket.requester_id
    assert isinstance(office.run(case.shop, told_order("A-1", total=Money(5, "EUR"))), Accepted)
    stored = office.get(ORDER, order_id_of("A-1"))
    assert stored is not None
    assert (stored.record.total, stored.scopes) == (Money(5, "EUR"), {INTAKE_SCOPE})


def test_an_order_nobody_asked_about_is_seen_by_nobody_until_somebody_asks(office: Office) -> None:
    case = begin_case(office)
    office.run(case.shop, told_order("A-1", total=Money(5, "EUR")))
    stored = office.get(ORDER, order_id_of("A-1"))
    assert stored is not None
    assert stored.scopes == frozenset()
    case.hear(order_number="A-1")
    stored = office.get(ORDER, order_id_of("A-1"))
    assert stored is not None
    assert (stored.record.total, stored.scopes) == (Money(5, "EUR"), {INTAKE_SCOPE})
    assert case.ticket.order_ids == (order_id_of("A-1"),)


def test_events_join_the_order_once(office: Office) -> None:
    shop = begin_case(office).shop
    office.run(shop, told_order("A-1"))
    late, early = (
        OrderEvent(AT + timedelta(hours=h), name)
        for h, name in ((5, EventName.DELIVERED), (1, EventName.PAID))
    )
    for event in (late, early, late):
        outcome = office.run(shop, act(order_id_of("A-1"), RecordOrderEvent(event=event)))
        assert isinstance(outcome, Accepted)
    order = office.record(ORDER, order_id_of("A-1"))
    assert order.events == (early, late)


def test_the_same_event_again_writes_nothing(office: Office) -> None:
    shop = begin_case(office).shop
    office.run(shop, told_order("A-1"))
    event = RecordOrderEvent(event=OrderEvent(AT, EventName.PAID))
    first = office.run(shop, act(order_id_of("A-1"), event))
    head = office.head()
    assert office.run(shop, act(order_id_of("A-1"), event)) == first
    assert office.head() == head


@pytest.mark.parametrize("number", ["", " ", "x" * 65, "A\n1", "A\x001"])
def test_numbers_that_cannot_be_kept(office: Office, number: str) -> None:
    case = begin_case(office)
    outcome = office.run(case.shop, told_order(number))
    assert isinstance(outcome, Rejected)
    assert outcome.code == "bad_order_number"


def test_an_orders_id_follows_from_its_number(office: Office) -> None:
    case = begin_case(office)
    outcome = office.run(case.shop, act(new_id(), RecordOrder(order=Order(number="A-1"))))
    assert isinstance(outcome, Rejected)
    assert outcome.code == "wrong_target"
    event = RecordOrderEvent(event=OrderEvent(AT, EventName.PAID))
    outcome = office.run(case.shop, act(order_id_of("A-9"), event))
    assert isinstance(outcome, Rejected)
    assert outcome.code == "no_order"
