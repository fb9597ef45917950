"""The cache beside the sums of the server: where it differs, and what to ask then."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from console.store.engine import Database
from console.store.reader import Value
from console.sync.asking import BUCKETS, Compared, Digests
from console.sync.records import Seq
from console.sync.registry import Catalog, RecordTable
from console.sync.working import sums, working


class Comparing:
    """What a cache reads of itself for a comparison with the server; nothing is written here."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    def questions(self, kind: str, told: Digests, border: int, most: int) -> list[Compared]:
        """What to ask the server of a kind where the cache is not what these sums are of.

        Parents are mended first: what is asked of children is looked up only then, as it is their
        parents that make them part of the working set.
        """
        if self._catalog.get(kind) is None:
            return []
        buckets = self.differing(told, border, (kind,))[kind]
        return self.about(kind, buckets, border, most)

    def differing(
        self, told: Digests, border: int, kinds: Iterable[str] = ()
    ) -> dict[str, list[int]]:
        """For these kinds, or all, the buckets in which the cache is not what these sums are of."""
        found = {}
        with self._database.reading() as reader:
            for name in kinds or self._catalog.names:
                table = self._catalog[name]
                where, params = _working_of(self._catalog, table, border)
                mine = sums(reader, table.table.name, where, params)
                theirs = told.kinds.get(name, mine)
                found[name] = [n for n in range(BUCKETS) if mine[n] != theirs[n]]
        return found

    def about(self, kind: str, buckets: Sequence[int], border: int, most: int) -> list[Compared]:
        """What to ask the server of a kind, part by part: the differing buckets, and the rest."""
        table = self._catalog[kind]
        where, params = _working_of(self._catalog, table, border)
        sql = f"SELECT t.id, t.rev, CASE WHEN {where} THEN 1 ELSE 0 END FROM {table.table.name} t"
        inside: dict[int, list[tuple[UUID, Seq]]] = {bucket: [] for bucket in buckets}
        beside: list[tuple[UUID, Seq]] = []
        with self._database.reading() as reader:
            for raw_id, rev, working in reader.rows(sql, **params):
                if not working:
                    beside.append((UUID(bytes=raw_id), rev))
                elif raw_id[-1] in inside:
                    inside[raw_id[-1]].append((UUID(bytes=raw_id), rev))
        asked: list[Compared] = []
        some: list[int] = []
        held: list[tuple[UUID, Seq]] = []
        for bucket, mine in [*inside.items(), (None, [])]:
            if some and (bucket is None or len(held) + len(mine) > most):
                asked.append(
                    Compared(kind=kind, border=border, buckets=tuple(some), held=tuple(held))
                )
                some, held = [], []
            if bucket is not None:
                some.append(bucket)
                held += mine
        parts = (beside[start : start + most] for start in range(0, len(beside), most))
        return asked + [Compared(kind=kind, border=border, held=tuple(part)) for part in parts]


def _working_of(
    catalog: Catalog, table: RecordTable[Any], border: int
) -> tuple[str, dict[str, Value]]:
    """The condition on `t` that a row is in the working set as it ends at `border`."""
    condition = working(catalog, table)
    return condition, {"border": border} if ":border" in condition else {}
