"""One conversation's ground: who asks whom about which order, and the words that name it all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import structs

from console.conversations.model import Channel
from console.conversations.records import Sender
from console.demo.cast import Buyer, Cast, Seller
from console.demo.content import Language, Library, Story, StoryEvent, Topic, Traits
from console.demo.dice import Dice, dice, hours, one, weighted
from console.demo.goods import Numbers, Shelf
from console.demo.parcels import Courier, Fate, Way
from console.demo.wording import Voice, day_text, money_text
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
_FRIDAY = 4
_NIGHT_ENDS = 6


@dataclass(frozen=True)
class Case:
    """What a conversation is about. It begins at `begins`; `seller` is the order's, if any."""

    key: str
    topic: str
    texts: Topic
    traits: Traits
    voice: Voice
    asker: Sender
    begins: datetime
    subject: str
    opening: str
    zone: tzinfo
    team: str
    buyer: Buyer | None = None
    seller: Seller | None = None
    order: Order | None = None
    way: Way | None = None


@dataclass
class Casebook:
    """Draws cases; `numbers` are the order numbers given out so far."""

    library: Library
    cast: Cast
    seed: int
    numbers: Numbers = field(default_factory=Numbers)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.library, self.numbers)
        self.courier = Courier(self.library)

    def topic(self, rng: Dice) -> str:
        """A topic, by how often it comes up."""
        traits = self.library.shop.topics
        return weighted(rng, list(traits), [known.weight for known in traits.values()])

    def drawn(self, key: str, topic: str, about: datetime, *, exact: bool = False) -> Case:
        """A case that begins on the day of `about`, or `exact`ly then."""
        rng = dice(self.seed, "case", key)
        traits = self.library.shop.topics[topic]
        channel: Channel = weighted(rng, ("email", "web", "chat"), (60, 25, 15))
        if topic == "trade":
            return self._trade(rng, key, about, channel)
        buyer = self.cast.any_buyer(rng)
        if traits.ready == "none":
            return self._case(rng, key, topic, about, channel, buyer)
        seller = self.cast.seller_for(rng, buyer, traits.kinds)
        fate: Fate = "slow" if topic in _EARLY else _FATES[traits.ready]
        gap = hours(rng, *traits.gap_h)
        placed = placed_on(rng, about - timedelta(days=9), buyer.zone)
        order = self.shelf.order(rng, buyer, seller, placed, traits.kinds)
        way = self.courier.way(rng, order, buyer, seller, fate)
        begins = _awake(way.marks[traits.ready] + gap, buyer.zone)
        shift = about - begins
        if not exact:
            shift = timedelta(days=(about.date() - begins.date()).days)
        way, begins = way.moved(shift), begins + shift
        return self._case(rng, key, topic, begins, channel, buyer, seller, order, way)

    def told(self, story: Story, now: datetime) -> Case:
        """A story's case, its first message `ago` minutes before now."""
        rng = dice(self.seed, "story", story.key)
        first = story.messages[0]
        begins = now - timedelta(minutes=first.ago)
        seller = self.cast.seller_named(story.seller) if story.seller else None
        if not story.buyer:
            assert seller is not None, "a story has a buyer or a seller"
            case = self._seller_case(rng, story.key, story.topic, begins, first.channel, seller)
            return replace(case, subject=story.subject)
        buyer = self.cast.told[story.buyer]
        order, way = None, None
        if seller is not None:
            order, way = self._told_order(rng, story, buyer, seller, begins, now)
        case = self._case(
            rng, story.key, story.topic, begins, first.channel, buyer, seller, order, way
        )
        return replace(case, subject=case.voice.say(story.subject))

    def _told_order(
        self,
        rng: Dice,
        story: Story,
        buyer: Buyer,
        seller: Seller,
        begins: datetime,
        now: datetime,
    ) -> tuple[Order, Way]:
        traits = self.library.shop.topics[story.topic]
        placed = placed_on(rng, begins - timedelta(days=9), buyer.zone)
        by_hand = story.order
        if by_hand is None:
            order = self.shelf.order(rng, buyer, seller, placed)
        else:
            order = self.shelf.told(rng, buyer, seller, placed, by_hand)
        if by_hand and by_hand.events:
            events = tuple(_event_told(event, now, buyer.zone) for event in by_hand.events)
            promised_at = _on_day(now, by_hand.promised, "18:00", buyer.zone)
            order = structs.replace(order, placed_at=events[0].at)
            marks = {"paid": events[1].at, "stuck": events[-1].at}
            return order, Way(events, marks, promised_at, events[-1].place)
        fate: Fate = "slow" if story.topic in _EARLY else _FATES[traits.ready]
        way = self.courier.way(rng, order, buyer, seller, fate)
        gap = hours(rng, traits.gap_h[0], (traits.gap_h[0] + traits.gap_h[1]) / 2)
        return order, way.moved(begins - gap - way.marks[traits.ready])

    def _trade(self, rng: Dice, key: str, about: datetime, channel: Channel) -> Case:
        seller = one(rng, self.cast.sellers)
        begins = _awake(about, seller.zone)
        return self._seller_case(rng, key, "trade", begins, channel, seller)

    def _seller_case(
        self, rng: Dice, key: str, topic: str, begins: datetime, channel: Channel, seller: Seller
    ) -> Case:
        language = self.library.languages[seller.sender.language]
        name = seller.sender.name
        values = {
            "name": name,
            "full": name,
            "last": name,
            "seller": name,
            "city": seller.sender.city,
        }
        texts, traits = language.topics[topic], self.library.shop.topics[topic]
        country = self.library.countries[seller.sender.country]
        subject, opening = words_for(rng, texts, "", paired=traits.paired)
        return Case(
            key=key,
            topic=topic,
            texts=texts,
            traits=traits,
            voice=Voice(language, _locale(seller.sender), channel, values, woman=False),
            asker=seller.sender,
            begins=begins,
            subject=subject,
            opening=opening,
            zone=seller.zone,
            team=country.team,
            seller=seller,
        )

    def _kind(self, language: Language, order: Order | None) -> str:
        """The kind of an order's first article, empty for what no shelf has."""
        title = order.lines[0].title if order else ""
        return next((p.kind for p in language.products if p.title == title), "")

    def _case(
        self,
        rng: Dice,
        key: str,
        topic: str,
        begins: datetime,
        channel: Channel,
        buyer: Buyer,
        seller: Seller | None = None,
        order: Order | None = None,
        way: Way | None = None,
    ) -> Case:
        language = self.library.languages[buyer.country.language]
        if order is not None and way is not None:
            order = _promised(order, way)
        values = {
            "name": buyer.first,
            "last": buyer.last,
            "full": buyer.sender.name,
            "city": buyer.address.city,
            "code": one(rng, self.library.shop.codes),
            **_order_values(order, way, seller, buyer),
        }
        voice = Voice(language, _locale(buyer.sender), channel, values, buyer.woman)
        texts, traits = language.topics[topic], self.library.shop.topics[topic]
        kind = self._kind(language, order)
        subject, opening = words_for(rng, texts, kind, paired=traits.paired)
        return Case(
            key=key,
            topic=topic,
            texts=texts,
            traits=traits,
            voice=voice,
            asker=buyer.sender,
            begins=begins,
            subject=voice.say(subject),
            opening=opening,
            zone=buyer.zone,
            team=traits.team or buyer.country.team,
            buyer=buyer,
            seller=seller,
            order=order,
            way=way,
        )


def words_for(rng: Dice, texts: Topic, kind: str, *, paired: bool) -> tuple[str, str]:
    """A subject and an opening for an article of that kind; paired ones stay together."""
    fitting = []
    for n, text in enumerate(texts.openings):
        kinds, opening = _for_kinds(text)
        if not kinds or kind in kinds:
            fitting.append((n, opening))
    chosen, opening = one(rng, fitting)
    return texts.subjects[chosen] if paired else one(rng, texts.subjects), opening


def _for_kinds(text: str) -> tuple[list[str], str]:
    """The kinds of article that an opening is for, none: all, and the bare opening."""
    if not text.startswith("@"):
        return [], text
    kinds, _, opening = text[1:].partition(" ")
    return kinds.split(","), opening


def placed_on(rng: Dice, day: datetime, zone: tzinfo) -> datetime:
    """A moment of that day at which people there shop, evenings more often."""
    clock = weighted(rng, range(7, 24), (1, 2, 3, 3, 3, 4, 4, 3, 3, 3, 4, 5, 6, 8, 8, 5, 2))
    local = day.astimezone(zone).replace(
        hour=clock, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0
    )
    return local.astimezone(UTC)


def _awake(at: datetime, zone: tzinfo) -> datetime:
    """`at`, or some hours later when people are asleep."""
    hour = at.astimezone(zone).hour
    return at + timedelta(hours=_NIGHT_ENDS + at.minute / 20 - hour) if hour < _NIGHT_ENDS else at


def _promised(order: Order, way: Way) -> Order:
    """The order, placed when its way begins, with the promise on each parcel."""
    parcels = [structs.replace(p, promised_at=way.promised_at) for p in order.fulfilments]
    return structs.replace(order, placed_at=way.events[0].at, fulfilments=tuple(parcels))


def _locale(sender: Sender) -> str:
    return f"{sender.language}_{sender.country}"


def _order_values(
    order: Order | None, way: Way | None, seller: Seller | None, buyer: Buyer
) -> dict[str, str]:
    if order is None or way is None or seller is None or order.total is None:
        return {}
    parcel, locale = order.fulfilments[0], _locale(buyer.sender)
    return {
        "seller": seller.sender.name,
        "product": order.lines[0].title,
        "order": order.number,
        "date": day_text(way.events[0].at, locale, buyer.zone),
        "due": day_text(way.promised_at, locale, buyer.zone),
        "amount": money_text(order.total, locale),
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
        "place": way.place,
    }


def _event_told(told: StoryEvent, now: datetime, zone: tzinfo) -> OrderEvent:
    days = _days_to_friday(now.astimezone(zone)) if told.friday else told.days
    return OrderEvent(_on_day(now, days, told.time, zone), told.name, told.place, told.note)


def _days_to_friday(here: datetime) -> int:
    """Days back to the last Friday that is at least two days past."""
    return (here.weekday() - _FRIDAY - 2) % 7 + 2


def _on_day(now: datetime, days: int, clock: str, zone: tzinfo) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    there = now.astimezone(zone) - timedelta(days=days)
    return there.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)


def plain_order(
    book: Casebook, key: str, placed_day: datetime, fates: Sequence[tuple[Fate, float]]
) -> tuple[Order, Way]:
    """An order that nobody writes about."""
    rng = dice(book.seed, "order", key)
    buyer = book.cast.any_buyer(rng)
    seller = book.cast.seller_for(rng, buyer, ())
    placed = placed_on(rng, placed_day, buyer.zone)
    order = book.shelf.order(rng, buyer, seller, placed)
    fate = weighted(rng, [name for name, _ in fates], [weight for _, weight in fates])
    way = book.courier.way(rng, order, buyer, seller, fate)
    return _promised(order, way), way
