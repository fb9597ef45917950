"""Numbering a transaction's changes and writing them: tables, scopes, log, tombstones, in that order."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from console.kernel.clock import to_ms
from console.kernel.codec import Record, write_record
from console.kernel.crash import crash_here
from console.store import bulk
from console.store.engine import SqlReader
from console.sync.records import Scopes, Seq
from console.sync.registry import Catalog, RecordTable
from console.sync.server import blob_uses, schema

_LOG_LOCK = 0x5041_524C  # one advisory lock orders all writers of a PostgreSQL database


@dataclass
class LogEntry:
    """One line of the change log.

    `op` U: `record` as it now is, in the scopes `after`, until now in `before` (None: it was not
    there). D: it is gone. G, R: the user `id` was granted or lost the scopes in `after`, which is
    heard in their private scope. `seq` is 0 until the transaction finishes. `rev` is told where
    the record was read later than this line was written, and is as it was after a later one. `was`
    is the record as it was before, until the line is written.
    """

    kind: str
    id: UUID
    before: Scopes | None
    after: Scopes
    record: Record | None
    parent_id: UUID | None
    internal: bool
    actor: UUID | None
    cmd_id: UUID | None
    op: Literal["U", "D", "G", "R"] = "U"
    heard_in: Scopes = frozenset()
    seq: Seq = 0
    doc: bytes = b"null"
    rev: Seq | None = None
    was: Record | None = None

    @property
    def touched(self) -> Scopes:
        """Every scope in which this change is heard."""
        if self.heard_in:
            return self.heard_in
        return self.before | self.after if self.before else self.after


def lock_log(connection: Connection) -> None:
    """Keep every other writer's numbers away until this transaction ends."""
    if connection.dialect.name == "postgresql":
        # Everybody waits for this one, and nobody who holds it waits for long.
        sql = "SELECT set_config('lock_timeout', '0', true), pg_advisory_xact_lock(:k)"
        connection.execute(text(sql), {"k": _LOG_LOCK})


def number(connection: Connection, log: list[LogEntry]) -> None:
    """Give every entry its place. From here to the commit the lock on the log is held."""
    if not log:
        return
    if connection.dialect.name == "postgresql":
        lock_log(connection)
        sql = "SELECT nextval('change_seq') FROM generate_series(1, :n)"
        seqs = [row[0] for row in SqlReader(connection).rows(sql, n=len(log))]
    else:
        sql = "UPDATE sync_state SET v = v + :n WHERE k = 'seq' RETURNING v"
        ((last,),) = SqlReader(connection).rows(sql, n=len(log))
        seqs = list(range(last - len(log) + 1, last + 1))
    for entry, seq in zip(log, seqs, strict=True):
        entry.seq = seq
    crash_here("server.numbered")


def write(connection: Connection, catalog: Catalog, log: list[LogEntry], at: datetime) -> None:
    """Write numbered entries to the record tables, the scope index and the change log."""
    spans: dict[str, dict[UUID, tuple[LogEntry, LogEntry]]] = {}
    for entry in log:
        if entry.op in "GR":
            continue
        if entry.record is not None:
            entry.doc = write_record(entry.record)
        mine = spans.setdefault(entry.kind, {})
        earlier = mine.get(entry.id)
        mine[entry.id] = (earlier[0] if earlier else entry, entry)
    for name, table in catalog.tables.items():
        if name not in spans:
            continue
        _write_records(connection, table, spans[name].values())
        changed = (
            (last.id, first.before is None, last.record) for first, last in spans[name].values()
        )
        blob_uses.note_uses(connection, table, changed)
        if table.kind.parent is None:
            _write_scopes(connection, name, spans[name].values())
    _write_log(connection, log, at)
    _write_tombstones(connection, log, at)
    for entry in log:
        entry.was = None  # those who are told keep the line for a while
    crash_here("server.written")


def _write_tombstones(connection: Connection, log: list[LogEntry], at: datetime) -> None:
    at_ms = to_ms(at)
    gone = {(entry.kind, entry.id) for entry in log if entry.op == "D"}
    rows = [{"kind": kind, "id": gone_id.bytes, "at": at_ms} for kind, gone_id in sorted(gone)]
    bulk.upsert(connection, schema.tombstone, rows)


def _write_records(
    connection: Connection, table: RecordTable[Any], spans: Collection[tuple[LogEntry, LogEntry]]
) -> None:
    new, changed = list[dict[str, Any]](), dict[tuple[str, ...], list[dict[str, Any]]]()
    gone = []
    for first, last in spans:
        if last.record is None:
            gone.append({"gone": last.id.bytes})
        elif first.was is None:
            new.append(row_of(table, last))
        else:
            row = row_of(table, last)
            changed.setdefault(_others(table, first, row), []).append(row)
    # Inserted, not replaced: when another node made the same record meanwhile, we decide anew.
    bulk.insert(connection, table.table, new)
    for columns, rows in changed.items():
        bulk.update(connection, table.table, columns, rows)
    if gone:
        connection.execute(text(f"DELETE FROM {table.table.name} WHERE id = :gone"), gone)
    if table.beside is not None:
        rows_of = table.beside.beside.rows
        others = [
            last.record
            for first, last in spans
            if last.record is not None
            and (rows_of(last.record) != (rows_of(first.was) if first.was else []))
        ]
        table.beside.write(connection, others)
        table.beside.drop(connection, [row["gone"] for row in gone], table.table)


def _others(table: RecordTable[Any], first: LogEntry, row: dict[str, Any]) -> tuple[str, ...]:
    """The columns of `row` that are other than before `first`; revision and document always are."""
    before = {"sc": scopes_text(_own(table, first.before)), **table.project(first.was)}
    return ("rev", "doc", *(name for name, value in before.items() if row[name] != value))


def _own(table: RecordTable[Any], scopes: Scopes | None) -> Scopes:
    return frozenset() if table.kind.parent or scopes is None else scopes


def row_of(table: RecordTable[Any], entry: LogEntry) -> dict[str, Any]:
    """The table row of an entry's record."""
    return {
        "id": entry.id.bytes,
        "rev": entry.seq,
        "sc": scopes_text(_own(table, entry.after)),
        "doc": entry.doc.decode(),
        **table.project(entry.record),
    }


def _write_scopes(
    connection: Connection, kind: str, spans: Iterable[tuple[LogEntry, LogEntry]]
) -> None:
    """`spans` are each record's first and last entry; children follow their parent's scopes."""
    left, entered = [], []
    for first, last in spans:
        before = first.before or frozenset()
        if before != last.after:
            key = {"kind": kind, "id": last.id.bytes}
            left += [{**key, "scope_id": scope} for scope in before - last.after]
            entered += [{**key, "scope_id": scope} for scope in last.after - before]
    if left:
        sql = "DELETE FROM record_scope WHERE kind = :kind AND id = :id AND scope_id = :scope_id"
        connection.execute(text(sql), left)
    bulk.insert(connection, schema.record_scope, entered)


def _write_log(connection: Connection, log: list[LogEntry], at: datetime) -> None:
    if not log:
        return
    at_ms, last = to_ms(at), log[-1].seq
    lines, scoped = [], []
    cmd_id, cmd_bytes = None, None
    for entry in log:
        if entry.cmd_id is not cmd_id:  # many entries in a row are one command's
            cmd_id, cmd_bytes = entry.cmd_id, entry.cmd_id and entry.cmd_id.bytes
        seq = entry.seq
        lines.append(
            {
                "seq": seq,
                "txn_last": last,
                "kind": entry.kind,
                "entity_id": entry.id.bytes,
                "op": entry.op,
                "scopes_before": None if entry.before is None else scopes_text(entry.before),
                "scopes_after": scopes_text(entry.after),
                "actor": entry.actor and entry.actor.bytes,
                "cmd_id": cmd_bytes,
                "at": at_ms,
            }
        )
        scoped += [{"scope_id": scope, "seq": seq} for scope in entry.touched]
    bulk.insert(connection, schema.change_log, lines)
    bulk.insert(connection, schema.change_scope, scoped)


@lru_cache(maxsize=4096)
def scopes_text(scopes: Scopes) -> str:
    """Scopes as they are stored: a JSON list, ascending."""
    return json.dumps(sorted(scopes), separators=(",", ":"))
