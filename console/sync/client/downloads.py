"""Files on their way down: kept in the cache beside the record that carries them, gone with it."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import Connection, text

from console.kernel.errors import Refused, Unavailable
from console.store import bulk
from console.store.engine import Database, SqlReader
from console.store.reader import listed
from console.sync.blobs import BLOBS, PART_BYTES, Attached, part_size
from console.sync.client.freight import Download
from console.sync.client.http import check
from console.sync.client.schema import blob, blob_part
from console.sync.registry import Catalog, RecordTable

CACHED_BYTES = 512 * 1024 * 1024
CACHED_FILES = 500
"""What is fetched to look at stays up to these limits; what was looked at longest ago goes first."""
_PARTIAL = 206
_Row = dict[str, Any]


@dataclass(frozen=True)
class Fetching:
    """A file being fetched: `received` of `size` bytes are here."""

    id: UUID
    size: int
    sha256: str
    received: int
    complete: bool


class Downloads:
    """The files in the cache as the engine writes them; each method is one transaction."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    def begin(self, wish: Download) -> Fetching:
        """The file, made room for if it is new. Raises Refused `file_gone`: no record has it."""
        with self._database.writing() as connection:
            known = _state(connection, wish.blob)
            if known is None:
                known = self._make(connection, wish)
            used = "UPDATE blob SET used = (SELECT max(used) + 1 FROM blob) WHERE id = :id"
            connection.execute(text(used), {"id": wish.blob.bytes})
            return known

    def _make(self, connection: Connection, wish: Download) -> Fetching:
        table = self._catalog.get(wish.kind)
        row = _document(connection, table, wish.record) if table else None
        carried = _carried(table, wish.record, row[1]) if table and row else []
        told = next((file for file in carried if file.id == wish.blob), None)
        if row is None or told is None:
            raise Refused("file_gone", "The message that has this file is not here any more.")
        _make_room(connection, told.size)
        bulk.insert(connection, blob, [{
            "id": wish.blob.bytes, "kind": wish.kind, "record": wish.record.bytes, "rev": row[0],
            "size": told.size, "sha256": told.sha256, "received": 0, "complete": 0, "used": 0,
        }])  # fmt: skip
        return Fetching(told.id, told.size, told.sha256, 0, complete=False)

    def add(self, file: UUID, data: bytes) -> Fetching:
        """Keep the next part. Raises Refused `file_gone` when its record is not here any more."""
        with self._database.writing() as connection:
            known = _state(connection, file)
            if known is None:
                raise Refused("file_gone", "The message that has this file is not here any more.")
            n, received = known.received // PART_BYTES, known.received + len(data)
            if len(data) != part_size(known.size, n):
                raise Unavailable("The server sent another length of the file than it has.")
            bulk.upsert(connection, blob_part, [{"blob": file.bytes, "n": n, "data": data}])
            sql = "UPDATE blob SET received = :received WHERE id = :id"
            connection.execute(text(sql), {"received": received, "id": file.bytes})
        return Fetching(known.id, known.size, known.sha256, received, complete=False)

    def finish(self, file: UUID) -> None:
        """All bytes are here: keep them if they are right, else drop them.

        Raises Refused `hash_mismatch` or `file_gone`.
        """
        with self._database.writing() as connection:
            known = _state(connection, file)
            if known is None:
                raise Refused("file_gone", "The message that has this file is not here any more.")
            right = _digest(connection, file) == known.sha256
            if right:
                sql = "UPDATE blob SET complete = 1 WHERE id = :id"
                connection.execute(text(sql), {"id": file.bytes})
            else:
                _drop(connection, [file.bytes])
        if not right:
            raise Refused("hash_mismatch", "The file came damaged and was not kept.")

    def drop(self, file: UUID) -> None:
        """Forget what is here of a file."""
        with self._database.writing() as connection:
            _drop(connection, [file.bytes])


def drop_orphans(connection: Connection, catalog: Catalog) -> None:
    """Delete the files that no record in the cache carries any more.

    Called in the transaction that changed the records, so that no moment shows a file whose
    message is gone. It costs two look-ups per cached file, of which there are few.
    """
    for table in catalog.tables.values():
        if table.blobs is None:
            continue
        rows = SqlReader(connection).rows(
            f"SELECT b.id, b.record, b.rev, t.rev, t.doc FROM blob b"
            f" LEFT JOIN {table.table.name} t ON t.id = b.record WHERE b.kind = :kind"
            " AND (t.rev IS NULL OR t.rev <> b.rev)",
            kind=table.kind.name,
        )
        gone = []
        for raw, record, _, rev, doc in rows:
            carried = _carried(table, UUID(bytes=record), doc) if rev is not None else []
            if any(file.id.bytes == raw for file in carried):
                sql = "UPDATE blob SET rev = :rev WHERE id = :id"
                connection.execute(text(sql), {"rev": rev, "id": raw})
            else:
                gone.append(raw)
        _drop(connection, gone)


def _document(
    connection: Connection, table: RecordTable[Any], record: UUID
) -> tuple[int, str] | None:
    sql = f"SELECT rev, doc FROM {table.table.name} WHERE id = :id"
    row = connection.execute(text(sql), {"id": record.bytes}).fetchone()
    return (row[0], row[1]) if row else None


def _carried(table: RecordTable[Any], record: UUID, doc: str) -> Iterable[Attached]:
    return table.blobs(table.kind.read(record, doc)) if table.blobs else ()


def _state(connection: Connection, file: UUID) -> Fetching | None:
    sql = "SELECT size, sha256, received, complete FROM blob WHERE id = :id"
    row = connection.execute(text(sql), {"id": file.bytes}).fetchone()
    return Fetching(file, row[0], row[1], row[2], bool(row[3])) if row else None


def _digest(connection: Connection, file: UUID) -> str:
    digest = hashlib.sha256()
    sql = "SELECT data FROM blob_part WHERE blob = :blob ORDER BY n"
    for row in connection.execute(text(sql), {"blob": file.bytes}):
        digest.update(row[0])
    return digest.hexdigest()


def _make_room(connection: Connection, size: int) -> None:
    rows = connection.execute(text("SELECT id, size FROM blob ORDER BY used DESC")).fetchall()
    kept, gone = size, []
    for count, (raw, held) in enumerate(rows, start=2):
        kept += held
        if kept > CACHED_BYTES or count > CACHED_FILES:
            gone.append(raw)
    _drop(connection, gone)


def _drop(connection: Connection, files: list[bytes]) -> None:
    if files:
        names, params = listed("b", files)
        connection.execute(text(f"DELETE FROM blob_part WHERE blob IN {names}"), params)
        connection.execute(text(f"DELETE FROM blob WHERE id IN {names}"), params)


# -- fetching

Stream = Callable[..., Any]
"""`stream(method, path, …)`: an answer of the server's to read from, as httpx gives it."""


async def fetch(
    stream: Stream,
    file: Fetching,
    keep: Callable[[bytes], Awaitable[None]],
) -> None:
    """Fetch what is missing of a file; `keep` takes each part.

    Raises SignedOut, Unavailable (go on later), Refused (it is not to be had).
    """
    headers = {"range": f"bytes={file.received}-"} if file.received else {}
    async with stream("GET", f"{BLOBS}/{file.id}", headers=headers) as answer:
        if not answer.is_success:
            await answer.aread()
        check(answer)
        skip = 0 if answer.status_code == _PARTIAL else file.received
        await _keep_parts(answer, file, skip, keep)


async def _keep_parts(
    answer: httpx.Response, file: Fetching, skip: int, keep: Callable[[bytes], Awaitable[None]]
) -> None:
    got, held = file.received, bytearray()
    async for chunk in answer.aiter_raw():
        dropped = min(skip, len(chunk))
        skip -= dropped
        held += chunk[dropped:]
        while got < file.size and len(held) >= (wanted := part_size(file.size, got // PART_BYTES)):
            await keep(bytes(held[:wanted]))
            del held[:wanted]
            got += wanted
        if got == file.size:
            return
    raise Unavailable("The file ended early.")
