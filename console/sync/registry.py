"""What a room declares of itself: how a kind is stored, how a command is decided and previewed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Table

from console.kernel.codec import Record
from console.store.reader import Columns
from console.sync.aside import BesideTable
from console.sync.blobs import Attached
from console.sync.records import Kind, Scopes

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Latest:
    """Of a child kind a console holds the last `rows`; older ones are fetched when asked for.

    `place` is the child's column that counts from 1, `count` the parent's that says how many.
    """

    rows: int
    place: str
    count: str


@dataclass(frozen=True)
class RecordTable(Generic[R]):
    """Where a kind is stored, and the query columns its document projects to.

    A child's table has its parent's id in the column `parent`, and a column `internal` (0 or 1).

    What a console keeps of it (its working set) is everything, unless: `working` is a condition on
    the table `t` that may use `:border` (a time in ms; what nobody touched since is left out);
    other kinds bring it along: `brings` maps a kind to the condition, on the table `a` of the
    bringing kind, that the brought row `t` belongs to it; or it is a child with a `latest` part.
    `blobs` names the files that a record carries; None for kinds that carry none. `beside` are
    rows that each record gives to another table.
    """

    kind: Kind[R]
    table: Table
    project: Callable[[R], Columns]
    parent: str = ""
    working: str = ""
    brings: Mapping[str, str] = field(default_factory=dict)
    latest: Latest | None = None
    blobs: Callable[[R], Sequence[Attached]] | None = None
    beside: BesideTable[R] | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables in which the kind is stored, its own first."""
        return (self.table, self.beside.table) if self.beside else (self.table,)


class Leaving(Enum):
    """Why rows go: each decides how thoroughly their words are taken out at once."""

    GONE = "gone"
    """Deleted or moved away: no byte of them stays."""
    LOST = "lost"
    """A whole scope is lost: the same, also for what was let go before."""
    LET_GO = "let go"
    """Nobody needs them here; their bytes go a little later, piece by piece."""


class Index(Protocol):
    """A full-text index in the cache's file, written in the cache's own transactions.

    A room above fills it in; its triggers see every row that comes and goes.
    """

    def prepare(self, connection: Connection) -> None:
        """Make what is missing; what another release made is made anew and filled again."""

    def settle(self, connection: Connection, leaving: Leaving) -> None:
        """Take out the words of the rows that this transaction deletes or changes."""

    def step(self, connection: Connection) -> bool:
        """Put in some of the rows that are not in yet, the newest; whether more is to be done."""


class Catalog:
    """All kinds, parents before their children, in the order a console fetches them.

    `index` is the full-text index that a console keeps of them.
    """

    def __init__(self, tables: Iterable[RecordTable[Any]], index: Index | None = None) -> None:
        self.index = index
        self.tables: Mapping[str, RecordTable[Any]] = {t.kind.name: t for t in tables}
        self.children: dict[str, list[RecordTable[Any]]] = {name: [] for name in self.tables}
        for entry in self.tables.values():
            if entry.kind.parent is not None:
                self.children[entry.kind.parent].append(entry)

    def __getitem__(self, name: str) -> RecordTable[Any]:
        return self.tables[name]

    def get(self, name: str) -> RecordTable[Any] | None:
        """The kind's table, or None for a kind this version does not know."""
        return self.tables.get(name)

    def bringers(self, kind: str) -> list[tuple[RecordTable[Any], str]]:
        """The tables whose rows bring rows of this kind along, each with its condition."""
        return [(by, by.brings[kind]) for by in self.tables.values() if kind in by.brings]

    @cached_property
    def kept(self) -> list[RecordTable[Any]]:
        """Kinds of which a console keeps a part, each after those that bring it or hold it."""
        after: dict[str, set[str]] = {}
        for name, table in self.tables.items():
            after[name] = {by.kind.name for by, _ in self.bringers(name)}
            after[name] |= {table.kind.parent} if table.kind.parent else set()
        order = [self.tables[name] for name in TopologicalSorter(after).static_order()]
        return [t for t in order if t.working or t.kind.parent or self.bringers(t.kind.name)]

    def of(self, kind: Kind[R]) -> RecordTable[R]:
        """The table of `kind`, typed."""
        return self.tables[kind.name]

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds' names, parents first."""
        return tuple(self.tables)


class Actor(Protocol):
    """Whoever wants something: `people` fills it in, the spine only passes it on."""

    @property
    def user_id(self) -> UUID:
        """The user, or the integration's own id."""

    @property
    def device(self) -> UUID | None:
        """The device whose commands are numbered, None for those that number nothing."""

    @property
    def scopes(self) -> Scopes:
        """What the actor may see now."""
