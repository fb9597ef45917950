"""What a console asks for beside the log: records it wants, older children, and where it differs.

Everything is read in the asker's scopes and answered as changes, which apply like any others.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from msgspec import Raw

from console.kernel.errors import Denied, Refused
from console.store.reader import Reader, listed
from console.sync.asking import (
    BUCKETS,
    MAX_HELD,
    MAX_IDS,
    PAGE_ROWS,
    Compared,
    Digests,
    Found,
    Older,
    Wanted,
)
from console.sync.records import Change, Scopes, Seq, sees
from console.sync.registry import RecordTable
from console.sync.server import epoch
from console.sync.server.feed import Feed
from console.sync.server.working_set import WorkingSet
from console.sync.working import sums_of

OLDER_ROWS = 200
_MOST = 1 << 53


class Lookup:
    """Answers single questions from the tables, each in one snapshot; keeps no state."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._catalog = feed.catalog

    # -- records that are wanted

    def records(self, reader: Reader, asked: Wanted, scopes: Scopes) -> Found:
        """The records of those ids that may be seen, and what belongs to them.

        That is what they bring along and the latest part of its children. Raises Refused.
        """
        table = self._table(asked.kind)
        _check("ids", len(asked.ids), MAX_IDS)
        changes = {c.id: c for c in self._visible(reader, table, "id", asked.ids, scopes)}
        owners = {table.kind.name: list(changes)}
        for brought in self._catalog.kept:
            ids = list(self._brought(reader, brought, owners))
            found = {c.id: c for c in self._visible(reader, brought, "id", ids, scopes)}
            owners.setdefault(brought.kind.name, []).extend(found)
            changes |= found
        children = self._children(reader, owners, scopes)
        return self._found(reader, (*changes.values(), *children))

    def _brought(
        self, reader: Reader, table: RecordTable[Any], owners: dict[str, list[UUID]]
    ) -> Iterator[UUID]:
        for by, condition in self._catalog.bringers(table.kind.name):
            names, params = listed("o", owners.get(by.kind.name, ()))
            rows = reader.rows(
                f"SELECT DISTINCT t.id FROM {by.table.name} a JOIN {table.table.name} t"
                f" ON {condition} WHERE a.id IN {names} LIMIT {PAGE_ROWS}",
                **params,
            )
            yield from (UUID(bytes=bytes(row[0])) for row in rows)

    def _children(
        self, reader: Reader, owners: dict[str, list[UUID]], scopes: Scopes
    ) -> Iterator[Change]:
        for name, ids in owners.items():
            for table in self._catalog.children[name]:
                if table.latest is None:
                    yield from self._visible(reader, table, table.parent, ids, scopes)
                    continue
                for parent_id in ids:
                    last = table.latest.rows
                    yield from self._below(reader, table, parent_id, _MOST, last, scopes)[0]

    def _visible(
        self,
        reader: Reader,
        table: RecordTable[Any],
        column: str,
        ids: Iterable[UUID],
        scopes: Scopes,
    ) -> Iterator[Change]:
        for record_id, rev, own, internal, doc in self._feed.load(reader, table, column, ids):
            if sees(scopes, own, internal):
                sc = () if table.kind.parent else tuple(sorted(own))
                yield Change(table.kind.name, record_id, rev, sc=sc, doc=Raw(doc))

    # -- older children

    def older(self, reader: Reader, asked: Older, scopes: Scopes) -> Found:
        """Up to OLDER_ROWS children before a place, the nearest. Raises Refused, Denied."""
        table = self._table(asked.kind)
        if table.latest is None or table.kind.parent is None:
            raise Refused("unknown_kind", f"A console has all of each {asked.kind}.")
        if not any(
            self._visible(reader, self._catalog[table.kind.parent], "id", [asked.parent], scopes)
        ):
            raise Denied
        found, floor = self._below(reader, table, asked.parent, asked.before, OLDER_ROWS, scopes)
        return self._found(reader, found, floor)

    def _below(
        self,
        reader: Reader,
        table: RecordTable[Any],
        parent_id: UUID,
        before: int,
        limit: int,
        scopes: Scopes,
    ) -> tuple[list[Change], int]:
        """The nearest children of a seen parent below a place, and from where on these are all."""
        assert table.latest is not None
        assert table.kind.parent is not None
        place = table.latest.place
        parent = self._catalog[table.kind.parent].table.name
        rows = reader.rows(
            f"SELECT t.{place}, t.id, t.rev, t.internal, t.doc, p.sc FROM {table.table.name} t"
            f" JOIN {parent} p ON p.id = t.{table.parent}"
            f" WHERE t.{table.parent} = :parent AND t.{place} < :before"
            f" ORDER BY t.{place} DESC, t.id LIMIT :limit",
            parent=parent_id.bytes, before=before, limit=limit,
        )  # fmt: skip
        found = [
            Change(table.kind.name, UUID(bytes=bytes(raw_id)), rev, doc=Raw(doc.encode()))
            for _, raw_id, rev, internal, doc, sc in rows
            if sees(scopes, frozenset(json.loads(sc)), bool(internal))
        ]
        return found, rows[-1][0] if len(rows) == limit else 1

    # -- where a console differs

    def digests(self, reader: Reader, border: int, scopes: Scopes) -> Digests:
        """The sums over the working set of every kind."""
        some = WorkingSet.read(reader, self._catalog, scopes, border)
        found = {name: sums_of(some.revs(reader, name)) for name in self._catalog.names}
        return Digests(self._feed.head(reader), epoch.current(reader), found)

    def compare(self, reader: Reader, asked: Compared, scopes: Scopes) -> Found:
        """What differs from what a console holds, as changes; see `Compared`. Raises Refused."""
        table = self._table(asked.kind)
        _check("held", len(asked.held), MAX_HELD)
        if not all(0 <= bucket < BUCKETS for bucket in asked.buckets):
            raise Refused("bad_bucket", f"Buckets are numbered 0 to {BUCKETS - 1}.")
        head, held = self._feed.head(reader), dict(asked.held)
        here: dict[UUID, Change] = {}
        if asked.buckets:
            ours = self._in_buckets(reader, table, asked, scopes)
            missing = [record_id for record_id, rev in ours.items() if held.get(record_id) != rev]
            here |= {c.id: c for c in self._visible(reader, table, "id", missing, scopes)}
            rest = [record_id for record_id in held if record_id not in ours]
        else:
            rest = list(held)
        same = set()
        for change in self._visible(reader, table, "id", rest, scopes):
            if change.rev == held[change.id]:
                same.add(change.id)
            else:
                here[change.id] = change
        gone = [i for i in rest if i not in same and i not in here]
        left = tuple(Change(table.kind.name, record_id, head, "X") for record_id in gone)
        return self._found(reader, (*here.values(), *left))

    def _in_buckets(
        self, reader: Reader, table: RecordTable[Any], asked: Compared, scopes: Scopes
    ) -> dict[UUID, Seq]:
        some = WorkingSet.read(reader, self._catalog, scopes, asked.border)
        rows = some.revs(reader, table.kind.name, set(asked.buckets))
        return {UUID(bytes=raw_id): rev for raw_id, rev in rows}

    # -- all

    def _table(self, kind: str) -> RecordTable[Any]:
        table = self._catalog.get(kind)
        if table is None:
            raise Refused("unknown_kind", f"This server knows {', '.join(self._catalog.names)}.")
        return table

    def _found(self, reader: Reader, changes: Iterable[Change], floor: int | None = None) -> Found:
        return Found(self._feed.head(reader), epoch.current(reader), tuple(changes), floor)


def _check(what: str, count: int, most: int) -> None:
    if count > most:
        raise Refused("too_many", f"At most {most:,} {what} at a time.", fields={what: "too many"})
