"""Reads of orders: by id, and by the beginning of their number."""

from console.kernel.ids import new_id
from console.orders.server import order_id_of
from console.orders.tables import rows
from tests.parts.acts import begin_case, told_order
from tests.parts.office import Office


def test_by_id_and_by_the_beginning_of_the_number(office: Office) -> None:
    shop = begin_case(office).shop
    for number in ("A-10", "A-2", "B-1", "A"):
        office.run(shop, told_order(number))
    found = office.read(lambda reader: rows.by_number(reader, "A-", 10))
    assert [order.number for order in found] == ["A-10", "A-2"]
    assert len(office.read(lambda reader: rows.by_number(reader, "", 3))) == 3
    assert office.read(lambda reader: rows.by_number(reader, "C", 3)) == []
    known = office.read(lambda reader: rows.order(reader, order_id_of("B-1")))
    assert known is not None
    assert (known.number, known.id) == ("B-1", order_id_of("B-1"))
    assert office.read(lambda reader: rows.order(reader, new_id())) is None
