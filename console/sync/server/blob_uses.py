"""Which records carry which files, written in the transaction that writes the records."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from console.kernel.codec import NIL, Record
from console.store import bulk
from console.store.reader import listed
from console.sync.registry import RecordTable
from console.sync.server.blob_schema import blob_use

Written = tuple[UUID, bool, Record | None]
"""A record's id, whether it is new, and it as it is now; None when it was erased."""


def note_uses(connection: Connection, table: RecordTable[Any], written: Iterable[Written]) -> None:
    """Keep what these records carry now.

    A file that no record carries any more because its record was erased is nobody's from here
    on: nobody can fetch it, and the next collection takes it.
    """
    if table.blobs is None:
        return
    kind, uses, older, erased = table.kind.name, [], [], []
    for record_id, new, record in written:
        if not new:
            older.append(record_id)
        if record is None:
            erased.append(record_id)
            continue
        key = {"kind": kind, "record": record_id.bytes}
        uses += [{"blob": carried.id.bytes, **key} for carried in table.blobs(record)]
    left = _carried_by(connection, kind, erased)
    _forget(connection, kind, older)
    bulk.upsert(connection, blob_use, uses)
    for raw in left:
        sql = (
            "UPDATE blob SET uploader = :nil, made_at = 0 WHERE id = :id"
            " AND NOT EXISTS (SELECT 1 FROM blob_use u WHERE u.blob = :id)"
        )
        connection.execute(text(sql), {"nil": NIL.bytes, "id": raw})


def _carried_by(connection: Connection, kind: str, records: list[UUID]) -> list[bytes]:
    if not records:
        return []
    names, params = listed("r", records)
    sql = f"SELECT DISTINCT blob FROM blob_use WHERE kind = :kind AND record IN {names}"
    found = connection.execute(text(sql), {"kind": kind, **params})
    return [bytes(row[0]) for row in found]


def _forget(connection: Connection, kind: str, records: list[UUID]) -> None:
    if records:
        names, params = listed("r", records)
        sql = f"DELETE FROM blob_use WHERE kind = :kind AND record IN {names}"
        connection.execute(text(sql), {"kind": kind, **params})
