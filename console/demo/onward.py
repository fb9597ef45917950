"""What happens to a parcel next, when nobody has written its way in advance."""

from datetime import datetime

from console.demo.cast import Cast
from console.demo.content import Library
from console.demo.dice import Dice, one, weighted
from console.orders.model import EventName, Order, OrderEvent

_NEXT: dict[EventName, tuple[tuple[EventName, float], ...]] = {
    EventName.PLACED: ((EventName.PAID, 1),),
    EventName.PAID: ((EventName.FULFILLED, 1),),
    EventName.FULFILLED: ((EventName.IN_TRANSIT, 1),),
    EventName.IN_TRANSIT: ((EventName.OUT_FOR_DELIVERY, 8), (EventName.DELAYED, 1)),
    EventName.DELAYED: ((EventName.OUT_FOR_DELIVERY, 1),),
    EventName.OUT_FOR_DELIVERY: ((EventName.DELIVERED, 12), (EventName.ATTEMPTED, 1)),
    EventName.ATTEMPTED: ((EventName.OUT_FOR_DELIVERY, 1),),
}
_AT_HUB = frozenset({EventName.IN_TRANSIT, EventName.DELAYED})


def is_moving(order: Order) -> bool:
    """Whether something is still to happen to an order."""
    return bool(order.events) and order.events[-1].name in _NEXT


def next_event(
    rng: Dice, cast: Cast, library: Library, order: Order, now: datetime
) -> OrderEvent | None:
    """The next event of an order, happening now; None when it has arrived or is not ours."""
    if not is_moving(order):
        return None
    names, weights = zip(*_NEXT[order.events[-1].name], strict=True)
    name: EventName = weighted(rng, names, weights)
    return OrderEvent(now, name, _place(rng, cast, library, order, name))


def _place(rng: Dice, cast: Cast, library: Library, order: Order, name: EventName) -> str:
    if name == EventName.FULFILLED:
        seller = cast.seller_of(order.seller_id)
        return seller.sender.city if seller else ""
    if name == EventName.PAID or order.ship_to is None:
        return ""
    country = library.countries.get(order.ship_to.country)
    if name in _AT_HUB and country is not None:
        return one(rng, country.hubs)
    return order.ship_to.city
