"""Files on their way up: kept in the work file until their message is through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.kernel.clock import to_ms
from console.store import sqlite
from console.sync.blobs import PART_BYTES

SENT_KEPT_BYTES = 256 * 1024 * 1024
"""So much of what was sent stays here with the journal, to be sent again after a restore."""
_COLUMNS = "id, held_by, name, type, size, sha256"

FILES_SCRIPT = """
-- held_by: the ticket whose draft has the file, or the command that carries it
CREATE TABLE blob (
  pos INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  held_by BLOB NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  made_at INTEGER NOT NULL
);
CREATE INDEX ix_blob_held ON blob (held_by);
CREATE TABLE blob_part (
  blob BLOB NOT NULL,
  n INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (blob, n)
);
"""
"""A script of the work file."""


@dataclass(frozen=True)
class KeptFile:
    """A file in the work file; `held_by` is a ticket with a draft, or a command."""

    id: UUID
    held_by: UUID
    name: str
    type: str
    size: int
    sha256: str


class WorkFiles:
    """Reads and writes the files through one connection; nothing here begins a transaction."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def all(self) -> list[KeptFile]:
        """Every file, in the order they were attached."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM blob ORDER BY pos").fetchall()
        return [_kept(row) for row in rows]

    def to_send(self) -> list[KeptFile]:
        """The files of queued commands, then those of drafts, each in the order attached."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM blob WHERE held_by IN (SELECT cmd_id FROM outbox"
            " WHERE state = 'queued') OR held_by IN (SELECT lane FROM draft)"
            " ORDER BY held_by IN (SELECT lane FROM draft), pos"
        ).fetchall()
        return [_kept(row) for row in rows]

    def part(self, blob: UUID, n: int) -> bytes:
        """The `n`-th part of a file, empty when it is not there any more."""
        sql = "SELECT data FROM blob_part WHERE blob = ? AND n = ?"
        row = self._connection.execute(sql, (blob.bytes, n)).fetchone()
        return bytes(row[0]) if row else b""

    def add(self, file: KeptFile, data: bytes, at: datetime) -> None:
        """Keep a file with its bytes."""
        parts = enumerate(range(0, len(data), PART_BYTES))
        self._connection.executemany(
            "INSERT INTO blob_part VALUES (?, ?, ?)",
            [(file.id.bytes, n, data[start : start + PART_BYTES]) for n, start in parts],
        )
        told = file.name, file.type, file.size, file.sha256
        self._connection.execute(
            "INSERT INTO blob (id, held_by, name, type, size, sha256, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (file.id.bytes, file.held_by.bytes, *told, to_ms(at)),
        )

    def hand_over(self, blobs: Sequence[UUID], holder: UUID) -> None:
        """These files are the command's or draft's from here on."""
        rows = [(holder.bytes, blob.bytes) for blob in blobs]
        self._connection.executemany("UPDATE blob SET held_by = ? WHERE id = ?", rows)

    def drop(self, blobs: Iterable[UUID]) -> None:
        """Forget these files."""
        for blob in blobs:
            self._connection.execute("DELETE FROM blob_part WHERE blob = ?", (blob.bytes,))
            self._connection.execute("DELETE FROM blob WHERE id = ?", (blob.bytes,))

    def prune(self) -> None:
        """Forget what nothing here needs: no draft, no command; of those sent, the oldest ones."""
        nobodys = self._connection.execute(
            "SELECT id FROM blob WHERE held_by NOT IN (SELECT lane FROM draft"
            " UNION SELECT cmd_id FROM outbox UNION SELECT cmd_id FROM journal)"
        ).fetchall()
        sent = self._connection.execute(
            "SELECT id, size FROM blob WHERE held_by IN (SELECT cmd_id FROM journal)"
            " ORDER BY pos DESC"
        ).fetchall()
        kept, old = 0, []
        for raw, size in sent:
            kept += size
            if kept > SENT_KEPT_BYTES:
                old.append((raw,))
        self.drop(UUID(bytes=row[0]) for row in [*nobodys, *old])


def _kept(row: tuple[bytes, bytes, str, str, int, str]) -> KeptFile:
    blob, held_by, name, kind, size, sha256 = row
    return KeptFile(UUID(bytes=blob), UUID(bytes=held_by), name, kind, size, sha256)
