"""An order with its lines, money, addresses, fulfilments and events, and the stage it is at."""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct, structs

from console.kernel.codec import NIL, Moment, Record
from console.kernel.money import Money


class EventName(StrEnum):
    """The canonical order events of the product page; shop systems' own map onto these."""

    PLACED = "order.placed"
    CANCELLED = "order.cancelled"
    PAID = "payment.captured"
    PAYMENT_FAILED = "payment.failed"
    FULFILLED = "fulfillment.created"
    IN_TRANSIT = "shipment.in_transit"
    OUT_FOR_DELIVERY = "shipment.out_for_delivery"
    DELAYED = "shipment.delayed"
    ATTEMPTED = "shipment.attempted"
    FAILED = "shipment.failed"
    DELIVERED = "shipment.delivered"
    REFUNDED = "refund.created"
    RETURN_REQUESTED = "return.requested"
    RETURN_APPROVED = "return.approved"
    RETURN_DECLINED = "return.declined"
    RETURN_RECEIVED = "return.received"
    RETURN_CLOSED = "return.closed"


class OrderLine(Struct, frozen=True, omit_defaults=True):
    """So many pieces of one article at one price each."""

    sku: str
    title: str
    quantity: int
    unit: Money


class Address(Struct, frozen=True, omit_defaults=True):
    """Where it goes; `country` is ISO 3166."""

    name: str
    street: str
    city: str
    postcode: str
    country: str


class Payment(Struct, frozen=True, omit_defaults=True):
    """How it was paid: the method and what may be shown of it (`Visa ···· 4242`), never more."""

    method: str
    masked: str = ""


class OrderEvent(Struct, frozen=True, omit_defaults=True):
    """Something that happened to the order; `place` and `note` as the carrier or shop said."""

    at: Moment
    name: EventName
    place: str = ""
    note: str = ""


class Fulfilment(Struct, frozen=True, omit_defaults=True):
    """One parcel: who carries it under which number, and until when it was promised."""

    carrier: str
    tracking: str
    promised_at: Moment | None = None


class Order(Record, frozen=True, kw_only=True):
    """A purchase. Known by its number alone until the shop tells more: `total` is then None.

    `events` are oldest first.
    """

    number: str
    buyer_id: UUID = NIL
    seller_id: UUID = NIL
    placed_at: Moment | None = None
    lines: tuple[OrderLine, ...] = ()
    shipping: Money | None = None
    total: Money | None = None
    payment: Payment | None = None
    ship_to: Address | None = None
    fulfilments: tuple[Fulfilment, ...] = ()
    events: tuple[OrderEvent, ...] = ()


class Stage(StrEnum):
    """Where an order stands, as shown on its card."""

    UNKNOWN = "unknown"
    PLACED = "placed"
    PAID = "paid"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    RETURNED = "returned"


_STAGES = {
    EventName.PLACED: Stage.PLACED,
    EventName.PAID: Stage.PAID,
    EventName.FULFILLED: Stage.HANDED_OVER,
    EventName.IN_TRANSIT: Stage.IN_TRANSIT,
    EventName.OUT_FOR_DELIVERY: Stage.IN_TRANSIT,
    EventName.DELAYED: Stage.DELAYED,
    EventName.ATTEMPTED: Stage.DELAYED,
    EventName.FAILED: Stage.DELAYED,
    EventName.DELIVERED: Stage.DELIVERED,
    EventName.CANCELLED: Stage.CANCELLED,
    EventName.REFUNDED: Stage.REFUNDED,
    EventName.RETURN_RECEIVED: Stage.RETURNED,
}


def stage(order: Order) -> Stage:
    """The stage that the newest telling event put the order in."""
    for event in reversed(order.events):
        if event.name in _STAGES:
            return _STAGES[event.name]
    return Stage.UNKNOWN


def with_event(order: Order, event: OrderEvent) -> Order:
    """The order with one more event in its place by time; the same event twice changes nothing."""
    if event in order.events:
        return order
    events = sorted((*order.events, event), key=lambda known: known.at)
    return structs.replace(order, events=tuple(events))
