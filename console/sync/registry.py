"""What a room declares of itself: how a kind is stored, how a command is decided and previewed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Table

from console.kernel.codec import Record
from console.store.schema import Columns
from console.sync.blobs import Attached
from console.sync.records import Kind, Scopes

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class RecordTable(Generic[R]):
    """Where a kind is stored, and the query columns its document projects to.

    A child's table has its parent's id in the column `parent`, and a column `internal` (0 or 1).
    `blobs` names the files that a record carries; None for kinds that carry none.
    """

    kind: Kind[R]
    table: Table
    project: Callable[[R], Columns]
    parent: str = ""
    blobs: Callable[[R], Sequence[Attached]] | None = None


class Catalog:
    """All kinds, parents before their children, in the order a console fetches them."""

    def __init__(self, tables: Iterable[RecordTable[Any]]) -> None:
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
