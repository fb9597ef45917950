"""Orders on the server: told by the shop, known by number, shown where their tickets are."""

from uuid import UUID

from msgspec import structs

from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import derived_id
from console.orders.model import Order, with_event
from console.orders.records import ORDER, RecordOrder, RecordOrderEvent
from console.orders.tables.rows import NUMBER_CHARS
from console.people.model import Action
from console.sync.records import Scopes
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx


def order_id_of(number: str) -> UUID:
    """An order's id follows from its number, so whoever mentions it first makes the same one."""
    return derived_id("order", number)


def ensure_order(tx: Tx, number: str, buyer_id: UUID, scopes: Scopes) -> Order:
    """The order of that number, made (knowing nothing else) when new, visible in `scopes` too."""
    order_id = order_id_of(checked_number(number))
    known = tx.get(ORDER, order_id)
    if known is None:
        order = Order(id=order_id, number=number, buyer_id=buyer_id)
        tx.record(ORDER, order, scopes)
        return order
    order = known.record
    if order.buyer_id == NIL:
        order = structs.replace(order, buyer_id=buyer_id)
    if order != known.record or not scopes <= known.scopes:
        tx.record(ORDER, order, known.scopes | scopes)
    return order


def checked_number(number: str) -> str:
    """An order number that can be kept. Raises Refused `bad_order_number`."""
    if not number.strip() or len(number) > NUMBER_CHARS or not number.isprintable():
        text = f"An order number has 1 to {NUMBER_CHARS} visible characters."
        raise Refused("bad_order_number", text, fields={"number": "not usable"})
    return number


def show_order(tx: Tx, order_id: UUID, scopes: Scopes) -> None:
    """Let exactly `scopes` see the order."""
    stored = tx.get(ORDER, order_id)
    if stored is not None and stored.scopes != scopes:
        tx.record(ORDER, stored.record, scopes)


def record_order(tx: Tx, request: Request[RecordOrder]) -> None:
    """Take the shop's word for the whole order; who may see it stays as it was."""
    told = request.args.order
    if request.target != order_id_of(checked_number(told.number)):
        raise Refused("wrong_target", "An order's id follows from its number.")
    known = tx.get(ORDER, request.target)
    order = structs.replace(told, id=request.target)
    tx.record(ORDER, order, known.scopes if known else frozenset())


def record_order_event(tx: Tx, request: Request[RecordOrderEvent]) -> None:
    """Add an event to an order that is known."""
    known = tx.get(ORDER, request.target)
    if known is None:
        raise Refused("no_order", "This order is not known here.")
    order = with_event(known.record, request.args.event)
    if order != known.record:
        tx.record(ORDER, order)


HANDLERS = (
    Handles(RecordOrder, Action.ORDERS, None, record_order),
    Handles(RecordOrderEvent, Action.ORDERS, None, record_order_event),
)
