"""What the sandbox is made of: texts by language, places, sellers, staff and stories, as typed data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from console.conversations.model import Channel, LaneName
from console.kernel.assets import asset
from console.orders.model import EventName
from console.tickets.model import Priority, Status

LANGUAGES = ("en", "de", "fr", "es", "pl", "pt", "tr", "ar", "hi", "ja")
Texts = tuple[str, ...]
Ready = Literal["none", "paid", "stuck", "delivered", "received", "declined"]
Ending = Literal["", "refund", "returned", "approved", "cancelled"]


class _Data(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what is read from our own files: a misspelt field is an error."""


class Product(_Data, frozen=True):
    """An article as its shop page calls it; `eur` is what it costs about."""

    title: str
    eur: float
    kind: str


class Topic(_Data, frozen=True):
    """What is said about one kind of trouble, in the order in which it is said.

    Openings may begin with the kinds of article they fit: `@shoes,fashion `. `seller` is what
    sellers say to us, `to_seller` what we answer them, `found` how a search for a parcel ends well.
    """

    subjects: Texts
    openings: Texts
    first: Texts
    more: Texts
    solved: Texts
    seller: Texts = ()
    to_seller: Texts = ()
    found: Texts = ()


class Language(_Data, frozen=True):
    """All that is written in one language, and the names of those who write it.

    Names may carry their Latin spelling after `=`. `welcome` greets in a first answer, `hello` in
    any. `lower_after_greeting`: a letter goes on in lower case after its greeting.
    """

    language: str
    quote: str
    greetings: Texts
    signoffs: Texts
    extras: Texts
    nudges: Texts
    thanks: Texts
    hello: Texts
    welcome: Texts
    closing: Texts
    holding: Texts
    bye: Texts
    long: Texts
    women: Texts
    men: Texts
    families: Texts
    streets: Texts
    products: tuple[Product, ...]
    topics: dict[str, Topic]
    lower_after_greeting: bool = False
    family_first: bool = False


class Country(_Data, frozen=True):
    """Where people live. Cities are `name|postcode pattern|time zone`."""

    code: str
    language: str
    currency: str
    team: str
    weight: int
    cities: Texts
    hubs: Texts
    carriers: Texts
    methods: Texts


class SellerLine(_Data, frozen=True):
    """One seller; `kind` is what they sell."""

    name: str
    mail: str
    city: str
    country: str
    language: str
    zone: str
    kind: str


class Staff(_Data, frozen=True):
    """A colleague, with the days (0: Monday) and UTC hours of their shift."""

    key: str
    name: str
    email: str
    role: str
    teams: Texts
    days: tuple[int, ...]
    hours: tuple[int, int]


class Currency(_Data, frozen=True):
    """Units for one euro; prices are whole multiples of `step` units, or end in 90 when it is 0."""

    rate: float
    step: int


class Traits(_Data, frozen=True):
    """How cases of a topic go; the file tells what each field means."""

    weight: int
    ready: Ready
    note: float
    short: float
    tags: Texts
    gap_h: tuple[float, float] = (0, 0)
    seller: float = 0
    late: bool = False
    paired: bool = False
    urgent: float = 0
    team: str = ""
    kinds: Texts = ()
    ends: Ending = ""
    files: Texts = ()
    files_share: float = 0.5
    more_files: Texts = ()


class Shop(_Data, frozen=True):
    """The shop itself."""

    teams: Texts
    codes: Texts
    staff: tuple[Staff, ...]
    currencies: dict[str, Currency]
    topics: dict[str, Traits]


class Notes(_Data, frozen=True):
    """What colleagues write among themselves."""

    general: Texts
    topics: dict[str, Texts]


class StoryBuyer(_Data, frozen=True):
    """A buyer told by hand; `years` ago they joined, `spent` counts minor units."""

    first: str
    last: str
    woman: bool
    country: str
    city: str
    email: str
    years: int
    orders: int
    spent: int


class StoryEvent(_Data, frozen=True):
    """An order event so many days back, or on the last Friday at least two days past."""

    name: EventName
    time: str
    days: int = 0
    friday: bool = False
    place: str = ""
    note: str = ""


class StoryOrder(_Data, frozen=True):
    """What is special about a story's order; the rest is made up."""

    title: str
    price: int
    shipping: int
    quantity: int = 1
    number: str = ""
    masked: str = ""
    carrier: str = ""
    tracking: str = ""
    promised: int = 0
    events: tuple[StoryEvent, ...] = ()


class StoryMessage(_Data, frozen=True):
    """A message `ago` minutes back; `by` is a colleague's key, empty for the lane's party."""

    ago: int
    text: str
    lane: LaneName | None = None
    by: str = ""
    channel: Channel = "email"
    files: Texts = ()


class Story(_Data, frozen=True):
    """A conversation told by hand; `triage` minutes ago it got team, priority, tags, assignee."""

    key: str
    topic: str
    subject: str
    messages: tuple[StoryMessage, ...]
    triage: int
    buyer: str = ""
    seller: str = ""
    team: str = ""
    priority: Priority = Priority.NORMAL
    tags: Texts = ()
    assignee: str = ""
    status: Status = Status.OPEN
    found: bool = False
    order: StoryOrder | None = None


class _Stories(_Data, frozen=True):
    buyers: dict[str, StoryBuyer]
    stories: tuple[Story, ...]


class _Places(_Data, frozen=True):
    countries: tuple[Country, ...]


class _Sellers(_Data, frozen=True):
    sellers: tuple[SellerLine, ...]


@dataclass(frozen=True)
class Library:
    """Everything at once."""

    languages: Mapping[str, Language]
    countries: Mapping[str, Country]
    sellers: tuple[SellerLine, ...]
    shop: Shop
    notes: Notes
    buyers: Mapping[str, StoryBuyer]
    stories: tuple[Story, ...]

    def staff(self, key: str) -> Staff:
        """The colleague of that key."""
        return next(member for member in self.shop.staff if member.key == key)


def load() -> Library:
    """The whole library, read and checked; takes a few hundredths of a second."""
    languages = {name: _read(f"{name}.toml", Language) for name in LANGUAGES}
    countries = {place.code: place for place in _read("places.toml", _Places).countries}
    sellers = _read("sellers.toml", _Sellers).sellers
    told = _read("stories.toml", _Stories)
    shop, notes = _read("shop.toml", Shop), _read("notes.toml", Notes)
    return Library(languages, countries, sellers, shop, notes, told.buyers, told.stories)


D = TypeVar("D", bound=_Data)


def _read(name: str, kind: type[D]) -> D:
    plain: dict[str, Any] = tomllib.loads(asset("demo", name).read_text(encoding="utf-8"))
    return msgspec.convert(plain, kind)
