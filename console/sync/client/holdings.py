"""What the cache holds, row by row: changes in, hidden and unneeded rows out, children with parents.

Works inside the replica's transactions and commits nothing itself.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import Connection, text

from console.kernel import codec
from console.store import bulk, packed
from console.store.engine import SqlReader
from console.store.reader import Value, listed
from console.sync.client import schema
from console.sync.client.lacks import Lacks, parts
from console.sync.client.standing import Touched
from console.sync.records import Change, Scopes, Seq, sees
from console.sync.registry import Catalog, RecordTable
from console.sync.working import belongs


@dataclass
class Guard:
    """What happened since something was asked for beside the live frames.

    `gone` are ids deleted or lost since, with the change that took them: older rows of the answer
    must not bring them back. `void`: what may be seen has changed, the answer is worth nothing.
    """

    gone: dict[UUID, Seq] = field(default_factory=dict)
    void: bool = False


class Holdings:
    """The record tables of the cache and the rules for what is in them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lacks = Lacks(catalog)
        self._kept = tuple(table.kind.name for table in catalog.kept)
        self._guards: list[Guard] = []
        self._undecided: dict[str, set[bytes]] = {}
        self._made: set[bytes] = set()  # what of it was not there before, so that nothing is its

    # -- guards

    def guard(self) -> Guard:
        """Something is about to be asked for: remember from here on what is deleted or lost."""
        guard = Guard()
        self._guards.append(guard)
        return guard

    def release(self, guard: Guard) -> None:
        """The answer has been dealt with, or will not come."""
        if guard in self._guards:
            self._guards.remove(guard)

    def ours(
        self, connection: Connection, rows: Iterable[Change], scopes: Scopes, guard: Guard
    ) -> Iterator[Change]:
        """The rows that were neither deleted nor lost from sight since they were asked for."""
        for row in rows:
            table = self._catalog.get(row.k)
            if table is None or row.op != "U" or guard.gone.get(row.id, 0) > row.rev:
                continue
            if table.kind.parent is None or table.kind.parent_id is None:
                if sees(scopes, frozenset(row.sc)):
                    yield row
                continue
            record = table.kind.read(row.id, bytes(row.doc))
            parent = self._catalog[table.kind.parent].table.name
            sql, key = f"SELECT sc FROM {parent} WHERE id = :id", table.kind.parent_id(record).bytes
            sc = connection.execute(text(sql), {"id": key}).scalar()
            if sc and sees(scopes, frozenset(json.loads(sc)), table.kind.internal(record)):
                yield row

    # -- changes

    def apply(
        self, connection: Connection, changes: Iterable[Change], *, new: bool = False
    ) -> Touched:
        """Put in what is newer, take out what is gone; the ids touched, by kind.

        `new`: most likely none of the rows is here yet; then it is quicker.
        """
        touched: Touched = {}
        grouped: dict[str, list[Change]] = {}
        for change in changes:
            grouped.setdefault(change.k, []).append(change)
        # A newer server's kinds are left out: fetched once this console knows them.
        known = [(table, mine) for k, mine in grouped.items() if (table := self._catalog.get(k))]
        for table, mine in known:
            told = [(change, self._read(table, change)) for change in mine if change.op == "U"]
            rows = [self._row(table, *each) for each in told]
            written = (_put_new if new else _put)(connection, table, rows)
            if table.beside is not None:
                here = {(c.id.bytes, c.rev): record for c, record in told}
                table.beside.write(connection, [here[key] for key in written])
            touched.setdefault(table.kind.name, []).extend(c.id for c in mine if c.op == "U")
        for table, mine in known:
            self._renew(connection, table, mine, grouped, touched)
        # After all puts, so that who leaves takes the children along that came in the same batch.
        for table, mine in known:
            gone = [(change.id.bytes, change.rev) for change in mine if change.op != "U"]
            self.delete(connection, table, gone, touched)
        return touched

    def _renew(
        self,
        connection: Connection,
        table: RecordTable[Any],
        changes: Sequence[Change],
        grouped: dict[str, list[Change]],
        touched: Touched,
    ) -> None:
        """What left and came again came with all its children: others here left it meanwhile."""
        left: dict[UUID, Seq] = {}
        for change in changes:
            if change.op != "U":
                left[change.id] = min(change.rev, left.get(change.id, change.rev))
        anew = {c.id for c in changes if c.op == "U" and left.get(c.id, c.rev) < c.rev}
        for child in self._catalog.children[table.kind.name] if anew else ():
            told = {c.id.bytes for c in grouped.get(child.kind.name, ()) if c.op == "U"}
            for part in parts({each.bytes for each in anew}):
                names, params = listed("i", part)
                sql = f"SELECT id FROM {child.table.name} WHERE {child.parent} IN {names}"
                held = {row[0] for row in SqlReader(connection).rows(sql, **params)}
                others = [(raw, _FOREVER) for raw in held - told]
                self.delete(connection, child, others, touched)

    def follow(
        self, connection: Connection, changes: Sequence[Change], border: int, *, more: bool
    ) -> tuple[Touched, bool]:
        """Apply changes of the log, of which the server does not know what is kept here.

        What was not held and is outside the working set is left out. Also returns whether a
        record came in sight without what surrounds it; it is listed as lacking. Without a border
        there is no working set: everything is kept. With `more` the log may be cut in the middle
        of a transaction, and what keeps a record here may be about to come, as it may by an answer
        that is still awaited: then it is decided later.
        """
        if not border:
            return self.apply(connection, changes), False
        new = {name: self._unknown(connection, name, changes) for name in self._kept}
        touched = self.apply(connection, changes)
        self._made |= {change.id.bytes for change in changes if change.new}
        new = {name: ids | self._undecided.get(name, set()) for name, ids in new.items()}
        later = more or bool(self._guards)
        self._undecided = new if later else {}
        for table in () if later else self._catalog.kept:
            out = self._outside(connection, table, new[table.kind.name], border)
            self.delete(connection, table, [(raw, _FOREVER) for raw in out], {})
            new[table.kind.name] -= out
        came = {name: ids | _ids(changes, name) for name, ids in new.items()}
        lacks = self._lacks.note(connection, new, came)
        if not later:
            lacks |= self._lacks.note_back(connection, new, self._made)
            self._made = set()
        return touched, lacks

    def _unknown(self, connection: Connection, kind: str, changes: Iterable[Change]) -> set[bytes]:
        ids = _ids(changes, kind)
        table = self._catalog[kind].table.name
        for part in parts(ids):
            names, params = listed("i", part)
            sql = f"SELECT id FROM {table} WHERE id IN {names}"
            ids -= {row[0] for row in SqlReader(connection).rows(sql, **params)}
        return ids

    def _outside(
        self, connection: Connection, table: RecordTable[Any], ids: set[bytes] | None, border: int
    ) -> set[bytes]:
        """Which of these rows, or of all, nothing keeps here."""
        found: set[bytes] = set()
        keeps = belongs(self._catalog, table)
        if table.working:
            keeps = (
                f"{table.working} OR EXISTS (SELECT 1 FROM kept k"
                f" WHERE k.kind = '{table.kind.name}' AND k.id = t.id)"
            )
        more: dict[str, Value] = {"border": border} if ":border" in keeps else {}
        sql = f"SELECT t.id FROM {table.table.name} t WHERE NOT ({keeps})"
        reader = SqlReader(connection)
        if ids is None:
            return {row[0] for row in reader.rows(sql, **more)}
        for part in parts(ids):
            names, params = listed("i", part)
            rows = reader.rows(f"{sql} AND t.id IN {names}", **params, **more)
            found |= {row[0] for row in rows}
        return found

    def mend(
        self, connection: Connection, changes: Sequence[Change], as_of: Seq, *, force: bool
    ) -> Touched:
        """Apply what a comparison found to differ, read at `as_of`.

        A row that is not newer than that is replaced whatever its rev; with `force` any is.
        """
        limit = _FOREVER if force else as_of
        known = [(t, c) for c in changes if (t := self._catalog.get(c.k)) and c.op == "U"]
        for table, change in known:
            sql = f"DELETE FROM {table.table.name} WHERE id = :id AND rev <= :rev"
            connection.execute(text(sql), {"id": change.id.bytes, "rev": limit})
        gone = [structs.replace(change, rev=limit) for change in changes if change.op != "U"]
        return self.apply(connection, [*(change for _, change in known), *gone])

    def _read(self, table: RecordTable[Any], change: Change) -> Any:
        return table.kind.read(change.id, bytes(change.doc))

    def _row(self, table: RecordTable[Any], change: Change, record: Any) -> dict[str, Value]:
        return {
            "id": change.id.bytes,
            "rev": change.rev,
            "sc": codec.encode(change.sc).decode(),
            "doc": packed.pack(bytes(change.doc)),
            **table.project(record),
        }

    # -- taking out

    def delete(
        self,
        connection: Connection,
        table: RecordTable[Any],
        gone: list[tuple[bytes, Seq]],
        touched: Touched,
    ) -> None:
        """Delete rows that are not newer than told, with their children."""
        if not gone:
            return
        rows = [{"id": raw, "rev": rev} for raw, rev in gone]
        sql = f"DELETE FROM {table.table.name} WHERE id = :id AND rev <= :rev"
        connection.execute(text(sql), rows)
        if table.beside is not None:
            table.beside.drop(connection, [raw for raw, _ in gone], table.table)
        for child in self._catalog.children[table.kind.name]:
            sql = (
                f"DELETE FROM {child.table.name} WHERE {child.parent} = :id AND NOT EXISTS"
                f" (SELECT 1 FROM {table.table.name} WHERE id = :id)"
            )
            connection.execute(text(sql), rows)
            connection.execute(text("DELETE FROM floor WHERE parent = :id"), rows)
        for guard in self._guards:
            guard.gone |= {UUID(bytes=raw): rev for raw, rev in gone}
        touched.setdefault(table.kind.name, []).extend(UUID(bytes=raw) for raw, _ in gone)

    def drop(self, connection: Connection, scopes: Scopes) -> tuple[Touched, bool]:
        """Delete every record that no scope of these shows, children with their parents.

        Also returns whether children went whose parent is not here yet, as the log was cut before
        it: nobody knows who may see them. Their parents are listed as lacking.
        """
        for guard in self._guards:
            guard.void = True
        touched: Touched = {}
        for name, table in self._catalog.tables.items():
            if table.kind.parent is not None:
                continue
            rows = connection.execute(text(f"SELECT id, sc FROM {table.table.name}")).fetchall()
            held = {row[0]: frozenset(json.loads(row[1])) for row in rows}
            hidden = [(raw, _FOREVER) for raw, sc in held.items() if not sees(scopes, sc)]
            self.delete(connection, table, hidden, touched)
            shut = [{"p": raw} for raw, sc in held.items() if not sees(scopes, sc, internal=True)]
            for child in self._catalog.children[name] if shut else ():
                sql = f"DELETE FROM {child.table.name} WHERE {child.parent} = :p AND internal = 1"
                connection.execute(text(sql), shut)
        return touched, self._disown(connection)

    def _disown(self, connection: Connection) -> bool:
        """Delete the children whose parent is not here; whether there were any."""
        lacking: list[dict[str, Any]] = []
        for name, table in self._catalog.tables.items():
            for child in self._catalog.children[name]:
                alone = f"{child.parent} NOT IN (SELECT id FROM {table.table.name})"
                sql = f"SELECT DISTINCT {child.parent} FROM {child.table.name} WHERE {alone}"
                lacking += ({"kind": name, "id": row[0]} for row in connection.execute(text(sql)))
                connection.execute(text(f"DELETE FROM {child.table.name} WHERE {alone}"))
        bulk.upsert(connection, schema.lacking, lacking)
        return bool(lacking)

    def evict(self, connection: Connection, border: int) -> Touched:
        """Delete what is outside the working set and not kept, and what belonged to it."""
        touched: Touched = {}
        for table in self._catalog.kept:
            if table.kind.parent is None and (table.working or touched):
                out = self._outside(connection, table, None, border)
                self.delete(connection, table, [(raw, _FOREVER) for raw in out], touched)
        return touched


_FOREVER: Seq = (1 << 63) - 1


def newer(rev: Seq, held: Seq) -> bool:
    """Whether a row of this revision replaces one of that."""
    return rev > held


def _put(
    connection: Connection, table: RecordTable[Any], rows: Iterable[dict[str, Any]]
) -> list[tuple[bytes, Seq]]:
    """Insert the rows that are not here; of those that are, write what is newer and other.

    An index none of whose columns has changed is left alone: a ticket is in twenty. Returns which
    were written, each with its revision.
    """
    last = _last(rows)
    names = [column.name for column in table.table.columns if column.name != "doc"]
    changed: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    new = dict(last)
    for part in parts(last.keys()):
        listing, params = listed("i", part)
        sql = f"SELECT {', '.join(names)} FROM {table.table.name} WHERE id IN {listing}"
        for held in SqlReader(connection).rows(sql, **params):
            was = dict(zip(names, held, strict=True))
            row = new.pop(was["id"])
            if newer(row["rev"], was["rev"]):
                other = ("doc", *(name for name in names if row[name] != was[name]))
                changed.setdefault(other, []).append(row)
    bulk.insert(connection, table.table, list(new.values()))
    for other, some in changed.items():
        bulk.update(connection, table.table, other, some)
    put = [*new.values(), *(row for some in changed.values() for row in some)]
    return [(row["id"], row["rev"]) for row in put]


def _put_new(
    connection: Connection, table: RecordTable[Any], rows: Iterable[dict[str, Any]]
) -> list[tuple[bytes, Seq]]:
    """The same as `_put` for rows of which hardly any is here: nothing is looked for before.

    That takes a fifteenth of a first fetch.
    """
    last = _last(rows)
    put = [(raw, row["rev"]) for raw, row in last.items()]
    if bulk.upsert(connection, table.table, list(last.values()), newer="rev") == len(put):
        return put
    held: set[tuple[bytes, Seq]] = set()
    for part in parts(last.keys()):
        listing, params = listed("i", part)
        sql = f"SELECT id, rev FROM {table.table.name} WHERE id IN {listing}"
        held.update((raw, rev) for raw, rev in SqlReader(connection).rows(sql, **params))
    return [each for each in put if each in held]


def _last(rows: Iterable[dict[str, Any]]) -> dict[bytes, dict[str, Any]]:
    """Of each record the newest row."""
    last: dict[bytes, dict[str, Any]] = {}
    for row in rows:
        before = last.get(row["id"])
        if before is None or newer(row["rev"], before["rev"]):
            last[row["id"]] = row
    return last


def _ids(changes: Iterable[Change], kind: str) -> set[bytes]:
    return {change.id.bytes for change in changes if change.k == kind and change.op == "U"}
