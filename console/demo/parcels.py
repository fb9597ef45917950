"""What happens to an order between the click and the doorbell, in an order that makes sense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from msgspec import structs

from console.demo.cast import Buyer, Seller
from console.demo.content import Library
from console.demo.dice import Dice, hours, one
from console.orders.model import EventName, Order, OrderEvent

Fate = Literal["delivered", "stuck", "received", "declined", "cancelled", "slow"]
"""How far the way leads; `slow` hands the parcel over late and then delivers it."""
_DELAYS = (
    "sorting machine down",
    "bad weather",
    "van broke down",
    "customs check",
    "missed the night train",
    "address label unreadable, relabelled",
)
_NOBODY = ("nobody at home", "gate locked", "no lift, too heavy for one")


@dataclass(frozen=True)
class Way:
    """All events, oldest first; `marks` name the moments that conversations begin after.

    `place` is where the parcel was seen last before it came or got stuck.
    """

    events: tuple[OrderEvent, ...]
    marks: Mapping[str, datetime]
    promised_at: datetime
    place: str

    def moved(self, by: timedelta) -> "Way":
        """The same way, earlier or later."""
        return Way(
            tuple(structs.replace(event, at=event.at + by) for event in self.events),
            {name: at + by for name, at in self.marks.items()},
            self.promised_at + by,
            self.place,
        )


class Courier:
    """Makes ways for orders."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def way(self, rng: Dice, order: Order, buyer: Buyer, seller: Seller, fate: Fate) -> Way:
        """The way of an order from the moment it was placed."""
        assert order.placed_at is not None, "whoever orders does so at some time"
        trip = _Trip(rng, order.placed_at, seller.sender.city, buyer)
        trip.pay()
        if fate == "cancelled":
            trip.cancel()
            return trip.way(order.placed_at + timedelta(days=6))
        self._carry(rng, trip, order, buyer, seller, fate)
        promised_at = trip.promised(rng, fate)
        if fate == "stuck":
            trip.lose(rng, promised_at)
        else:
            trip.arrive(rng, len(order.fulfilments))
            if fate in ("received", "declined"):
                trip.send_back(rng, seller.sender.city, declined=fate == "declined")
        return trip.way(promised_at)

    def _carry(
        self, rng: Dice, trip: "_Trip", order: Order, buyer: Buyer, seller: Seller, fate: Fate
    ) -> None:
        carrier = order.fulfilments[0].carrier
        trip.hand_over(hours(rng, 60, 84) if fate == "slow" else hours(rng, 5, 34), carrier)
        home = seller.sender.country == buyer.country.code
        hubs: list[str] = []
        if not home and seller.sender.country in self._library.countries:
            hubs.append(one(rng, self._library.countries[seller.sender.country].hubs))
        hubs.append(one(rng, buyer.country.hubs))
        trip.through(rng, hubs, 14 if home else 30)
        if fate != "stuck" and rng.random() < 0.1:
            trip.delay(rng)


class _Trip:
    """A way in the making: each step happens some time after the one before."""

    def __init__(self, rng: Dice, placed_at: datetime, origin: str, buyer: Buyer) -> None:
        self._rng = rng
        self._at = placed_at
        self._origin = origin
        self._buyer = buyer
        self._place = origin
        self._events: list[OrderEvent] = [OrderEvent(placed_at, EventName.PLACED)]
        self._marks = {"placed": placed_at}

    def _then(self, after: timedelta, name: EventName, place: str = "", note: str = "") -> datetime:
        self._at += after
        self._events.append(OrderEvent(self._at, name, place, note))
        return self._at

    def pay(self) -> None:
        if self._rng.random() < 0.06:
            self._then(timedelta(seconds=40), EventName.PAYMENT_FAILED, note="declined by the bank")
        after = timedelta(seconds=self._rng.randint(20, 150))
        self._marks["paid"] = self._then(after, EventName.PAID)

    def cancel(self) -> None:
        self._then(hours(self._rng, 0.3, 20), EventName.CANCELLED, note="by the buyer")
        self._then(hours(self._rng, 1, 30), EventName.REFUNDED, note="in full")

    def hand_over(self, after: timedelta, carrier: str) -> None:
        self._marks["handed"] = self._then(after, EventName.FULFILLED, self._origin, carrier)

    def through(self, rng: Dice, hubs: Sequence[str], about_h: float) -> None:
        for hub in hubs:
            self._then(hours(rng, about_h * 0.5, about_h * 1.4), EventName.IN_TRANSIT, hub)
            self._place = hub

    def delay(self, rng: Dice) -> None:
        note = one(rng, _DELAYS)
        self._then(hours(rng, 4, 20), EventName.DELAYED, self._place, note)

    def promised(self, rng: Dice, fate: Fate) -> datetime:
        """The promise: a little after what was likely when the parcel was handed over."""
        due = self._at + hours(rng, 30, 60)
        if fate == "stuck":
            due = self._at + hours(rng, 26, 50)
        return due.replace(hour=17, minute=0, second=0)

    def lose(self, rng: Dice, promised_at: datetime) -> None:
        if rng.random() < 0.4:
            self._then(hours(rng, 8, 20), EventName.DELAYED, self._place, one(rng, _DELAYS))
        self._marks["stuck"] = max(promised_at, self._at)

    def arrive(self, rng: Dice, parcels: int) -> None:
        city = self._buyer.address.city
        self._then(hours(rng, 8, 22), EventName.OUT_FOR_DELIVERY, city)
        if rng.random() < 0.06:
            self._then(hours(rng, 2, 5), EventName.ATTEMPTED, city, one(rng, _NOBODY))
            self._then(hours(rng, 18, 22), EventName.OUT_FOR_DELIVERY, city)
        note = f"parcel 1 of {parcels}" if parcels > 1 else ""
        self._then(hours(rng, 1, 6), EventName.DELIVERED, city, note)
        for n in range(1, parcels):
            note = f"parcel {n + 1} of {parcels}"
            self._then(hours(rng, 18, 30), EventName.DELIVERED, city, note)
        self._marks["delivered"] = self._at

    def send_back(self, rng: Dice, origin: str, *, declined: bool) -> None:
        self._then(hours(rng, 20, 150), EventName.RETURN_REQUESTED)
        if declined:
            at = self._then(hours(rng, 6, 40), EventName.RETURN_DECLINED, note="by the seller")
            self._marks["declined"] = at
            return
        self._then(hours(rng, 2, 20), EventName.RETURN_APPROVED)
        at = self._then(hours(rng, 90, 190), EventName.RETURN_RECEIVED, origin)
        self._marks["received"] = at

    def way(self, promised_at: datetime) -> Way:
        return Way(tuple(self._events), self._marks, promised_at, self._place)
