"""What was erased, noted beside the database too: a restore brings neither back."""

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, inspect, text

from console.kernel.clock import to_ms
from console.store import bulk
from console.store.engine import Database
from console.sync.server import schema
from console.sync.server.tx import Tx

log = logging.getLogger(__name__)
_READ = 'SELECT kind, id, "at" FROM tombstone'


class Tombstone(Struct, frozen=True):
    """A record that was erased; `at` in milliseconds since 1970."""

    kind: str
    id: UUID
    at: int


_decoder = msgspec.json.Decoder(Tombstone)


class Stones:
    """The file that keeps the tombstones: one JSON object a line, flushed to disk line by line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> set[Tombstone]:
        """All that are noted. A line torn by a crash is left out: `catch_up` writes it anew."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return set()
        return set(_understood(lines))

    def keep(self, stones: Iterable[Tombstone]) -> None:
        """Note more; they are on disk when this returns."""
        lines = b"".join(msgspec.json.encode(stone) + b"\n" for stone in stones)
        if not lines:
            return
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "r+b") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                torn = file.read(1) != b"\n"
                lines = b"\n" + lines if torn else lines
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def keep_erased(self, tx: Tx) -> None:
        """Note what a committed transaction erased.

        What cannot be written here stands in the database, from where `catch_up` has it: all else
        that follows a commit must not wait for this file.
        """
        gone = {(entry.kind, entry.id) for entry in tx.log if entry.op == "D"}
        at = to_ms(tx.at)
        try:
            self.keep(Tombstone(kind, gone_id, at) for kind, gone_id in sorted(gone))
        except OSError as error:
            log.error("tombstones_not_kept", exc_info=error)

    def catch_up(self, database: Database) -> None:
        """Note what the database knows and the file does not: a crash came between the two."""
        with database.reading() as reader:
            known = {_stone(row) for row in reader.rows(_READ)}
        self.keep(sorted(known - self.read(), key=lambda stone: stone.at))


def _understood(lines: Iterable[bytes]) -> Iterator[Tombstone]:
    for line in lines:
        try:
            yield _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue


def noted(connection: Connection) -> set[Tombstone]:
    """The tombstones in a database, none in one of before there were any."""
    if not inspect(connection).has_table(schema.tombstone.name):
        return set()
    return {_stone(row) for row in connection.execute(text(_READ))}


def add(connection: Connection, stones: Iterable[Tombstone]) -> None:
    """Put tombstones into a database; the newer one of the same record stays."""
    rows = [{"kind": s.kind, "id": s.id.bytes, "at": s.at} for s in stones]
    bulk.upsert(connection, schema.tombstone, rows, newer="at")


def unheard_of(stones: Iterable[Tombstone], known: Iterable[Tombstone]) -> set[Tombstone]:
    """The newest tombstone of each record that `known` has none as new of.

    What `known` has was erased there already: a record of that id there is a later one.
    """
    newest: dict[tuple[str, UUID], int] = {}
    for stone in stones:
        key = stone.kind, stone.id
        newest[key] = max(stone.at, newest.get(key, stone.at))
    for stone in known:
        if newest.get((stone.kind, stone.id), stone.at + 1) <= stone.at:
            del newest[stone.kind, stone.id]
    return {Tombstone(kind, gone_id, at) for (kind, gone_id), at in newest.items()}


def _stone(row: Any) -> Tombstone:
    return Tombstone(row[0], UUID(bytes=bytes(row[1])), row[2])
