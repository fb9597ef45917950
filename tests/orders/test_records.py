"""Orders on the wire."""

from datetime import datetime

import pytest

from console.kernel import codec
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.kernel.money import Money
from console.orders.model import EventName, Order, OrderEvent, OrderLine
from console.orders.records import ORDER, RecordOrderEvent
from tests.parts.acts import AT


def test_an_order_survives_its_document() -> None:
    order = Order(
        id=new_id(), number="303-9182736-4567890", buyer_id=new_id(), placed_at=AT,
        lines=(OrderLine("SKU", "Cup", 2, Money(1250, "EUR")),), total=Money(2500, "EUR"),
        events=(OrderEvent(AT, EventName.PAID),),
    )  # fmt: skip
    assert ORDER.read(order.id, codec.write_record(order)) == order


@pytest.mark.parametrize("at", ['"2026-03-02T09:00:00"', '"yesterday"', "7"])
def test_a_moment_needs_its_zone(at: str) -> None:
    with pytest.raises(Refused) as refusal:
        codec.decode(f'{{"event":{{"at":{at},"name":"order.placed"}}}}', RecordOrderEvent)
    assert refusal.value.code == "bad_input"
    assert isinstance(AT, datetime)
