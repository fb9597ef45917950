"""One conversation's ground: who asks whom about which order, and the words that name it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from console.conversations.model import Channel
from console.conversations.records import Sender
from console.demo.cast import Buyer, Seller
from console.demo.content import Library, Traits
from console.demo.dice import Dice, one
from console.demo.parcels import Way
from console.demo.texts import Language, Topic
from console.demo.wording import Voice, day_text, money_text
from console.orders.model import Order


@dataclass(frozen=True)
class Purchase:
    """Who bought what from whom, and what happened to it."""

    buyer: Buyer
    seller: Seller
    order: Order
    way: Way


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
    opening_no: int
    zone: tzinfo
    team: str
    buyer: Buyer | None = None
    seller: Seller | None = None
    order: Order | None = None
    way: Way | None = None

    def fitting(self, texts: Sequence[str]) -> list[str]:
        """Those texts that go with how this case was opened."""
        found = []
        for text in texts:
            numbers, _, bare = text[1:].partition(" ")
            if not text.startswith("#"):
                found.append(text)
            elif str(self.opening_no) in numbers.split(","):
                found.append(bare)
        return found


def buyer_case(
    library: Library,
    rng: Dice,
    key: str,
    topic: str,
    begins: datetime,
    channel: Channel,
    buyer: Buyer,
    purchase: Purchase | None = None,
) -> Case:
    """A buyer's case, about what they bought if that is told."""
    language = library.languages[buyer.country.language]
    texts, traits = language.topics[topic], library.shop.topics[topic]
    values = {
        "name": buyer.first,
        "last": buyer.last,
        "full": buyer.sender.name,
        "city": buyer.address.city,
        "code": one(rng, library.shop.codes),
        **(_order_values(purchase) if purchase else {}),
    }
    voice = Voice(language, _locale(buyer.sender), channel, values, buyer.woman)
    kind = _kind(language, purchase.order) if purchase else ""
    subject, number, opening = words_for(rng, texts, kind, paired=traits.paired)
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
        opening_no=number,
        zone=buyer.zone,
        team=traits.team or buyer.country.team,
        buyer=buyer,
        seller=purchase.seller if purchase else None,
        order=purchase.order if purchase else None,
        way=purchase.way if purchase else None,
    )


def seller_case(
    library: Library,
    rng: Dice,
    key: str,
    topic: str,
    begins: datetime,
    channel: Channel,
    seller: Seller,
) -> Case:
    """A seller's own case."""
    language = library.languages[seller.sender.language]
    texts, traits = language.topics[topic], library.shop.topics[topic]
    name = seller.sender.name
    values = {**dict.fromkeys(("name", "full", "last", "seller"), name), "city": seller.sender.city}
    subject, number, opening = words_for(rng, texts, "", paired=traits.paired)
    return Case(
        key=key,
        topic=topic,
        texts=texts,
        traits=traits,
        voice=Voice(language, _locale(seller.sender), channel, values, woman=False, firm=True),
        asker=seller.sender,
        begins=begins,
        subject=subject,
        opening=opening,
        opening_no=number,
        zone=seller.zone,
        team=library.countries[seller.sender.country].team,
        seller=seller,
    )


def _kind(language: Language, order: Order) -> str:
    """The kind of an order's first article, empty for what no shelf has."""
    title = order.lines[0].title
    return next((product.kind for product in language.products if product.title == title), "")


def words_for(rng: Dice, texts: Topic, kind: str, *, paired: bool) -> tuple[str, int, str]:
    """A subject, an opening's number and the opening, for an article of that kind.

    Paired ones stay together.
    """
    fitting = []
    for n, text in enumerate(texts.openings):
        kinds, opening = _for_kinds(text)
        if not kinds or kind in kinds:
            fitting.append((n, opening))
    chosen, opening = one(rng, fitting)
    return texts.subjects[chosen] if paired else one(rng, texts.subjects), chosen, opening


def _for_kinds(text: str) -> tuple[list[str], str]:
    """The kinds of article that an opening is for, none: all, and the bare opening."""
    if not text.startswith("@"):
        return [], text
    kinds, _, opening = text[1:].partition(" ")
    return kinds.split(","), opening


def _locale(sender: Sender) -> str:
    return f"{sender.language}_{sender.country}"


def _order_values(purchase: Purchase) -> dict[str, str]:
    order, way, buyer = purchase.order, purchase.way, purchase.buyer
    assert order.total is not None, "the shop knows what its orders cost"
    parcel, locale = order.fulfilments[0], _locale(buyer.sender)
    return {
        "seller": purchase.seller.sender.name,
        "product": order.lines[0].title,
        "order": order.number,
        "date": day_text(way.events[0].at, locale, buyer.zone),
        "due": day_text(way.promised_at, locale, buyer.zone),
        "amount": money_text(order.total, locale),
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
        "place": way.place,
    }
