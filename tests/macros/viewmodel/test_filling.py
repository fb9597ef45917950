"""Filling gaps: with what is known, visibly, and leaving the rest to be seen."""

from console.kernel.ids import new_id
from console.kernel.money import Money
from console.macros.model import PLACEHOLDERS
from console.macros.viewmodel.filling import fill, known
from console.orders.model import Fulfilment, Order
from console.people.model import Party, User
from console.tickets.model import Ticket
from tests.parts.acts import AT

TICKET = Ticket(
    id=new_id(), number=48213, conversation_id=new_id(), subject="Parcel", created_at=AT,
    updated_at=AT,
)  # fmt: skip
LENA = Party(side="buyer", name="Lena Hoffmann", email="lena@mail.test")
ORDER = Order(number="A-1", total=Money(6490, "EUR"), fulfilments=(Fulfilment("DHL", "JJD0"),))
ANA = User(name="Ana Kovac", email="ana@desk.test", role="agent")


def test_everything_that_can_stand_in_a_macro_is_filled_in_when_it_is_known() -> None:
    values = known(TICKET, LENA, ORDER, ANA, "Nordlicht Shop")
    assert set(values) == set(PLACEHOLDERS)
    assert values["order.total"] == "€64.90"
    assert values["recipient.first"] == "Nordlicht"


def test_what_is_not_known_is_missing() -> None:
    values = known(TICKET, None, None, None, "")
    assert set(values) == {"ticket.number", "ticket.subject"}


def test_the_spans_are_where_the_values_stand() -> None:
    text = "🙂 Dear {customer.first}, order {order.number} ({order.tracking})."
    filled = fill(text, {"customer.first": "Lena", "order.number": "A-1"})
    assert filled.text == "🙂 Dear Lena, order A-1 ({order.tracking})."
    assert [filled.text[begin:end] for begin, end in filled.spans] == ["Lena", "A-1"]


def test_a_value_that_looks_like_a_gap_is_not_filled_again() -> None:
    filled = fill("{customer.name}", {"customer.name": "{order.number}", "order.number": "A-1"})
    assert filled.text == "{order.number}"
