"""All that is written in the sandbox, by language: the shape of the text files."""

from msgspec import Struct

Texts = tuple[str, ...]


class Data(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what is read from our own files: a misspelt field is an error."""


class Product(Data, frozen=True):
    """An article as its shop page calls it; `eur` is what it costs about."""

    title: str
    eur: float
    kind: str


class Topic(Data, frozen=True):
    """What is said about one kind of trouble, in the order in which it is said.

    Openings may begin with the kinds of article they fit (`@shoes,fashion `), what follows with
    the numbers of the openings it fits, from 0 (`#0,2 `). `seller` is what
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


class Language(Data, frozen=True):
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


class Notes(Data, frozen=True):
    """What colleagues write among themselves."""

    general: Texts
    topics: dict[str, Texts]
