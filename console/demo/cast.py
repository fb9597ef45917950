"""Who buys and sells in the sandbox: names that fit their countries, addresses that fit their cities."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.conversations.records import Sender
from console.demo.content import Country, Library
from console.demo.dice import Dice, dice, one, sandbox_id, weighted
from console.demo.texts import Language
from console.demo.told import StoryBuyer
from console.kernel.money import exponent
from console.orders.model import Address

BUYERS = 600
SELLS = {"home": ("home", "soft"), "fashion": ("fashion", "shoes", "dress")}
"""The kinds of article a seller has, where they are more than the seller's own."""
_DOMAINS = ("mail.example", "post.example", "inbox.example", "webpost.example")
_PATTERN = re.compile(r"[#@]")
_CHOICE = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ß": "ss", "ø": "o", "đ": "d"})


@dataclass(frozen=True)
class Buyer:
    """Somebody who buys. `keen` is how much more they buy than others.

    `before` and `spent_before` are the orders and minor units from before the sandbox's year.
    """

    id: UUID
    sender: Sender
    first: str
    last: str
    woman: bool
    country: Country
    address: Address
    keen: float
    before: int
    spent_before: int

    @property
    def zone(self) -> tzinfo:
        """The time zone they live in."""
        return zone_of(self.sender.zone)


@dataclass(frozen=True)
class Seller:
    """Somebody who sells `kind` things."""

    id: UUID
    sender: Sender
    kind: str

    @property
    def zone(self) -> tzinfo:
        """The time zone they live in."""
        return zone_of(self.sender.zone)

    @property
    def sells(self) -> tuple[str, ...]:
        """The kinds of article on their shelf."""
        return SELLS.get(self.kind, (self.kind,))


def zone_of(name: str) -> tzinfo:
    """The time zone of that name; UTC on a machine that does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


class Cast:
    """All buyers and sellers of a seed. `today` only decides how long they have been around."""

    def __init__(self, library: Library, seed: int, today: datetime) -> None:
        self._library = library
        self._seed = seed
        self._today = today
        self._taken: set[str] = set()
        self.sellers: Sequence[Seller] = [self._seller(n) for n in range(len(library.sellers))]
        self.told: Mapping[str, Buyer] = {
            key: self._told(key, by_hand) for key, by_hand in library.buyers.items()
        }
        made = [self._buyer(n) for n in range(BUYERS - len(self.told))]
        self.buyers: Sequence[Buyer] = [*self.told.values(), *made]
        self._weights = [buyer.keen for buyer in self.buyers]

    def any_buyer(self, rng: Dice) -> Buyer:
        """One of the buyers, the keen ones more often; nobody told by hand."""
        skip = len(self.told)
        return weighted(rng, self.buyers[skip:], self._weights[skip:])

    def seller_for(self, rng: Dice, buyer: Buyer, kinds: Sequence[str]) -> Seller:
        """A seller of one of these kinds (any when empty), near the buyer more often than not."""
        wanted = set(kinds)
        fitting = [seller for seller in self.sellers if not kinds or wanted & set(seller.sells)]
        near = [s for s in fitting if s.sender.language == buyer.sender.language]
        return one(rng, near if near and rng.random() < 0.6 else fitting)

    def seller_named(self, name: str) -> Seller:
        """The seller of that name, who must exist."""
        return next(seller for seller in self.sellers if seller.sender.name == name)

    def seller_of(self, seller_id: UUID) -> Seller | None:
        """The seller of that id."""
        return next((seller for seller in self.sellers if seller.id == seller_id), None)

    def _seller(self, n: int) -> Seller:
        line = self._library.sellers[n]
        rng = dice(self._seed, "seller", n)
        sender = Sender(
            side="seller",
            name=line.name,
            email=line.mail,
            city=line.city,
            country=line.country,
            language=line.language,
            zone=line.zone,
            since=self._since(rng, 400, 2600),
        )
        return Seller(sandbox_id(self._seed, "seller", line.mail), sender, line.kind)

    def _since(self, rng: Dice, fewest_days: int, most_days: int) -> datetime:
        day = self._today.replace(hour=9, minute=0, second=0, microsecond=0)
        return day - timedelta(days=rng.randint(fewest_days, most_days))

    def _told(self, key: str, by_hand: StoryBuyer) -> Buyer:
        country = self._library.countries[by_hand.country]
        language = self._library.languages[country.language]
        rng = dice(self._seed, "told", key)
        names = (by_hand.first, by_hand.last)
        self._taken.add(by_hand.email)
        city = next(line for line in country.cities if line.startswith(by_hand.city))
        since = self._since(rng, by_hand.years * 365 + 20, by_hand.years * 365 + 300)
        return self._person(
            rng, country, language, names, city, by_hand.email, by_hand.woman, since,
            by_hand.orders, by_hand.spent,
        )  # fmt: skip

    def _buyer(self, n: int) -> Buyer:
        rng = dice(self._seed, "buyer", n)
        countries = list(self._library.countries.values())
        country = weighted(rng, countries, [place.weight for place in countries])
        language = self._library.languages[country.language]
        woman = rng.random() < 0.52
        first, first_latin = _spelt(one(rng, language.women if woman else language.men), woman)
        last, last_latin = _spelt(one(rng, language.families), woman)
        email = self._email(rng, first_latin, last_latin)
        since = self._since(rng, 380, 2400) if rng.random() < 0.75 else self._since(rng, 365, 380)
        before = int(rng.expovariate(0.25))
        rate = self._library.shop.currencies[country.currency].rate
        spent = int(before * rng.uniform(35, 90) * rate) * 10 ** exponent(country.currency)
        return self._person(
            rng, country, language, (first, last), one(rng, country.cities), email, woman, since,
            before, spent,
        )  # fmt: skip

    def _person(
        self,
        rng: Dice,
        country: Country,
        language: Language,
        names: tuple[str, str],
        city_line: str,
        email: str,
        woman: bool,
        since: datetime,
        before: int,
        spent: int,
    ) -> Buyer:
        first, last = names
        full = f"{last} {first}" if language.family_first else f"{first} {last}"
        city, postcode, zone = city_line.split("|")
        street = one(rng, language.streets).format(n=rng.randint(1, 140))
        sender = Sender(
            side="buyer",
            name=full,
            email=email,
            city=city,
            country=country.code,
            language=language.language,
            zone=zone,
            since=since,
        )
        address = Address(full, street, city, _drawn(rng, postcode), country.code)
        keen = rng.paretovariate(2.8)
        buyer_id = sandbox_id(self._seed, "buyer", email)
        return Buyer(
            buyer_id, sender, first, last, woman, country, address, keen, before, spent
        )  # fmt: skip

    def _email(self, rng: Dice, first: str, last: str) -> str:
        shapes = (f"{first}.{last}", f"{first[0]}{last}", f"{first}{last[0]}", f"{last}.{first}")
        mailbox = one(rng, shapes)
        domain = one(rng, _DOMAINS)
        number = 0
        while (email := f"{mailbox}{number or ''}@{domain}") in self._taken:
            number += rng.randint(1, 40)
        self._taken.add(email)
        return email


def _spelt(entry: str, woman: bool) -> tuple[str, str]:
    """A name as written, and in plain Latin letters for an address."""
    name, _, latin = _CHOICE.sub(r"\2" if woman else r"\1", entry).partition("=")
    plain = unicodedata.normalize("NFKD", (latin or name).translate(_PLAIN))
    return name, "".join(
        letter for letter in plain.lower() if letter in "abcdefghijklmnopqrstuvwxyz"
    )


def _drawn(rng: Dice, pattern: str) -> str:
    """A postcode pattern with its digits (#) and letters (@) drawn."""

    def draw(mark: re.Match[str]) -> str:
        return one(rng, "0123456789" if mark.group() == "#" else "ABDEFGHJLNPQRSTUWXYZ")

    return _PATTERN.sub(draw, pattern)
