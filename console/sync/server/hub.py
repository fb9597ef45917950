"""Who is connected here, and the newest changes kept at hand for all of them."""

import asyncio
import logging
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID, uuid4

from msgspec import Raw

from console.kernel.errors import Bug
from console.sync.frames import Batch
from console.sync.records import Change, Scopes, Seq, sees
from console.sync.server import epoch
from console.sync.server.fanout import KEPT_MOST, Fanout
from console.sync.server.ledger import LogEntry

RING = 10_000
RING_BATCH = 500

log = logging.getLogger(__name__)


class Progress(NamedTuple):
    """How far behind a console is, and what it has not acknowledged yet.

    `behind` counts changes sent and not acknowledged, and lines of the log not yet looked at for
    it; `silent_s` is since when it owes an acknowledgement, 0 when it owes none.
    """

    behind: int = 0
    unacked_bytes: int = 0
    silent_s: float = 0.0


def _not_at_once() -> bool:
    return False


class Listener:
    """One connected console, as the hub sees it: an alarm, and what it may see.

    `tell` sends it what is new at once, where it can; where it says False its session is woken to.
    """

    def __init__(self, user_id: UUID, device: UUID, scopes: Scopes) -> None:
        self.user_id = user_id
        self.device = device
        self.scopes = scopes
        self.wake = asyncio.Event()
        self.regrant: Seq | None = None
        self.session = uuid4()
        self.progress: Callable[[], Progress] = Progress  # its session says, once it runs
        self.tell: Callable[[], bool] = _not_at_once


class Hub:
    """In-process fan-out: a ring of rendered changes serves the tail once for everybody.

    The ring is a convenience; whoever is further behind reads the log. Lives on the loop's thread.
    """

    def __init__(self, tail: Seq) -> None:
        self._ring: list[LogEntry] = []
        self._seqs: list[Seq] = []
        self._from = tail
        self.tail = tail
        self.listeners: set[Listener] = set()
        self.leaving = False
        self.fanout = Fanout()
        self._batches: dict[tuple[Seq, Scopes], Batch | None] = {}

    def leave(self) -> None:
        """The server stops: every session ends, and is told so first."""
        self.leaving = True
        for listener in self.listeners:
            listener.wake.set()

    def publish(self, entries: Iterable[LogEntry]) -> None:
        """Take in committed changes, in the log's order and without a hole, and wake everybody."""
        for entry in entries:
            if entry.seq <= self.tail:
                raise Bug("changes were published out of order")
            self._ring.append(entry)
            self._seqs.append(entry.seq)
            self.tail = entry.seq
            if entry.op in "GR":
                self._regrant(entry)
        if len(self._ring) > 2 * RING:
            self._from = self._seqs[-RING - 1]
            del self._ring[:-RING], self._seqs[:-RING]
        self._tell()

    def _tell(self) -> None:
        """There is more than before: every console is told, or is to look."""
        self._batches.clear()
        self.fanout.forget()
        for listener in self.listeners:
            if not listener.tell():
                listener.wake.set()

    def ahead(self, cursor: Seq) -> int:
        """How many lines of the log came after `cursor`; at least so many when that is long ago."""
        if cursor >= self._from:
            return len(self._seqs) - bisect_right(self._seqs, cursor)
        return self.tail - max(cursor, epoch.first_seq(epoch.epoch_of(self.tail)))

    def reach(self, seq: Seq) -> None:
        """Nothing that is not in the ring will ever come before or at `seq`."""
        if seq > self.tail:
            self.tail = seq
            self._tell()

    def recheck(self, user_id: UUID) -> None:
        """Have this user's consoles look again at once whether and what they may see."""
        for listener in self.listeners:
            if listener.user_id == user_id:
                listener.regrant = listener.regrant or self.tail
                listener.wake.set()

    def _regrant(self, entry: LogEntry) -> None:
        for listener in self.listeners:
            if listener.user_id == entry.id:
                listener.regrant = entry.seq

    def batch(self, cursor: Seq, scopes: Scopes) -> Batch | None:
        """What changed after `cursor` for whoever holds `scopes`; None when the log must be read.

        That is so when the ring does not reach back to `cursor`, and when a record moved so that
        its children come into sight or go out of it, as they are not in the ring.
        """
        key = cursor, scopes
        if key not in self._batches:
            if len(self._batches) >= KEPT_MOST:
                self._batches.clear()
            self._batches[key] = self._collected(cursor, scopes)
        return self._batches[key]

    def _collected(self, cursor: Seq, scopes: Scopes) -> Batch | None:
        if cursor < self._from:
            return None
        start = bisect_right(self._seqs, cursor)
        part = self._ring[start : start + RING_BATCH]
        changes = []
        for entry in part:
            if entry.op in "GR" or scopes.isdisjoint(entry.touched):
                continue
            if _moved(entry, scopes):
                return None
            change = _rendered(entry, scopes)
            if change is not None:
                changes.append(change)
        to_seq = part[-1].seq if len(part) == RING_BATCH else self.tail
        return Batch(cursor, to_seq, tuple(changes), more=to_seq < self.tail)


def _moved(entry: LogEntry, scopes: Scopes) -> bool:
    """Whether children come into sight or go out of it with this record."""
    if entry.before is None or entry.before == entry.after or entry.op != "U":
        return False
    if entry.parent_id is not None or scopes.isdisjoint(entry.after):
        return False
    sides = (False, True)
    return any(sees(scopes, entry.before, s) != sees(scopes, entry.after, s) for s in sides)


def _rendered(entry: LogEntry, scopes: Scopes) -> Change | None:
    if entry.op == "D":
        return Change(entry.kind, entry.id, entry.seq, "D")
    if sees(scopes, entry.after, entry.internal):
        sc = () if entry.parent_id else tuple(sorted(entry.after))
        rev = entry.rev or entry.seq
        new = entry.before is None and entry.parent_id is None
        return Change(entry.kind, entry.id, rev, sc=sc, new=new, doc=Raw(entry.doc))
    if entry.internal and not sees(scopes, entry.touched, internal=True):
        return None
    return Change(entry.kind, entry.id, entry.seq, "X")
