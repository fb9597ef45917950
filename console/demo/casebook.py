"""Draws cases and orders for the sandbox, each from its own dice, none twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msgspec import structs

from console.conversations.model import Channel
from console.demo.cases import Case, Purchase, buyer_case, seller_case
from console.demo.cast import Buyer, Cast, Seller
from console.demo.content import Library
from console.demo.dice import Dice, dice, hours, one, weighted
from console.demo.goods import Numbers, Shelf
from console.demo.moments import awake, days_to_friday, on_day, placed_on
from console.demo.parcels import Courier, Fate, Way
from console.demo.told import Story, StoryEvent
from console.orders.model import Order, OrderEvent

_FATES: dict[str, Fate] = {
    "paid": "delivered",
    "stuck": "stuck",
    "delivered": "delivered",
    "received": "received",
    "declined": "declined",
}
_EARLY = ("address", "outside")
"""What must be settled before the parcel leaves."""
_LEAD = timedelta(days=9)
Fates = Sequence[tuple[Fate, float]]


@dataclass
class Casebook:
    """Draws cases; `numbers` are the order numbers given out so far."""

    library: Library
    cast: Cast
    seed: int
    numbers: Numbers = field(default_factory=Numbers)

    def __post_init__(self) -> None:
        self._shelf = Shelf(self.library, self.numbers)
        self._courier = Courier(self.library)

    def topic(self, rng: Dice) -> str:
        """A topic, by how often it comes up."""
        traits = self.library.shop.topics
        return weighted(rng, list(traits), [known.weight for known in traits.values()])

    def drawn(self, key: str, topic: str, about: datetime, *, exact: bool = False) -> Case:
        """A case that begins on the day of `about`, or `exact`ly then."""
        rng = dice(self.seed, "case", key)
        library, traits = self.library, self.library.shop.topics[topic]
        channel: Channel = weighted(rng, ("email", "web", "chat"), (60, 25, 15))
        if topic == "trade":
            seller = one(rng, self.cast.sellers)
            begins = about if exact else awake(about, seller.zone)
            return seller_case(library, rng, key, topic, begins, channel, seller)
        buyer = self.cast.any_buyer(rng)
        if traits.ready == "none":
            begins = about if exact else awake(about, buyer.zone)
            return buyer_case(library, rng, key, topic, begins, channel, buyer)
        seller = self.cast.seller_for(rng, buyer, traits.kinds)
        placed = placed_on(rng, about - _LEAD, buyer.zone)
        order = self._shelf.order(rng, buyer, seller, placed, traits.kinds)
        way = self._courier.way(rng, order, buyer, seller, self._fate(topic))
        begins = awake(way.marks[traits.ready] + hours(rng, *traits.gap_h), buyer.zone)
        shift = about - begins if exact else timedelta(days=(about.date() - begins.date()).days)
        purchase = _purchase(buyer, seller, order, way.moved(shift))
        return buyer_case(library, rng, key, topic, begins + shift, channel, buyer, purchase)

    def told(self, story: Story, now: datetime) -> Case:
        """A story's case, its first message `ago` minutes before now."""
        rng = dice(self.seed, "story", story.key)
        first = story.messages[0]
        begins = now - timedelta(minutes=first.ago)
        seller = self.cast.seller_named(story.seller) if story.seller else None
        ground = (self.library, rng, story.key, story.topic, begins, first.channel)
        if not story.buyer:
            assert seller is not None, "a story has a buyer or a seller"
            return replace(seller_case(*ground, seller), subject=story.subject)
        buyer = self.cast.told[story.buyer]
        purchase = self._told(rng, story, buyer, seller, now) if seller else None
        case = buyer_case(*ground, buyer, purchase)
        return replace(case, subject=case.voice.say(story.subject))

    def order(self, key: str, placed_day: datetime, fates: Fates) -> Purchase:
        """An order that nobody writes about."""
        rng = dice(self.seed, "order", key)
        buyer = self.cast.any_buyer(rng)
        seller = self.cast.seller_for(rng, buyer, ())
        placed = placed_on(rng, placed_day, buyer.zone)
        order = self._shelf.order(rng, buyer, seller, placed)
        fate = weighted(rng, [name for name, _ in fates], [weight for _, weight in fates])
        way = self._courier.way(rng, order, buyer, seller, fate)
        return _purchase(buyer, seller, order, way)

    def _fate(self, topic: str) -> Fate:
        return "slow" if topic in _EARLY else _FATES[self.library.shop.topics[topic].ready]

    def _told(
        self, rng: Dice, story: Story, buyer: Buyer, seller: Seller, now: datetime
    ) -> Purchase:
        begins = now - timedelta(minutes=story.messages[0].ago)
        placed = placed_on(rng, begins - _LEAD, buyer.zone)
        by_hand = story.order
        if by_hand is None:
            order = self._shelf.order(rng, buyer, seller, placed)
        else:
            order = self._shelf.told(rng, buyer, seller, placed, by_hand)
        if by_hand and by_hand.events:
            events = tuple(_event(event, now, buyer) for event in by_hand.events)
            promised_at = on_day(now, by_hand.promised, "18:00", buyer.zone)
            return _purchase(buyer, seller, order, Way(events, {}, promised_at, events[-1].place))
        way = self._courier.way(rng, order, buyer, seller, self._fate(story.topic))
        traits = self.library.shop.topics[story.topic]
        soonest, latest = traits.gap_h
        gap = hours(rng, soonest, (soonest + latest) / 2)
        way = way.moved(begins - gap - way.marks[traits.ready])
        return _purchase(buyer, seller, order, way)


def _purchase(buyer: Buyer, seller: Seller, order: Order, way: Way) -> Purchase:
    """The order, placed when its way begins, with the promise on each parcel."""
    parcels = [structs.replace(p, promised_at=way.promised_at) for p in order.fulfilments]
    order = structs.replace(order, placed_at=way.events[0].at, fulfilments=tuple(parcels))
    return Purchase(buyer, seller, order, way)


def _event(told: StoryEvent, now: datetime, buyer: Buyer) -> OrderEvent:
    days = days_to_friday(now.astimezone(buyer.zone)) if told.friday else told.days
    return OrderEvent(on_day(now, days, told.time, buyer.zone), told.name, told.place, told.note)
