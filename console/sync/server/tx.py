"""The transaction that handlers write through: records go in, tables and change log come out.

Nothing is written before the end. Handlers read (row locks on PostgreSQL), decide and `record`;
`finish` then takes the sequence lock, numbers the changes and writes everything at once. So the
lock that orders commits is the last one taken and is held only for the writing itself, and a
change never becomes visible before one with a smaller number (sync design, invariant G).
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Generic, Literal, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Table, delete, text

from console.kernel.codec import Record
from console.kernel.errors import Bug
from console.store import bulk
from console.store.engine import SqlReader
from console.store.reader import Row, Value, listed
from console.sync.records import Kind, Scopes, Seq
from console.sync.registry import Catalog
from console.sync.server import ledger, schema
from console.sync.server.ledger import LogEntry

R = TypeVar("R", bound=Record)
Subscribers = Mapping[type, tuple[Callable[["Tx", Any], None], ...]]
Numbered = Callable[[list[LogEntry]], None]
Key = tuple[str, UUID]

PENDING: Seq = (1 << 63) - 1
"""The `rev` of a record written in this very transaction: newer than anything seen before."""


@dataclass(frozen=True)
class Stored(Generic[R]):
    """A record with what surrounds it: the change that wrote it and who may see it."""

    record: R
    rev: Seq
    scopes: Scopes


@dataclass(frozen=True)
class Written:
    """Told at the end of a transaction, to whoever keeps something beside the records: its log."""

    log: list[LogEntry]


class _Row(NamedTuple):
    """A row to put into a table that holds no record, or the key of rows to delete from it."""

    table: Table
    values: dict[str, Any]
    gone: bool = False
    new: bool = False


@dataclass
class _Job:
    """What one job has written so far; it joins the transaction's when the job ends well."""

    written: dict[Key, Stored[Any] | None] = field(default_factory=dict)
    log: dict[Key, LogEntry] = field(default_factory=dict)
    rows: list[_Row] = field(default_factory=list)
    numbered: list[Numbered] = field(default_factory=list)
    notes: dict[Hashable, Any] = field(default_factory=dict)


class Tx:
    """One transaction of the server's single writer, shared by a few jobs (see `Writer`)."""

    def __init__(
        self,
        connection: Connection,
        catalog: Catalog,
        at: datetime,
        subscribers: Subscribers | None = None,
    ) -> None:
        self.connection = connection
        self._reader = SqlReader(connection)
        self.catalog = catalog
        self.at = at
        self.actor_id: UUID | None = None
        self.cmd_id: UUID | None = None
        self.log: list[LogEntry] = []
        self._subscribers = subscribers or {}
        self._postgres = connection.dialect.name == "postgresql"
        self.answered: dict[UUID, tuple[bytes, str, str] | None] = {}  # as stored, by command
        self._read: dict[Key, Stored[Any] | None] = {}
        self._written: dict[Key, Stored[Any] | None] = {}
        self._rows: list[_Row] = []
        self._numbered: list[tuple[Numbered, list[LogEntry]]] = []
        self._notes: dict[Hashable, Any] = {}
        self._numbers: dict[str, int] = {}
        self._job = _Job()

    # -- reading

    def get(self, kind: Kind[R], record_id: UUID) -> Stored[R] | None:
        """The record as it stands in this transaction; locked against other nodes' writers."""
        key = (kind.name, record_id)
        for known in (self._job.written, self._written, self._read):
            if key in known:
                return known[key]
        self.foresee(kind, [record_id])
        return self._read[key]

    def foresee(self, kind: Kind[R], ids: Iterable[UUID]) -> None:
        """Read records at once that will be asked for, in the order of their ids.

        Two nodes that lock some of the same so wait for one another, and never both.
        """
        asked = sorted(i for i in ids if (kind.name, i) not in self._read)
        if not asked:
            return
        names, params = listed("i", asked)
        found = {s.record.id: s for s in self._select(kind, f"id IN {names} ORDER BY id", **params)}
        self._read |= {(kind.name, i): found.get(i) for i in asked}

    def find(self, kind: Kind[R], column: str, value: Value | UUID) -> list[Stored[R]]:
        """Records whose query column equals `value`, this transaction's own included."""
        plain = value.bytes if isinstance(value, UUID) else value
        written = {**self._written, **self._job.written}
        found = [
            stored
            for stored in self._select(kind, f"{column} = :value", value=plain)
            if (kind.name, stored.record.id) not in written
        ]
        self._read.update({(kind.name, stored.record.id): stored for stored in found})
        project = self.catalog.of(kind).project
        mine = [stored for (name, _), stored in written.items() if stored and name == kind.name]
        return found + [stored for stored in mine if project(stored.record)[column] == plain]

    def all(self, kind: Kind[R]) -> list[Stored[R]]:
        """Every record of a small kind, this transaction's own included."""
        rows = self.rows(f"SELECT id FROM {self.catalog.of(kind).table.name}")
        written = {**self._written, **self._job.written}
        ids = {UUID(bytes=bytes(row[0])) for row in rows}
        ids |= {record_id for name, record_id in written if name == kind.name}
        return [stored for record_id in sorted(ids) if (stored := self.get(kind, record_id))]

    def written(self, kind: Kind[R]) -> list[R]:
        """What this transaction wrote of a kind so far and did not erase."""
        written = {**self._written, **self._job.written}
        return [
            stored.record for (name, _), stored in written.items() if stored and name == kind.name
        ]

    def touched(self, kind: Kind[R]) -> dict[UUID, Stored[R] | None]:
        """What this transaction wrote of a kind so far, None for what it erased, by id."""
        written = {**self._written, **self._job.written}
        return {
            record_id: stored for (name, record_id), stored in written.items() if name == kind.name
        }

    def rows(self, sql: str, /, **params: Value) -> list[Row]:
        """Committed rows of any table: what this transaction wrote is not among them."""
        return self._reader.rows(sql, **params)

    def row(self, sql: str, /, **params: Value) -> Row | None:
        """The first of these rows, or None."""
        return self._reader.row(sql, **params)

    def locked(self, sql: str, /, **params: Value) -> list[Row]:
        """The same, and until our end no other node writes these rows."""
        return self.rows(sql + " FOR UPDATE" if self._postgres else sql, **params)

    def _select(self, kind: Kind[R], where: str, **params: Value) -> list[Stored[R]]:
        table = self.catalog.of(kind).table.name
        found = []
        sql = f"SELECT id, rev, sc, doc FROM {table} WHERE {where}"
        for raw_id, rev, sc, doc in self.locked(sql, **params):
            record = kind.read(UUID(bytes=bytes(raw_id)), doc)
            scopes = frozenset(json.loads(sc)) if kind.parent is None else None
            found.append(Stored(record, rev, scopes or self._parent_scopes(kind, record)))
        return found

    def _parent_scopes(self, kind: Kind[R], record: R) -> Scopes:
        if kind.parent is None or kind.parent_id is None:
            return frozenset()
        parent = self.get(self.catalog[kind.parent].kind, kind.parent_id(record))
        if parent is None:
            raise Bug(f"{kind.name} {record.id} has no {kind.parent}")
        return parent.scopes

    # -- writing

    def add(self, kind: Kind[R], record: R, scopes: Scopes | None = None) -> None:
        """`record` for an id that was just made: the same without looking for an older one."""
        self._read.setdefault((kind.name, record.id), None)
        self.record(kind, record, scopes)

    def record(self, kind: Kind[R], record: R, scopes: Scopes | None = None) -> None:
        """Write `record` to its table and to the log, when the transaction ends.

        A new record with scopes of its own needs `scopes`; for one that is there they move it,
        and None leaves it where it is. Children are where their parent is.
        """
        before = self.get(kind, record.id)
        if kind.parent is not None:
            after = self._parent_scopes(kind, record)
        elif scopes is not None:
            after = scopes
        elif before is not None:
            after = before.scopes
        else:
            raise Bug(f"a new {kind.name} needs scopes")
        self._write(kind, record, before, Stored(record, PENDING, after))

    def erase(self, kind: Kind[R], record_id: UUID) -> None:
        """Delete the record for everybody; nothing happens when it is not there."""
        before = self.get(kind, record_id)
        if before is not None:
            self._write(kind, before.record, before, None)

    def _write(
        self, kind: Kind[R], subject: R, before: Stored[R] | None, after: Stored[R] | None
    ) -> None:
        key = (kind.name, subject.id)
        first = self._job.log.pop(key, None)  # what was written again stands at the end
        self._job.written[key] = after
        self._job.log[key] = LogEntry(
            kind=kind.name,
            id=subject.id,
            before=first.before if first else before.scopes if before else None,
            after=after.scopes if after else frozenset(),
            op="U" if after else "D",
            record=after.record if after else None,
            parent_id=kind.parent_id(subject) if kind.parent_id else None,
            internal=kind.internal(subject),
            actor=self.actor_id,
            cmd_id=self.cmd_id,
            was=first.was if first else before.record if before else None,
        )

    def grants(self, user_id: UUID) -> Scopes:
        """The scopes a user holds in this transaction."""
        noted: Scopes | None = self.noted(("grants", user_id))
        if noted is not None:
            return noted
        sql = "SELECT scope_id FROM scope_grant WHERE user_id = :user"
        return frozenset(row[0] for row in self.rows(sql, user=user_id.bytes))

    def set_grants(self, user_id: UUID, private: int, scopes: Scopes) -> None:
        """Let the user see exactly `scopes`; what changed is logged in their `private` scope."""
        held = self.grants(user_id)
        self.note(("grants", user_id), scopes)
        grants: tuple[tuple[Literal["R", "G"], Scopes], ...] = (
            ("R", held - scopes),
            ("G", scopes - held),
        )
        for op, changed in grants:
            if changed:
                self._job.log["scope " + op, user_id] = LogEntry(
                    kind="scope", id=user_id, before=None, after=changed, record=None,
                    parent_id=None, internal=False, actor=self.actor_id, cmd_id=self.cmd_id,
                    op=op, heard_in=frozenset((private,)),
                )  # fmt: skip
        for scope in held - scopes:
            self.delete(schema.scope_grant, user_id=user_id.bytes, scope_id=scope)
        for scope in scopes - held:
            self.insert(schema.scope_grant, user_id=user_id.bytes, scope_id=scope)

    def insert(self, table: Table, **values: Any) -> None:
        """A row for a table that holds no record, written at the end; replaces one of its key."""
        self._job.rows.append(_Row(table, values))

    def insert_new(self, table: Table, **values: Any) -> None:
        """The same for a key nobody has yet: if another node was faster, the job runs once more."""
        self._job.rows.append(_Row(table, values, new=True))

    def delete(self, table: Table, **key: Any) -> None:
        """Delete rows of a table that holds no record, at the end, those put before it too."""
        self._job.rows.append(_Row(table, key, gone=True))

    def emit(self, event: object) -> None:
        """Tell the rooms that asked for this kind of event; they write into the same job."""
        for receive in self._subscribers.get(type(event), ()):
            receive(self, event)

    def when_numbered(self, call: Numbered) -> None:
        """Call `call` with the job's numbered log at the end; it may still `insert`."""
        self._job.numbered.append(call)

    def alone(self, *key: str) -> None:
        """Wait for other nodes' transactions that asked for this key; then they wait for ours.

        For finding or making what has no row yet that could be locked. Read after it, not before.
        """
        if self._postgres:
            digest = blake2b("/".join(key).encode(), digest_size=8).digest()
            key_no = int.from_bytes(digest, signed=True)
            self.rows("SELECT pg_advisory_xact_lock(:key_no)", key_no=key_no)

    def note(self, key: Hashable, value: object) -> None:
        """Remember something for later jobs of this transaction, should this job end well."""
        self._job.notes[key] = value

    def noted(self, key: Hashable) -> Any:
        """What this transaction's jobs noted under `key`, or None."""
        return self._job.notes.get(key, self._notes.get(key))

    def undo(self) -> None:
        """Forget what this job has written so far; it may go on and write something else."""
        self._job = _Job()

    def next_number(self, name: str) -> int:
        """The next of a series of numbers that starts at 1 and may have gaps."""
        if self._postgres:
            return int(self.rows(f"SELECT nextval('number_{name}')")[0][0])
        # SQLite has one writer: the counter is read once, and written back once by `finish`.
        if name not in self._numbers:
            found = self.rows("SELECT v FROM sync_state WHERE k = :k", k=f"number_{name}")
            self._numbers[name] = int(found[0][0])
        self._numbers[name] += 1
        return self._numbers[name]

    # -- the writer's side

    def begin(self) -> None:
        self._job = _Job()
        self.actor_id = self.cmd_id = None

    def keep(self) -> None:
        entries = list(self._job.log.values())
        self.log += entries
        self._written |= self._job.written
        self._rows += self._job.rows
        self._numbered += [(call, entries) for call in self._job.numbered]
        self._notes |= self._job.notes

    def drop(self) -> None:
        self._job = _Job()

    def finish(self) -> None:
        ledger.number(self.connection, self.log)
        self._job = _Job()
        for call, entries in self._numbered:
            call(entries)
        self.emit(Written(self.log))
        for name, last in self._numbers.items():
            count = "UPDATE sync_state SET v = :v WHERE k = :k"
            self.connection.execute(text(count), {"k": f"number_{name}", "v": last})
        ledger.write(self.connection, self.catalog, self.log, self.at)
        self._write_rows(self._rows + self._job.rows)

    def _write_rows(self, rows: list[_Row]) -> None:
        put: dict[Table, list[dict[str, Any]]] = {}
        fresh: dict[Table, list[dict[str, Any]]] = {}
        for table, values, gone, new in rows:
            mine = put.setdefault(table, [])
            if not gone:
                (fresh.setdefault(table, []) if new else mine).append(values)
                continue
            matches = [table.c[name] == value for name, value in values.items()]
            self.connection.execute(delete(table).where(*matches))
            for kept in (put, fresh):
                rows_kept = kept.get(table, ())
                kept[table] = [row for row in rows_kept if not values.items() <= row.items()]
        for table, rows_new in fresh.items():
            bulk.insert(self.connection, table, rows_new)
        for table, rows_put in put.items():
            bulk.upsert(self.connection, table, rows_put)
