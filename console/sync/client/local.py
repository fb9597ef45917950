"""What the console process has of the spine: the cache to read, the outbox to write, the news.

View models are built on this. An action is in the work file before it is shown as queued;
everything shown is read from the cache with the pending laid over it.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.codec import Strict
from console.kernel.crash import crash_here
from console.kernel.errors import ParleyError, Refused, Unavailable
from console.kernel.ids import new_id
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks
from console.store import sqlite
from console.store.reader import SqliteReader
from console.store.worker import Worker
from console.sync.client import pipe
from console.sync.client.outbox import Entry, Outbox
from console.sync.client.overlay import Overlay
from console.sync.client.rooms import Rooms
from console.sync.client.scratch import Draft, Kept, Scratch
from console.sync.client.standing import Standing
from console.sync.client.work import CACHE_FILE, WORK_FILE, device_id, open_work
from console.sync.records import (
    Accepted,
    Command,
    Kind,
    Lost,
    Merged,
    Rejected,
    Result,
    Seq,
    command,
)

T = TypeVar("T")
Touched = Mapping[str, Iterable[UUID]]
CACHE_KIB = 16_384
DISK_REFUSES = (
    "This cannot be kept: the disk is full or cannot be written. Make room, then try again."
)

NO_MORE = "a ticket you can no longer see"

log = logging.getLogger(__name__)


class Local:
    """One signed-in profile on this desk; lives on the loop's thread.

    Signals: `touched` (records that may look different, by kind), `link` (how the connection
    is), `outbox_changed`, `opened` (the cache can be read, was made anew, or is `locked` from now
    on or no more), `deepened` (older children of a parent are here, or cannot be had now).
    """

    def __init__(self, folder: Path, key: bytes, me: UUID, clock: Clock, rooms: Rooms) -> None:
        self.me = me
        self.clock = clock
        self.touched: Signal[Touched] = Signal()
        self.link: Signal[pipe.Standing] = Signal()
        self.outbox_changed: Signal[None] = Signal()
        self.opened: Signal[None] = Signal()
        self.deepened: Signal[pipe.Deepened] = Signal()
        self.locked = False
        self.reader: SqliteReader | None = None
        self.standing: pipe.Standing | None = None
        self._cursor: Seq = 0
        self.say: Callable[[pipe.ToEngine], None] = lambda frame: None
        self._folder = folder
        self._key = key
        self._rooms = rooms
        self._overlay: Overlay | None = None
        self._tasks = Tasks()
        self._worker = Worker("work")
        self._work = open_work(folder / WORK_FILE, key)
        self._outbox = Outbox(self._work)
        self._scratch = Scratch(self._work)
        self.device = device_id(self._work)
        self.entries: dict[UUID, Entry] = {}
        self._lanes: dict[UUID, dict[UUID, Entry]] = {}
        for entry in self._outbox.entries():
            self._hold(entry)
        self.drafts: dict[UUID, Kept] = self._scratch.all()
        self._parted: set[UUID] = set()  # lanes whose record is not here any more
        self._outbox.prune(clock.now())

    @staticmethod
    def device_of(folder: Path, key: bytes) -> UUID:
        """The device that a profile's work file names, made when there is none."""
        work = open_work(folder / WORK_FILE, key)
        try:
            return device_id(work)
        finally:
            work.close()

    # -- reading

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
        self._shut_cache()
        if not path.exists():
            return False
        try:
            connection = sqlite.connect(path, key=self._key, mode="ro", cache_kib=CACHE_KIB)
            self.reader = SqliteReader(connection)
            self._overlay = Overlay(
                self.reader, self._rooms.overlaid, self._rooms.previews, self.me
            )
        except (ParleyError, sqlite.DatabaseError):
            log.info("cache_not_readable_yet")
            self._shut_cache()
            return False
        standing = self._stood()
        self.locked = standing is not None and standing.lease.ended(self.clock.now())
        if self.locked:
            self._shut_cache()
            return False
        for lane in self._lanes:
            self._overlay.refresh(lane, self._of_lane(lane))
        return True

    def _shut_cache(self) -> None:
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

    def waiting(self, lane: UUID) -> list[Entry]:
        """What waits on a ticket, in order: queued, accepted but not yet seen, rejected."""
        return self._of_lane(lane)

    def _of_lane(self, lane: UUID) -> list[Entry]:
        return list(self._lanes.get(lane, {}).values())

    def _hold(self, entry: Entry) -> None:
        """Keep an entry, in the place of itself as it was."""
        cmd_id = entry.command.cmd_id
        self.entries[cmd_id] = entry
        self._lanes.setdefault(entry.lane, {})[cmd_id] = entry

    def _let_go(self, entry: Entry) -> None:
        cmd_id = entry.command.cmd_id
        if self.entries.pop(cmd_id, None) is not None:
            lane = self._lanes[entry.lane]
            del lane[cmd_id]
            if not lane:
                del self._lanes[entry.lane]

    # -- acting

    async def do(
        self,
        kind: Kind[Any],
        target: UUID,
        args: Strict,
        *,
        lane: UUID,
        about: str,
        after: UUID | None = None,
    ) -> UUID:
        """Queue a command; once this returns it survives any crash. Returns its id."""
        base = self.revision(kind, target)
        wish = command(target, args, cmd_id=new_id(), base_rev=base, after=after)
        return await self._queue(wish, lane, about)

    async def _queue(self, wish: Command, lane: UUID, about: str) -> UUID:
        now = self.clock.now()
        entry = await self._kept(lambda: self._outbox.put(wish, lane, about, now))
        self._hold(entry)
        self._relay({lane})
        self.say(pipe.Poke())
        return wish.cmd_id

    async def _kept(self, write: Callable[[], T]) -> T:
        """The result of a write to the work file. Raises Unavailable when the disk refuses it."""
        try:
            return await self._worker.run(write)
        except sqlite.DatabaseError as error:
            log.exception("work_file_refused")
            raise Unavailable(DISK_REFUSES) from error

    async def retry(self, entry: Entry) -> None:
        """Try a rejected command again on the record as it is now."""
        args = self._overlay.renewed(entry) if self._overlay else None
        if args is None or entry.command.cmd_id not in self.entries:
            return  # the second of two presses
        self._let_go(entry)
        old = entry.command
        kinds = [o.kind for o in self._rooms.overlaid]
        base = max((self.revision(kind, old.target) for kind in kinds), default=0)
        wish = command(old.target, args, cmd_id=new_id(), base_rev=base)
        try:
            # The new one is down before the old one goes: no crash between them loses both.
            await self._queue(wish, entry.lane, entry.about)
        except BaseException:
            self._hold(entry)
            raise
        crash_here("console.retry.queued")
        await self.discard(entry)

    async def discard(self, entry: Entry) -> None:
        """Forget a rejected command."""
        cmd_id = entry.command.cmd_id
        await self._kept(lambda: self._outbox.discard(cmd_id))
        self._let_go(entry)
        self._relay({entry.lane})

    def keep_draft(self, ticket_id: UUID, draft: Draft) -> None:
        """Keep what is typed on a ticket; an empty draft is forgotten."""
        now, had = self.clock.now(), ticket_id in self.drafts
        if draft.body.strip():
            self.drafts[ticket_id] = Kept(draft, now)
            self._later(lambda: self._scratch.keep(ticket_id, draft, now))
        elif self.drafts.pop(ticket_id, None) is not None:
            self._later(lambda: self._scratch.drop(ticket_id))
        if had != (ticket_id in self.drafts):
            self._relay(set(), {"ticket": (ticket_id,)})  # its row carries a mark, or no more

    def _later(self, work: Callable[[], object]) -> None:
        self._tasks.spawn(self._worker.run(work), name="work-file")

    # -- hearing

    def hear(self, frame: pipe.FromEngine) -> None:
        """Take a frame of the engine."""
        match frame:
            case pipe.Opened():
                self.open_cache()
                self.opened.emit(None)
            case pipe.Changed(kinds, cursor):
                settled = self._settle(cursor)
                lanes = self._overlay.lanes_of(kinds) if self._overlay else set()
                self._relay(lanes | settled, kinds)
                self._part(kinds)
            case pipe.Answered(results):
                self._answer(results)
            case pipe.Deepened():
                self.deepened.emit(frame)
            case pipe.Restored(lost):
                self._revive(lost)
            case pipe.Standing():
                was, self.standing = self.standing, frame
                self._lock(locked=frame.locked)
                if frame.mode == "live" and (was is None or was.mode != "live"):
                    self._look_for_missing()
                self._relay(self._settle(frame.cursor))
                self.link.emit(frame)

    def _lock(self, *, locked: bool) -> None:
        """Shut the cache when its lease has run out, open it when the server was met again."""
        if locked == self.locked:
            return
        self.locked = locked
        if locked:
            self._shut_cache()
        else:
            self.open_cache()
        self.opened.emit(None)

    def _revive(self, lost: tuple[Lost, ...]) -> None:
        """Take back what a restored server has lost: queued again, or held until confirmed."""
        confirm = frozenset(p.args.__name__ for p in self._rooms.previews if p.confirm)

        async def take_back() -> None:
            entries = await self._worker.run(lambda: self._revived(lost, confirm))
            if entries is None:
                return
            lanes = set(self._lanes)
            self.entries, self._lanes = {}, {}
            for entry in entries:
                self._hold(entry)
            self._relay(lanes | set(self._lanes))
            self.say(pipe.Poke())

        self._tasks.spawn(take_back(), name="revive")

    def _revived(self, lost: tuple[Lost, ...], confirm: frozenset[str]) -> list[Entry] | None:
        count = self._outbox.revive(lost, confirm)
        if count:
            log.warning("work_revived", extra={"count": count})
        return self._outbox.entries() if count else None

    def _part(self, touched: Touched) -> None:
        """Records that work waits on may have gone: keep of that what was written here."""
        mine = {*self._lanes, *self.drafts}
        for overlaid in self._rooms.overlaid if self.reader else ():
            lanes = mine & set(touched.get(overlaid.kind.name, ()))
            gone = {lane for lane in lanes if self.revision(overlaid.kind, lane) == 0}
            self._parted -= lanes - gone
            if gone - self._parted:
                self._revoke(gone - self._parted)

    def _look_for_missing(self) -> None:
        """Have records fetched that work waits on and that are not here: a new or older cache."""
        lanes = {*self._lanes, *self.drafts}
        for overlaid in self._rooms.overlaid if self.reader else ():
            if overlaid.lane:
                for lane in lanes:
                    if self.revision(overlaid.kind, lane) == 0:
                        self.say(pipe.Open(overlaid.kind.name, lane))

    def _revoke(self, lanes: set[UUID]) -> None:
        self._parted |= lanes
        for lane in lanes:
            for entry in self._of_lane(lane):
                outcome = Rejected("access_revoked")
                changed = replace(entry, state="rejected", outcome=outcome, seq=None, about=NO_MORE)
                self._hold(changed)
        self._later(lambda: self._outbox.revoke(lanes, NO_MORE))
        self._relay(lanes)

    def _answer(self, results: tuple[Result, ...]) -> None:
        lanes = set()
        for result in results:
            entry, outcome = self.entries.get(result.cmd_id), result.outcome
            if entry is None or not isinstance(outcome, Accepted | Merged | Rejected):
                continue
            rejected = isinstance(outcome, Rejected)
            answered = replace(
                entry,
                state="rejected" if rejected else "accepted",
                outcome=outcome,
                seq=None if isinstance(outcome, Rejected) else outcome.seq,
            )
            self._hold(answered)
            lanes.add(entry.lane)
        self._later(lambda: self._outbox.answer(results))
        self._settle(self._cursor)  # the change may have come before the answer
        self._relay(lanes)

    def _settle(self, cursor: Seq) -> set[UUID]:
        """Let go of what the cache shows by now; the lanes it was on."""
        self._cursor = cursor
        done = [
            entry
            for entry in self.entries.values()
            if entry.state == "accepted" and entry.seq is not None and entry.seq <= cursor
        ]
        for entry in done:
            self._let_go(entry)
        if done:
            self._later(lambda: self._outbox.settle(cursor))
        return {entry.lane for entry in done}

    def _relay(self, lanes: set[UUID], touched: Touched | None = None) -> None:
        """Lay the lanes anew and tell what may look different."""
        news: dict[str, set[UUID]] = {kind: set(ids) for kind, ids in (touched or {}).items()}
        for lane in lanes if self._overlay else ():
            assert self._overlay is not None
            for kind, ids in self._overlay.refresh(lane, self._of_lane(lane)).items():
                news.setdefault(kind, set()).update(ids)
        if news:
            self.touched.emit(news)
        if lanes:
            self.outbox_changed.emit(None)

    async def close(self) -> None:
        """Write what is still to be written and close the files."""
        while self._tasks.names:
            await self._worker.run(lambda: None)
        self._worker.close()
        self._shut_cache()
        self._work.close()
