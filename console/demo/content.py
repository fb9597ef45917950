"""What the sandbox is made of: texts, places, sellers, colleagues, stories, read and checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec

from console.demo.texts import Data, Language, Notes, Texts
from console.demo.told import Story, StoryBuyer
from console.fields.model import FieldType
from console.kernel.assets import asset

LANGUAGES = ("en", "de", "fr", "es", "pl", "pt", "tr", "ar", "hi", "ja")
Ready = Literal["none", "paid", "stuck", "delivered", "received", "declined"]
Ending = Literal["", "refund", "returned", "approved", "cancelled"]


class Country(Data, frozen=True):
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


class SellerLine(Data, frozen=True):
    """One seller; `kind` is what they sell."""

    name: str
    mail: str
    city: str
    country: str
    language: str
    zone: str
    kind: str


class Staff(Data, frozen=True):
    """A colleague, with the days (0: Monday) and UTC hours of their shift."""

    key: str
    name: str
    email: str
    role: str
    teams: Texts
    days: tuple[int, ...]
    hours: tuple[int, int]


class Currency(Data, frozen=True):
    """Units for one euro; prices are whole multiples of `step` units, or end in 90 when it is 0."""

    rate: float
    step: int


class Traits(Data, frozen=True):
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


class MacroLine(Data, frozen=True):
    """A macro that a colleague wrote; `team` shares it with one, without it everybody has it."""

    by: str
    name: str
    shortcut: str
    text: str = ""
    team: str = ""
    mine: bool = False
    status: str = ""
    priority: str = ""
    add_tags: Texts = ()
    to_me: bool = False
    at_once: bool = False
    files: Texts = ()


class FieldLine(Data, frozen=True):
    """A custom field, and which tickets have a value: see the file."""

    name: str
    type: FieldType
    value: Literal["carrier", "return", "day", "sometimes"]
    tags: Texts = ()


class NoteLine(Data, frozen=True):
    """What a colleague noted of a customer."""

    by: str
    on: str
    body: str


class SearchLines(Data, frozen=True):
    """What a colleague searches for again and again."""

    by: str
    lines: Texts


class DeskLines(Data, frozen=True):
    """What colleagues set up at their desks."""

    fields: tuple[FieldLine, ...]
    notes: tuple[NoteLine, ...]
    searches: tuple[SearchLines, ...]


class Shop(Data, frozen=True):
    """The shop itself."""

    teams: Texts
    codes: Texts
    staff: tuple[Staff, ...]
    currencies: dict[str, Currency]
    topics: dict[str, Traits]


class _Macros(Data, frozen=True):
    macros: tuple[MacroLine, ...]


class _Stories(Data, frozen=True):
    buyers: dict[str, StoryBuyer]
    stories: tuple[Story, ...]


class _Places(Data, frozen=True):
    countries: tuple[Country, ...]


class _Sellers(Data, frozen=True):
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
    macros: tuple[MacroLine, ...]
    desks: DeskLines

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
    macros = _read("macros.toml", _Macros).macros
    return Library(
        languages, countries, sellers, shop, notes, told.buyers, told.stories, macros,
        _read("desks.toml", DeskLines),
    )  # fmt: skip


D = TypeVar("D", bound=Data)


def _read(name: str, kind: type[D]) -> D:
    plain: dict[str, Any] = tomllib.loads(asset("demo", name).read_text(encoding="utf-8"))
    return msgspec.convert(plain, kind)
