"""The cache as the console process reads it: confirmed records with the pending laid over them."""

import logging
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.codec import Record
from console.kernel.errors import ParleyError, Refused
from console.store import sqlite
from console.store.reader import SqliteReader
from console.sync.client.overlay import Overlay
from console.sync.client.rooms import Rooms
from console.sync.client.standing import Standing
from console.sync.client.work import CACHE_FILE
from console.sync.records import Kind, Seq

R = TypeVar("R", bound=Record)
CACHE_KIB = 16_384
OTHER_KIB = 8_192

log = logging.getLogger(__name__)


class Reading:
    """What is read of a profile. `reader` is None while there is no cache, or it is `locked`."""

    def __init__(self, folder: Path, key: bytes, me: UUID, clock: Clock, rooms: Rooms) -> None:
        self.me = me
        self.clock = clock
        self.locked = False
        self.reader: SqliteReader | None = None
        self._folder = folder
        self._key = key
        self._rooms = rooms
        self._overlay: Overlay | None = None

    @property
    def usable(self) -> bool:
        """Whether the cache has what the first screen shows; the rest may still be coming."""
        standing = self._stood()
        if standing is None:
            return False
        boot = standing.boot
        if standing.cursor is not None or boot is None or not boot.totals:
            return standing.cursor is not None
        return boot.got >= sum(boot.totals.get(kind, 0) for kind in self._rooms.first)

    def _stood(self) -> Standing | None:
        if self.reader is None:
            return None
        try:
            row = self.reader.row("SELECT v FROM cache_state WHERE k = 'standing'")
            return codec.decode(row[0], Standing) if row else None
        except (Refused, sqlite.DatabaseError):
            return None  # damaged, or of another release: the engine makes it anew

    def open_cache(self) -> bool:
        """Open the cache for reading if it is there; whether it is."""
        path = self._folder / CACHE_FILE
        self.shut_cache()
        if not path.exists():
            return False
        try:
            connection = sqlite.connect(path, key=self._key, mode="ro", cache_kib=CACHE_KIB)
            self.reader = SqliteReader(connection)
            told = self._rooms
            self._overlay = Overlay(
                self.reader, told.overlaid, told.previews, self.me, told.pass_time
            )
        except (ParleyError, sqlite.DatabaseError):
            log.info("cache_not_readable_yet")
            self.shut_cache()
            return False
        standing = self._stood()
        if standing is not None and standing.shape != told.shape:
            log.info("cache_of_other_release")  # the engine makes it anew
            self.shut_cache()
            return False
        self.locked = standing is not None and standing.lease.ended(self.clock.now())
        if self.locked:
            self.shut_cache()
            return False
        return True

    def another_reader(self) -> SqliteReader | None:
        """A connection of one's own to the cache as the server confirmed it, for another thread.

        None while there is nothing to read. Whoever asks closes it.
        """
        if self.reader is None:
            return None
        path = self._folder / CACHE_FILE
        return SqliteReader(sqlite.connect(path, key=self._key, mode="ro", cache_kib=OTHER_KIB))

    def shut_cache(self) -> None:
        """Nothing is read from here on: a screen that still asks finds nothing, and no error."""
        reader, self.reader, self._overlay = self.reader, None, None
        if reader is not None:
            reader.connection.close()

    def revision(self, kind: Kind[Any], record_id: UUID) -> Seq:
        """The change that wrote the confirmed record, for a command's `base_rev`."""
        return self._overlay.revision(kind, record_id) if self._overlay else 0

    def floor(self, parent: UUID) -> int | None:
        """From which place on all children of a parent are here, as far as was asked for."""
        if self.reader is None:
            return None
        row = self.reader.row("SELECT place FROM floor WHERE parent = :id", id=parent.bytes)
        return int(row[0]) if row else None

    def confirmed(self, kind: Kind[R], record_id: UUID) -> R | None:
        """The record as the cache has it, without what is pending."""
        return self._overlay.confirmed(kind, record_id) if self._overlay else None
