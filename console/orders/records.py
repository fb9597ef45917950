"""Orders on the wire, and the commands by which the shop tells of them."""

from console.kernel.codec import Strict
from console.orders.model import Order, OrderEvent
from console.sync.records import Kind

ORDER = Kind("order", Order)


class RecordOrder(Strict, frozen=True):
    """The whole order as the shop knows it; replaces what was known. The target is its id."""

    order: Order


class RecordOrderEvent(Strict, frozen=True):
    """One more thing that happened to the target order."""

    event: OrderEvent
