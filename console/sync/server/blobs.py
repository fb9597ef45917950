"""Files on the server: declared, taken part by part, checked by hash, shown with their records.

The bytes are rows like all else, so backups, a second node and both engines have them without
further ado. Who may see a record that carries a file may fetch it, nobody else; a file that no
record carries yet is its uploader's alone. Knowing a hash gives nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from console.kernel.clock import to_ms
from console.kernel.errors import Denied, Refused, Unavailable
from console.kernel.ids import new_id
from console.store.reader import Row, Value, listed
from console.sync.blobs import (
    MAX_BLOB_BYTES,
    PART_BYTES,
    Attached,
    BlobAsked,
    checked_type,
    is_sha256,
)
from console.sync.registry import Actor, Catalog
from console.sync.server.blob_schema import blob, blob_part, blob_verdict
from console.sync.server.seen import visible
from console.sync.server.tx import Tx

MAX_PENDING = 200
MAX_PENDING_BYTES = 20 * MAX_BLOB_BYTES
PENDING_WITHIN = timedelta(days=1)
"""Of what one user began within this time, so much may be in no message yet."""
KEPT_UNREFERENCED = timedelta(days=30)
COLLECTED_AT_ONCE = 500
ASK_AGAIN_S = 60.0

_COLUMNS = "id, parts, sha256, size, type, received, complete, uploader, made_at"
_EQUALS_TRIED = 20


class Rows(Protocol):
    """Somewhere to read rows from: a reader's snapshot, or a transaction."""

    def rows(self, sql: str, /, **params: Value) -> list[Row]:
        """All rows, in the query's order."""


@dataclass(frozen=True)
class Blob:
    """A file as the server has it: `received` of `size` bytes, kept under `parts`."""

    id: UUID
    parts: UUID
    sha256: bytes
    size: int
    type: str
    received: int
    complete: bool
    uploader: UUID
    made_at: int

    def row(self) -> dict[str, Any]:
        """Its row."""
        return {
            "id": self.id.bytes, "parts": self.parts.bytes, "sha256": self.sha256,
            "size": self.size, "type": self.type, "received": self.received,
            "complete": int(self.complete), "uploader": self.uploader.bytes,
            "made_at": self.made_at,
        }  # fmt: skip


# -- looking


def find(reader: Rows, blob_id: UUID) -> Blob | None:
    """The file of that id, whoever may see it."""
    return _found(reader, "id = :id", id=blob_id.bytes)


def readable(reader: Rows, catalog: Catalog, actor: Actor, blob_id: UUID) -> Blob | None:
    """The file if it is complete and the actor may fetch it, else None."""
    found = find(reader, blob_id)
    if found is None or not found.complete:
        return None
    if _seen(reader, catalog, actor, found.id):
        return found
    mine = found.uploader == actor.user_id and not _used(reader, [found.id])
    return found if mine else None


def part(reader: Rows, found: Blob, n: int) -> bytes:
    """The `n`-th part of a file, from 0."""
    return piece(reader, found.parts, n)


def piece(reader: Rows, parts: UUID, n: int) -> bytes:
    """The `n`-th part of the bytes kept under an id, from 0; nothing when they went."""
    sql = "SELECT data FROM blob_part WHERE blob = :blob AND n = :n"
    rows = reader.rows(sql, blob=parts.bytes, n=n)
    return bytes(rows[0][0]) if rows else b""


def is_whole(reader: Rows, found: Blob, rest: bytes) -> bool:
    """Whether what is here of a file, and `rest` behind it, hash to what was declared."""
    digest = hashlib.sha256()
    for n in range(-(-found.received // PART_BYTES)):
        digest.update(part(reader, found, n))
    digest.update(rest)
    return digest.digest() == found.sha256


def _found(reader: Rows, where: str, **params: Value) -> Blob | None:
    rows = reader.rows(f"SELECT {_COLUMNS} FROM blob WHERE {where}", **params)
    return _blob(rows[0]) if rows else None


def _blob(row: Row) -> Blob:
    raw_id, parts, sha256, size, kind, received, complete, uploader, made_at = row
    ids = UUID(bytes=bytes(raw_id)), UUID(bytes=bytes(parts))
    return Blob(
        *ids, bytes(sha256), size, kind, received, bool(complete), UUID(bytes=bytes(uploader)),
        made_at,
    )  # fmt: skip


def _seen(reader: Rows, catalog: Catalog, actor: Actor, blob_id: UUID) -> bool:
    """Whether the actor sees a record that carries the file."""
    for table in catalog.tables.values():
        if table.blobs is None:
            continue
        where, params = visible(table, actor.scopes)
        sql = (
            f"SELECT 1 FROM blob_use u JOIN {table.table.name} t ON t.id = u.record"
            f" WHERE u.blob = :blob AND u.kind = :kind AND {where} LIMIT 1"
        )
        if reader.rows(sql, blob=blob_id.bytes, kind=table.kind.name, **params):
            return True
    return False


def _used(reader: Rows, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the files that some record carries."""
    names, params = listed("b", ids)
    rows = reader.rows(f"SELECT DISTINCT blob FROM blob_use WHERE blob IN {names}", **params)
    return {UUID(bytes=bytes(row[0])) for row in rows}


# -- taking


def begin(tx: Tx, actor: Actor, asked: BlobAsked) -> Blob:
    """Declare a file, or find it declared; send what is missing from `received` on.

    Bytes that the actor uploaded before, or may see, need not come again. Raises Refused
    `empty_file`, `file_too_large`, `bad_sha256`, `blob_id_taken`; Unavailable while too much of
    theirs is in no message yet.
    """
    _check(asked)
    sha256 = bytes.fromhex(asked.sha256)
    known = _now(tx, asked.id)
    if known is not None:
        if (known.uploader, known.sha256, known.size) != (actor.user_id, sha256, asked.size):
            raise Refused("blob_id_taken", "There is another file of this id: take a new one.")
        return known
    equal = _equal(tx, actor, sha256, asked.size)
    fresh = Blob(
        id=asked.id,
        parts=equal.parts if equal else new_id(),
        sha256=sha256,
        size=asked.size,
        type=checked_type(asked.type),
        received=asked.size if equal else 0,
        complete=equal is not None,
        uploader=actor.user_id,
        made_at=to_ms(tx.at),
    )
    _count(tx, fresh)
    if equal is not None:
        tx.note(("blob shared", equal.parts), True)
    _keep(tx, fresh)
    return fresh


def _check(asked: BlobAsked) -> None:
    if asked.size <= 0:
        raise Refused("empty_file", "An empty file is not sent.", fields={"size": "not above 0"})
    if asked.size > MAX_BLOB_BYTES:
        limit = f"A file has at most {MAX_BLOB_BYTES // 1024 // 1024} MiB."
        raise Refused("file_too_large", limit, fields={"size": "too large"})
    if not is_sha256(asked.sha256):
        text = "`sha256` is 64 lower-case hex digits."
        raise Refused("bad_sha256", text, fields={"sha256": "not understood"})


def append(tx: Tx, actor: Actor, seen: Blob, data: bytes) -> Blob:
    """Keep the bytes behind what is here; the caller saw the file as `seen`.

    With its last bytes the file is complete: `is_whole` must have said so. Raises Denied when it
    is not the actor's any more, Refused `wrong_offset` when others were faster, `bad_part` for
    what is neither whole parts nor the file's end.
    """
    known = _now(tx, seen.id)
    if known is None or known.uploader != actor.user_id or known.parts != seen.parts:
        raise Denied
    if known.complete or known.received != seen.received:
        raise Refused("wrong_offset", "More of this file is here by now.")
    end = known.received + len(data)
    if not data or end > known.size or (end < known.size and len(data) % PART_BYTES):
        raise Refused(
            "bad_part", f"Send whole parts of {PART_BYTES:,} bytes; the last one may be shorter."
        )
    first = known.received // PART_BYTES
    for n, start in enumerate(range(0, len(data), PART_BYTES), start=first):
        some = data[start : start + PART_BYTES]
        tx.insert(blob_part, blob=known.parts.bytes, n=n, data=some)
    after = replace(known, received=end, complete=end == known.size)
    _keep(tx, after)
    return after


def drop(tx: Tx, actor: Actor, seen: Blob) -> None:
    """Forget an unfinished upload of the actor's, as its bytes are not what was declared."""
    known = _now(tx, seen.id)
    if known is None or known.complete or known.parts != seen.parts:
        return
    if known.uploader == actor.user_id:
        _remove(tx, known, parts=True)


def attach(tx: Tx, actor: Actor, told: Sequence[Attached]) -> list[Blob]:
    """The files that a message of the actor's is to carry, in the order told.

    Raises Refused `attachment_missing` for one that is not here whole, or neither theirs nor
    visible to them, `attachment_differs` where size or hash were told and are others, and
    `attachment_infected` for one in which a virus was found.
    """
    found = []
    for wish in told:
        known = _now(tx, wish.id)
        if known is None or not known.complete or not _may_use(tx, actor, known):
            fields = {"attachments": str(wish.id)}
            raise Refused(
                "attachment_missing", "A file of this message is not here.", fields=fields
            )
        as_told = wish.size in (0, known.size) and wish.sha256 in ("", known.sha256.hex())
        if not as_told:
            fields = {"attachments": str(wish.id)}
            raise Refused(
                "attachment_differs", "A file is not what the message says.", fields=fields
            )
        if _is_infected(tx, known):
            fields = {"attachments": str(wish.id)}
            raise Refused("attachment_infected", "A virus was found in a file.", fields=fields)
        tx.note(("blob claimed", known.id), True)
        found.append(known)
    return found


def _is_infected(reader: Rows, known: Blob) -> bool:
    sql = "SELECT 1 FROM blob_verdict WHERE parts = :parts AND word = 'infected'"
    return bool(reader.rows(sql, parts=known.parts.bytes))


def _may_use(tx: Tx, actor: Actor, known: Blob) -> bool:
    return known.uploader == actor.user_id or _seen(tx, tx.catalog, actor, known.id)


def _equal(tx: Tx, actor: Actor, sha256: bytes, size: int) -> Blob | None:
    """A file with these bytes that the actor uploaded or may see."""
    where = f"sha256 = :sha256 AND size = :size AND complete = 1 LIMIT {_EQUALS_TRIED}"
    rows = tx.rows(f"SELECT id FROM blob WHERE {where}", sha256=sha256, size=size)
    for row in rows:
        known = _now(tx, UUID(bytes=bytes(row[0])))
        if known is not None and _may_use(tx, actor, known):
            return known
    return None


def _count(tx: Tx, fresh: Blob) -> None:
    """Count what the uploader has in no message yet. Raises Unavailable when it is too much."""
    key = ("blob pending", fresh.uploader)
    sql = (
        "SELECT count(*), sum(size) FROM blob b WHERE uploader = :uploader AND made_at >= :since"
        " AND NOT EXISTS (SELECT 1 FROM blob_use u WHERE u.blob = b.id)"
    )
    counted = tx.noted(key)
    if counted is None:
        since = to_ms(tx.at - PENDING_WITHIN)
        row = tx.rows(sql, uploader=fresh.uploader.bytes, since=since)[0]
        counted = (int(row[0]), int(row[1] or 0))
    count, size = counted[0] + 1, counted[1] + fresh.size
    if count > MAX_PENDING or size > MAX_PENDING_BYTES:
        raise Unavailable(
            "Too many files wait for their messages: send those, or try again tomorrow.",
            retry_after_s=ASK_AGAIN_S,
        )
    tx.note(key, (count, size))


# -- a transaction's own view: rows are written at its end, so its jobs hear of them in notes


def _now(tx: Tx, blob_id: UUID) -> Blob | None:
    """The file as it stands in this transaction; locked against other nodes' writers."""
    noted: tuple[Blob | None] | None = tx.noted(("blob", blob_id))
    if noted is not None:
        return noted[0]
    return _found(tx, f"id = :id{_lock(tx)}", id=blob_id.bytes)


def _keep(tx: Tx, known: Blob) -> None:
    tx.insert(blob, **known.row())
    tx.note(("blob", known.id), (known,))


def _remove(tx: Tx, known: Blob, *, parts: bool) -> None:
    tx.delete(blob, id=known.id.bytes)
    if parts:
        tx.delete(blob_part, blob=known.parts.bytes)
        tx.delete(blob_verdict, parts=known.parts.bytes)
    tx.note(("blob", known.id), (None,))


def _lock(tx: Tx, how: str = "") -> str:
    return f" FOR UPDATE{how}" if tx.connection.dialect.name == "postgresql" else ""


# -- collecting


def collect(tx: Tx, now: datetime) -> int:
    """Delete files that no record carries KEPT_UNREFERENCED after they were begun; how many.

    At most COLLECTED_AT_ONCE, so that nobody waits long: call it again while it finds as many.
    """
    # Locked first and looked at again after: who is about to use one of them has locked it.
    rows = tx.rows(
        f"SELECT {_COLUMNS} FROM blob b WHERE made_at < :before"
        " AND NOT EXISTS (SELECT 1 FROM blob_use u WHERE u.blob = b.id)"
        f" ORDER BY made_at LIMIT {COLLECTED_AT_ONCE}{_lock(tx, ' SKIP LOCKED')}",
        before=to_ms(now - KEPT_UNREFERENCED),
    )
    found = {known.id: known for known in map(_blob, rows)}
    used = _used(tx, list(found))
    doomed = [known for known in found.values() if known.id not in used and _is_free(tx, known)]
    shared = _shared(tx, doomed)
    for known in doomed:
        _remove(tx, known, parts=known.parts not in shared)
    return len(doomed)


def _is_free(tx: Tx, known: Blob) -> bool:
    marks = (("blob claimed", known.id), ("blob shared", known.parts), ("blob", known.id))
    return all(tx.noted(mark) is None for mark in marks)


def _shared(tx: Tx, doomed: Sequence[Blob]) -> set[UUID]:
    """Under which ids bytes are kept that other files have too."""
    names, params = listed("p", {known.parts for known in doomed})
    rows = tx.rows(f"SELECT id, parts FROM blob WHERE parts IN {names}", **params)
    gone = {known.id for known in doomed}
    return {UUID(bytes=bytes(p)) for i, p in rows if UUID(bytes=bytes(i)) not in gone}
