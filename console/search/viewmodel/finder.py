"""Searches the cache on a thread of its own, so that no key press ever waits for it."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from console.kernel.errors import ParleyError
from console.search.model.query import Query
from console.search.tables import rows
from console.search.tables.rows import Hits
from console.search.viewmodel.found import Place, place_in
from console.store import sqlite
from console.store.reader import SqliteReader
from console.store.worker import Worker
from console.sync.client.local import Local

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What was found, with the messages that the hits are in."""

    hits: Hits
    places: dict[UUID, Place]


@dataclass(frozen=True)
class After:
    """What of a query is shown: how many hits of the index, and the place of the last."""

    count: int
    last: int


class Finder:
    """One search at a time; a newer one breaks the one before off."""

    def __init__(self, local: Local, worker: Worker | None = None) -> None:
        self._local = local
        self._worker = worker or Worker("search")
        self._reader: SqliteReader | None = None
        self._number = 0  # of the search that is wanted; those before it are let go

    def find(
        self,
        query: Query,
        after: After | None,
        *,
        best: bool,
        loose: Iterable[UUID],
        limit: int,
    ) -> Awaitable[Answer | None]:
        """The hits after those shown; None when it was broken off, or there is nothing to read.

        It is under way by the time this returns, in the place of the one before.
        """
        open_reader, me = self._local.another_reader, self._local.me
        self.break_off()
        number = self._number

        def work() -> Answer | None:
            reader = self._opened(open_reader) if number == self._number else None
            if reader is None:
                return None
            skip = after.count if after else 0
            if best and query.terms:
                hits = rows.best(reader, query, me, skip=skip, loose=loose, limit=limit)
            else:
                below = {"before": after.last} if after else {}
                hits = rows.find(reader, query, me, skip=skip, loose=loose, limit=limit, **below)
            if number != self._number:
                return None
            told = rows.messages(reader, [hit.message_id for hit in hits.hits])
            return Answer(hits, {i: place_in(found, query.terms) for i, found in told.items()})

        def tried() -> Answer | None:
            try:
                return work()
            except (sqlite.DatabaseError, ParleyError) as error:
                # Broken off by the next key press, or the file is being made anew.
                log.info("search_broken_off", extra={"cause": type(error).__name__})
                return None

        return self._worker.begin(tried)

    def break_off(self) -> None:
        """Have a search that is under way end at once."""
        self._number += 1
        if self._reader is not None:
            self._reader.connection.interrupt()

    def shut(self) -> None:
        """Let go of the file: it is locked, or was made anew."""
        self.break_off()
        self._worker.wait(self._drop)

    def close(self) -> None:
        """The same, and end the thread."""
        self.shut()
        self._worker.close()

    def _opened(self, open_reader: Callable[[], SqliteReader | None]) -> SqliteReader | None:
        if self._reader is None:
            reader = open_reader()
            if reader is not None:
                rows.prepare(reader)
                self._reader = reader
        return self._reader

    def _drop(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.connection.close()
