"""What a virus scanner said of files: known by their bytes, asked before anybody is given them."""

from typing import Literal, NamedTuple
from uuid import UUID

from console.kernel.clock import to_ms
from console.kernel.errors import Refused, Unavailable
from console.store.reader import Row, Value
from console.sync.server.blob_schema import blob_verdict
from console.sync.server.blobs import Blob, Rows
from console.sync.server.tx import Tx

CHECKED_IN_S = 5.0
"""After so long it is worth asking for a file again that has not been looked at."""
AT_ONCE = 100
MAX_THREAT_CHARS = 200
Word = Literal["clean", "infected", "unchecked"]


class Verdict(NamedTuple):
    """`infected` with the `threat` that was found; `unchecked` with why it cannot be looked at."""

    word: Word
    threat: str = ""


class Unseen(NamedTuple):
    """Bytes that nobody has looked at: under which id they are kept, and how many."""

    parts: UUID
    size: int


def of(reader: Rows, parts: UUID) -> Verdict | None:
    """What was said of the bytes kept under this id; None before they were looked at."""
    sql = "SELECT word, threat FROM blob_verdict WHERE parts = :parts"
    rows = reader.rows(sql, parts=parts.bytes)
    return Verdict(rows[0][0], rows[0][1]) if rows else None


def unseen(reader: Rows) -> list[Unseen]:
    """Up to AT_ONCE whole files that were not looked at, the newest first."""
    rows: list[Row] = reader.rows(
        "SELECT b.parts, max(b.size) FROM blob b WHERE b.complete = 1 AND NOT EXISTS"
        " (SELECT 1 FROM blob_verdict v WHERE v.parts = b.parts)"
        f" GROUP BY b.parts ORDER BY max(b.made_at) DESC LIMIT {AT_ONCE}"
    )
    return [Unseen(UUID(bytes=bytes(row[0])), int(row[1])) for row in rows]


def keep(tx: Tx, parts: UUID, verdict: Verdict) -> None:
    """Note what was said, unless the bytes went meanwhile."""
    params: dict[str, Value] = {"parts": parts.bytes}
    if tx.rows("SELECT 1 FROM blob WHERE parts = :parts LIMIT 1", **params):
        threat = verdict.threat[:MAX_THREAT_CHARS]
        tx.insert(
            blob_verdict, parts=parts.bytes, word=verdict.word, threat=threat, at=to_ms(tx.at)
        )


def forget_unchecked(tx: Tx) -> None:
    """Have those looked at again that could not be."""
    tx.delete(blob_verdict, word="unchecked")


def check(reader: Rows, found: Blob, *, scanning: bool) -> None:
    """Whether the file may be given away; `scanning` says that here every file is looked at first.

    Raises Refused `file_infected`, and where files are scanned `file_unchecked`, or Unavailable
    while it waits for that.
    """
    verdict = of(reader, found.parts)
    if verdict is not None and verdict.word == "infected":
        raise Refused("file_infected", f"A virus was found in this file: {verdict.threat}.")
    if not scanning or (verdict is not None and verdict.word == "clean"):
        return
    if verdict is not None:
        raise Refused("file_unchecked", "This file could not be checked for viruses.")
    raise Unavailable("This file is being checked for viruses.", retry_after_s=CHECKED_IN_S)
