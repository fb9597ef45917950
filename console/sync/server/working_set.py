"""A console's working set, found from what is worked on: its cost is its own size, not the history's.

Asking of every row whether something keeps it (`sync.working`) would go through all that was ever
written. So it goes the other way: which tickets are worked on says an index, what belongs to them
is looked up by their ids. What brings a record along counts only where the asker sees it, as in
their cache.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from console.store.reader import Reader, Row, Value, listed
from console.sync.asking import PAGE_ROWS
from console.sync.records import Scopes, Seq, internal_scope
from console.sync.registry import Catalog, RecordTable
from console.sync.server.seen import visible

_IDS_PER_QUERY = 500
_PARENTS_PER_PAGE = 250
_ID_BYTES = 16
_LAST = b"\xff" * _ID_BYTES
_DONE = bytes(_ID_BYTES)


class Ids:
    """Many ids in little memory, ascending, each once."""

    def __init__(self, ids: Iterable[bytes]) -> None:
        self._all = b"".join(sorted(set(ids)))

    def __len__(self) -> int:
        return len(self._all) // _ID_BYTES

    def __getitem__(self, place: int) -> bytes:
        return self._all[place * _ID_BYTES : (place + 1) * _ID_BYTES]

    def below(self, border: bytes, most: int) -> list[bytes]:
        """The highest of those below `border`, highest first, at most so many."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self[middle] < border else (low, middle)
        return [self[place] for place in range(low - 1, max(low - 1 - most, -1), -1)]

    def blocks(self) -> Iterator[list[bytes]]:
        """All, so many as one query takes."""
        for start in range(0, len(self), _IDS_PER_QUERY):
            some = [self[n] for n in range(start, min(start + _IDS_PER_QUERY, len(self)))]
            yield _filled(some, _IDS_PER_QUERY)


def _filled(ids: list[bytes], count: int) -> list[bytes]:
    """So many ids, the last one again and again: the same statement serves any number of them."""
    return ids + ids[-1:] * (count - len(ids))


class Some(NamedTuple):
    """Part of a kind: rows of id, rev, scopes and document, and after which place it goes on."""

    rows: list[Row]
    after: str | None


class WorkingSet:
    """What a console with these scopes keeps, by id, as one snapshot had it; see `read`."""

    def __init__(self, catalog: Catalog, scopes: Scopes, ids: dict[str, Ids]) -> None:
        self._catalog = catalog
        self._scopes = scopes
        self._ids = ids

    @classmethod
    def read(cls, reader: Reader, catalog: Catalog, scopes: Scopes, border: int) -> "WorkingSet":
        """The working set that ends at `border`. Children are found by their parents later on."""
        # Whoever sees the inside of a queue sees children of what it shows; see `visible`.
        near = scopes | {scope - 1 for scope in scopes if scope == internal_scope(scope)}
        found: dict[str, Ids] = {}
        kept = catalog.kept
        own = [table for table in catalog.tables.values() if table not in kept]
        for table in (*own, *kept):
            name = table.kind.name
            if table.kind.parent is not None:
                continue
            if table.working:
                found[name] = Ids(_worked_on(reader, table, near, border))
            elif brought := catalog.bringers(name):
                found[name] = Ids(_brought(reader, table, brought, found, near))
            else:
                found[name] = Ids(_shown(reader, name, near))
        return cls(catalog, scopes, found)

    def total(self, reader: Reader, kind: str) -> int:
        """How many of a kind there are; of children at most so many."""
        table = self._catalog[kind]
        if table.kind.parent is None:
            return len(self._ids[kind])
        parents = self._ids[table.kind.parent]
        return sum(_children(reader, self._catalog, table, block) for block in parents.blocks())

    def page(self, reader: Reader, kind: str, after: str) -> Some:
        """At most PAGE_ROWS of a kind behind a place, an empty one being its beginning.

        Newest id first; children by their parents. The place is in hex, of one id or two.
        """
        table = self._catalog[kind]
        place = bytes.fromhex(after)
        if table.kind.parent is None:
            return self._parents(reader, table, place or _LAST)
        return self._children(reader, table, place or _LAST + _LAST)

    def _parents(self, reader: Reader, table: RecordTable[Any], after: bytes) -> Some:
        some = self._ids[table.kind.name].below(after, PAGE_ROWS)
        if not some:
            return Some([], None)
        where, params = visible(table, self._scopes)
        names, ids = listed("i", _filled(some, PAGE_ROWS))
        rows = reader.rows(
            f"SELECT t.id, t.rev, t.sc, t.doc FROM {table.table.name} t"
            f" WHERE t.id IN {names} AND {where} ORDER BY t.id DESC",
            **ids, **params,
        )  # fmt: skip
        return Some(rows, some[-1].hex() if len(some) == PAGE_ROWS else None)

    def _children(self, reader: Reader, table: RecordTable[Any], after: bytes) -> Some:
        assert table.kind.parent is not None
        parents = self._ids[table.kind.parent]
        parent, child = after[:_ID_BYTES], after[_ID_BYTES:]
        begun = [parent] if child != _DONE and parents.below(parent + b"\0", 1) == [parent] else []
        some = begun + parents.below(parent, _PARENTS_PER_PAGE - len(begun))
        if not some:
            return Some([], None)
        source, params = self._of(table, _filled(some, _PARENTS_PER_PAGE))
        rows = reader.rows(
            f"SELECT t.id, t.rev, t.sc, t.doc, p.id {source} AND (p.id < :parent OR t.id < :child)"
            f" ORDER BY p.id DESC, t.id DESC LIMIT {PAGE_ROWS}",
            parent=parent, child=child, **params,
        )  # fmt: skip
        if len(rows) == PAGE_ROWS:
            return Some(rows, (bytes(rows[-1][4]) + bytes(rows[-1][0])).hex())
        more = len(some) == _PARENTS_PER_PAGE
        return Some(rows, (some[-1] + _DONE).hex() if more else None)

    def revs(
        self, reader: Reader, kind: str, endings: Collection[int] = ()
    ) -> Iterator[tuple[bytes, Seq]]:
        """Id and rev of each row of a kind, or of those whose id ends with one of these bytes."""
        table = self._catalog[kind]
        if table.kind.parent is None:
            yield from self._revs_of_parents(reader, table, endings)
            return
        for block in self._ids[table.kind.parent].blocks():
            source, params = self._of(table, block)
            if endings:
                names, more = listed("e", [bytes((ending,)) for ending in sorted(endings)])
                source, params = f"{source} AND substr(t.id, 16, 1) IN {names}", params | more
            for raw_id, rev in reader.rows(f"SELECT t.id, t.rev {source}", **params):
                yield bytes(raw_id), rev

    def _revs_of_parents(
        self, reader: Reader, table: RecordTable[Any], endings: Collection[int]
    ) -> Iterator[tuple[bytes, Seq]]:
        where, params = visible(table, self._scopes)
        wanted = self._ids[table.kind.name]
        if endings:
            wanted = Ids(i for block in wanted.blocks() for i in block if i[-1] in endings)
        for block in wanted.blocks():
            names, ids = listed("i", block)
            sql = f"SELECT t.id, t.rev FROM {table.table.name} t WHERE t.id IN {names} AND {where}"
            for raw_id, rev in reader.rows(sql, **ids, **params):
                yield bytes(raw_id), rev

    def _of(
        self, table: RecordTable[Any], parents: Iterable[bytes]
    ) -> tuple[str, dict[str, Value]]:
        """From which tables, and under which condition, these parents' children are read."""
        where, params = visible(table, self._scopes)
        source, ids = _below(self._catalog, table, parents)
        return f"{source} AND {where}", {**ids, **params}


def _worked_on(
    reader: Reader, table: RecordTable[Any], scopes: Scopes, border: int
) -> Iterator[bytes]:
    where, params = visible(table, scopes)
    rows = reader.rows(
        f"SELECT t.id FROM {table.table.name} t WHERE {table.working} AND {where}",
        border=border, **params,
    )  # fmt: skip
    return (bytes(row[0]) for row in rows)


def _shown(reader: Reader, kind: str, scopes: Scopes) -> Iterator[bytes]:
    names, params = listed("s", sorted(scopes))
    sql = f"SELECT id FROM record_scope WHERE kind = :kind AND scope_id IN {names}"
    return (bytes(row[0]) for row in reader.rows(sql, kind=kind, **params))


def _brought(
    reader: Reader,
    table: RecordTable[Any],
    bringers: Iterable[tuple[RecordTable[Any], str]],
    known: dict[str, Ids],
    scopes: Scopes,
) -> Iterator[bytes]:
    where, params = visible(table, scopes)
    for by, condition in bringers:
        for block in known[by.kind.name].blocks():
            names, ids = listed("a", block)
            rows = reader.rows(
                f"SELECT DISTINCT t.id FROM {by.table.name} a JOIN {table.table.name} t"
                f" ON {condition} WHERE a.id IN {names} AND {where}",
                **ids, **params,
            )  # fmt: skip
            yield from (bytes(row[0]) for row in rows)


def _children(
    reader: Reader, catalog: Catalog, table: RecordTable[Any], parents: list[bytes]
) -> int:
    """How many children these have, or would have of which the latest are kept, were none hidden."""
    assert table.kind.parent is not None
    if table.latest is None:
        source, ids = _below(catalog, table, parents)
        row = reader.row(f"SELECT count(*) {source}", **ids)
    else:
        names, ids = listed("i", parents)
        count, most = f"p.{table.latest.count}", table.latest.rows
        least = f"CASE WHEN {count} < {most} THEN {count} ELSE {most} END"
        sql = f"SELECT sum({least}) FROM {catalog[table.kind.parent].table.name} p WHERE p.id IN {names}"
        row = reader.row(sql, **ids)
    return int(row[0] or 0) if row else 0


def _below(
    catalog: Catalog, table: RecordTable[Any], parents: Iterable[bytes]
) -> tuple[str, dict[str, Value]]:
    assert table.kind.parent is not None
    names, ids = listed("i", parents)
    last = table.latest
    latest = f" AND t.{last.place} > p.{last.count} - {last.rows}" if last else ""
    parent = catalog[table.kind.parent].table.name
    joined = f"{parent} p JOIN {table.table.name} t ON t.{table.parent} = p.id{latest}"
    return f"FROM {joined} WHERE p.id IN {names}", ids
