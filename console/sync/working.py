"""The working set in SQL: what of each kind a console keeps, the same words on both sides.

The server sends it and sums it up, the console checks it: all from what the rooms declared of
their tables (see `RecordTable`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from itertools import count
from typing import Any

from console.store.reader import Reader
from console.sync.asking import BUCKETS
from console.sync.records import Seq
from console.sync.registry import Catalog, RecordTable

FIRST_ALONE = "LIMIT 1 OFFSET 0"
"""Ends what stands in EXISTS, so that it is looked up for one row after another.

Else both databases make a join of it, which takes as long for a page as there are records: SQLite
(from 3.51) unless there is a LIMIT, PostgreSQL unless there is an OFFSET.
"""
_TABLE = re.compile(r"\b([at])\.")
_SUM = 1 << 53
_READ = 10_000


def working(catalog: Catalog, table: RecordTable[Any], *, latest: bool = True) -> str:
    """The condition on a record table `t` that a row is in the working set; it uses `:border`.

    `latest` False takes all children, also those of which a console has the last only.
    """
    whole = table if latest else replace(table, latest=None)
    return _working(catalog, whole, "t", map("w{}".format, count()))


def _working(catalog: Catalog, table: RecordTable[Any], row: str, names: Iterator[str]) -> str:
    if table.kind.parent is not None:
        return _of_parent(catalog, table, row, names)
    if table.working:
        return _at(table.working, row)
    brought = [
        f"EXISTS (SELECT 1 FROM {by.table.name} {name} WHERE {_at(condition, row, name)}"
        f" AND {_working(catalog, by, name, names)} {FIRST_ALONE})"
        for by, condition in catalog.bringers(table.kind.name)
        for name in [next(names)]
    ]
    return f"({' OR '.join(brought)})" if brought else "1 = 1"


def _of_parent(catalog: Catalog, table: RecordTable[Any], row: str, names: Iterator[str]) -> str:
    assert table.kind.parent is not None
    parent, name = catalog[table.kind.parent], next(names)
    latest = ""
    if table.latest is not None:
        last = table.latest
        latest = f" AND {row}.{last.place} > {name}.{last.count} - {last.rows}"
    return (
        f"EXISTS (SELECT 1 FROM {parent.table.name} {name} WHERE {name}.id = {row}.{table.parent}"
        f"{latest} AND {_working(catalog, parent, name, names)} {FIRST_ALONE})"
    )


def belongs(catalog: Catalog, table: RecordTable[Any]) -> str:
    """The condition on `t` that something which is held keeps the row: its parent, or a bringer.

    Kinds that keep themselves have none: an empty text.
    """
    if table.kind.parent is not None:
        parent = catalog[table.kind.parent].table.name
        return f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = t.{table.parent} {FIRST_ALONE})"
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM {by.table.name} a WHERE {condition} {FIRST_ALONE})"
        for by, condition in catalog.bringers(table.kind.name)
    )


def _at(condition: str, row: str, by: str = "") -> str:
    return _TABLE.sub(lambda found: f"{row if found[1] == 't' else by}.", condition)


def sums(reader: Reader, table: str, where: str, params: dict[str, Any]) -> tuple[int, ...]:
    """The BUCKETS sums over (id, rev) of the rows of `table` (as `t`) for which `where` holds."""
    return sums_of(_all(reader, table, where, params))


def sums_of(rows: Iterable[tuple[bytes, Seq]]) -> tuple[int, ...]:
    """The BUCKETS sums over the (id, rev) of these rows.

    An id's last byte says its bucket: the first ones are a time.
    """
    found = [0] * BUCKETS
    for raw_id, rev in rows:
        found[raw_id[-1]] += _sum(raw_id, rev)
    return tuple(total % _SUM for total in found)


def _all(
    reader: Reader, table: str, where: str, params: dict[str, Any]
) -> Iterator[tuple[bytes, Seq]]:
    after = b""
    sql = f"SELECT t.id, t.rev FROM {table} t WHERE t.id > :after AND {where} ORDER BY t.id LIMIT {_READ}"
    while rows := reader.rows(sql, after=after, **params):
        for raw_id, rev in rows:
            yield bytes(raw_id), rev
        after = bytes(rows[-1][0])


def _sum(raw_id: bytes, rev: Seq) -> int:
    return int.from_bytes(blake2b(raw_id + rev.to_bytes(8), digest_size=8).digest())
