"""Following the log for the hub: what other nodes committed, in the log's order, without holes."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from console.kernel.codec import NIL
from console.store.reader import Reader, Row
from console.sync.records import Scopes, Seq
from console.sync.server.feed import Feed, Now
from console.sync.server.hub import Hub
from console.sync.server.ledger import LogEntry

POLL_S = 0.5
"""A wake-up that was lost delays what other nodes committed by this much at most."""
TAIL_LINES = 1_000

log = logging.getLogger(__name__)


class Read(Protocol):
    """Runs a read on a pooled thread, in one snapshot."""

    def __call__(self, work: "Callable[[Reader], Tailed]") -> "Awaitable[Tailed]":
        """The result of `work(reader)`."""


class Tailed(NamedTuple):
    """A piece of the log: all of it after some place, up to and with `to_seq`.

    `regrants` are the users whose grants change further on, before the records here were read.
    """

    entries: list[LogEntry]
    to_seq: Seq
    more: bool
    regrants: list[UUID]


class Tail:
    """Keeps the hub's ring complete when several processes write one log.

    Once a place in the log is visible, every smaller one that will ever be is visible too. So what
    this process committed itself joins the ring directly when it is the very next, and everything
    else is read from the log: after a wake-up, and every POLL_S in case one was lost.
    """

    def __init__(self, hub: Hub, feed: Feed, read: Read) -> None:
        self._hub = hub
        self._feed = feed
        self._read = read
        self._wake = asyncio.Event()
        self._away = False

    def committed(self, entries: list[LogEntry]) -> None:
        """This process has just committed these."""
        if entries and entries[0].seq == self._hub.tail + 1:
            self._hub.publish(entries)
        elif entries:
            self._wake.set()

    def wake(self, seq: Seq) -> None:
        """Another process has committed up to `seq`."""
        if seq > self._hub.tail:
            self._wake.set()

    async def follow(self) -> None:
        """Follow the log until cancelled; a database that does not answer is asked again."""
        while True:
            try:
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            try:
                await self.catch_up()
            except DBAPIError as error:
                if not self._away:
                    log.warning("log_not_followed", extra={"cause": type(error).__name__})
                self._away = True
            else:
                self._away = False

    async def catch_up(self) -> None:
        """Bring the ring up to what is visible now. Raises DBAPIError."""
        more = True
        while more:
            self._wake.clear()
            found = await self._read(partial(read_tail, self._feed, self._hub.tail))
            for user_id in found.regrants:
                self._hub.recheck(user_id)
            # Meanwhile our own commits may have joined the ring.
            self._hub.publish([entry for entry in found.entries if entry.seq > self._hub.tail])
            self._hub.reach(found.to_seq)
            more = found.more


def read_tail(feed: Feed, after: Seq, reader: Reader) -> Tailed:
    """At most TAIL_LINES of the log after `after`, oldest first, with the records as they are."""
    lines = reader.rows(
        "SELECT seq, kind, entity_id, op, scopes_before, scopes_after FROM change_log"
        " WHERE seq > :after ORDER BY seq LIMIT :limit",
        after=after,
        limit=TAIL_LINES,
    )
    if len(lines) < TAIL_LINES:
        return Tailed(_entries(feed, reader, lines), feed.head(reader), False, [])
    to_seq = lines[-1][0]
    # The records are as they are now, which is later than `to_seq`: whoever has lost the sight of
    # them in between must not be shown them.
    granted = reader.rows(
        "SELECT DISTINCT entity_id FROM change_log WHERE seq > :to_seq AND op IN ('G', 'R')",
        to_seq=to_seq,
    )
    regrants = [UUID(bytes=bytes(row[0])) for row in granted]
    return Tailed(_entries(feed, reader, lines), to_seq, True, regrants)


def _entries(feed: Feed, reader: Reader, lines: list[Row]) -> list[LogEntry]:
    ids: dict[str, set[UUID]] = {}
    for _, kind, raw_id, op, _, _ in lines:
        if op not in "GR" and kind in feed.catalog.tables:
            ids.setdefault(kind, set()).add(UUID(bytes=bytes(raw_id)))
    stored = {kind: {now.id: now for now in feed.stored(reader, kind, ids[kind])} for kind in ids}
    return [
        _entry(feed, line, stored.get(line[1], {}).get(UUID(bytes=bytes(line[2]))))
        for line in lines
        if line[3] in "GR" or line[1] in feed.catalog.tables
    ]


def _entry(feed: Feed, line: Row, now: Now | None) -> LogEntry:
    seq, kind, raw_id, op, before_text, after_text = line
    before = _scopes(before_text) if before_text is not None else None
    after = _scopes(after_text) or frozenset()
    if op not in "GR":
        op = "D" if now is None else "U"
    child = kind in feed.catalog.tables and feed.catalog[kind].kind.parent is not None
    return LogEntry(
        kind=kind,
        id=UUID(bytes=bytes(raw_id)),
        before=before,
        after=now.scopes if now else after,
        record=None,
        parent_id=NIL if child else None,  # the ring asks only whether there is one
        internal=now.internal if now else False,
        actor=None,
        cmd_id=None,
        op=op,
        heard_in=after | (before or frozenset()),
        seq=seq,
        doc=now.doc if now else b"null",
        rev=now.rev if now else None,
    )


def _scopes(text: str) -> Scopes:
    return frozenset(json.loads(text))
