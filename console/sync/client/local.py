"""What the console process has of the spine: the cache to read, the outbox to write, the news.

View models are built on this. An action is in the work file before it is shown as queued;
everything shown is read from the cache with the pending laid over it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from console.kernel.clock import Clock
from console.kernel.codec import Strict
from console.kernel.crash import crash_here
from console.kernel.errors import Unavailable
from console.kernel.ids import new_id
from console.kernel.tongue import mark, tr
from console.store import sqlite
from console.store.worker import Worker
from console.sync.client import pipe
from console.sync.client.deed import Deed
from console.sync.client.keeping import Keeping
from console.sync.client.outbox import Entry, Outbox
from console.sync.client.releases import Release, Releases
from console.sync.client.rooms import Rooms
from console.sync.client.scratch import Draft, Kept
from console.sync.client.telling import Touched
from console.sync.client.uploads import WorkFiles
from console.sync.frames import Lost
from console.sync.records import Accepted, Kind, Merged, Rejected, Result, Seq, command

_CONNECTED = frozenset({"catchup", "live"})
NO_MORE = mark("Your work on a ticket you can no longer see")

log = logging.getLogger(__name__)


class Local(Keeping):
    """One signed-in profile on this desk; lives on the loop's thread. It tells what changes."""

    def __init__(
        self,
        folder: Path,
        key: bytes,
        me: UUID,
        clock: Clock,
        rooms: Rooms,
        worker: Worker | None = None,
    ) -> None:
        super().__init__(folder, key, me, clock, rooms, worker)
        self.standing: pipe.Standing | None = None
        self._cursor: Seq = 0
        self.say: Callable[[pipe.ToEngine], None] = lambda frame: None
        self._apart = frozenset(p.args.__name__ for p in rooms.previews if p.apart)
        self._parted: set[UUID] = set()  # lanes whose record is not here any more
        self._landing: dict[UUID, Entry] = {}  # on their way to the disk
        self.releases = Releases(self)

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
        requires: tuple[UUID, ...] = (),
    ) -> UUID:
        """Queue a command; once this returns it survives any crash. Returns its id.

        `requires` are files of the lane's draft, which go before it.
        """
        deed = Deed(kind, target, args, about, requires, after)
        (cmd_id,) = await self.do_all([deed], lane=lane)
        return cmd_id

    async def do_all(
        self,
        deeds: Sequence[Deed],
        *,
        lane: UUID,
        chained: bool = False,
        release: Release | None = None,
        spent: str = "",
    ) -> list[UUID]:
        """Queue several commands together, all or none; their ids.

        When `chained`, all but the first are done only if the first was. `release` keeps them here
        until a time. The lane's draft goes with them if it has just the words `spent`: no crash
        leaves what was sent to be sent once more.
        """
        now, entries = self.clock.now(), list[Entry]()
        for deed in deeds:
            first = entries[0].command.cmd_id if entries and chained else None
            entries.append(deed.entry(self.revision, lane, now, after=first, release=release))
        await self._put(entries, (lambda: self._scratch.spend(lane, spent)) if spent else None)
        return [entry.command.cmd_id for entry in entries]

    async def do_each(self, deeds: Sequence[Deed], at: datetime) -> None:
        """Queue commands for records that are lanes of their own, all or none.

        Those that share `at` and their words were done in one go, in however many calls.
        """
        await self._put([deed.entry(self.revision, deed.target, at) for deed in deeds])

    async def _put(
        self, entries: Sequence[Entry], also: Callable[[], object] | None = None
    ) -> None:
        if not entries:
            return
        await self._land(entries, lambda: self._outbox.put_all(entries, also))
        for entry in entries:
            self.files.handed_over(entry.command.requires, entry.command.cmd_id)
        self._relay({entry.lane for entry in entries})
        self.say(pipe.Poke())

    async def _land(self, entries: Sequence[Entry], write: Callable[[], object]) -> None:
        """Hold entries once `write` has them on the disk, as whatever happened meanwhile left them."""
        self._landing |= {entry.command.cmd_id: entry for entry in entries}
        try:
            await self._kept(write)
        finally:
            landed = [self._landing.pop(entry.command.cmd_id) for entry in entries]
        for entry in landed:
            self._hold(entry)

    async def shift(
        self,
        entries: Sequence[Entry],
        write: Callable[[Outbox, list[UUID]], None],
        **changed: Any,
    ) -> None:
        """Change what was not released yet, here and by `write`; what is gone meanwhile stays so."""
        there = [e for e in entries if self.entries.get(e.command.cmd_id) == e and e.unreleased]
        for entry in there:  # first, so that nobody takes back what is going
            self._hold(replace(entry, **changed))
        try:
            await self._kept(lambda: write(self._outbox, [e.command.cmd_id for e in there]))
        except Unavailable:
            for entry in there:
                self._hold(entry)
            raise
        if there:
            self._relay({entry.lane for entry in there})
            self.say(pipe.Poke())

    async def retry(self, entry: Entry, at: datetime | None = None) -> None:
        """Try a rejected command again on the record as it is now, as done at `at` or else now."""
        args = self._overlay.renewed(entry) if self._overlay else None
        if args is None or entry.command.cmd_id not in self.entries:
            return  # the second of two presses
        self._let_go(entry)
        old = entry.command
        kinds = [o.kind for o in self._rooms.overlaid]
        base = max((self.revision(kind, old.target) for kind in kinds), default=0)
        wish = command(old.target, args, cmd_id=new_id(), base_rev=base, requires=old.requires)
        try:
            # The new one is down before the old one goes: no crash between them loses both.
            made_at = at or self.clock.now()
            await self._put([Entry(wish, entry.lane, "queued", entry.about, made_at)])
        except BaseException:
            self._hold(entry)
            raise
        crash_here("console.retry.queued")
        await self.discard(entry)

    async def release(self, entry: Entry) -> None:
        """Send a held command after all, under the id it has."""
        cmd_id = entry.command.cmd_id
        if entry.state != "held" or self.entries.get(cmd_id) != entry:
            return  # the second of two presses
        queued = replace(entry, state="queued", outcome=None, seq=None, due_at=None)
        await self._land([queued], lambda: self._outbox.release(cmd_id))
        self._relay({entry.lane})
        self.say(pipe.Poke())

    async def discard(self, entry: Entry) -> None:
        """Forget a rejected or held command, or one that was not released; one that goes its way by now is left alone."""
        cmd_id = entry.command.cmd_id
        if self._moves(cmd_id):
            return
        await self._kept(lambda: self._outbox.discard(cmd_id))
        self._let_go(entry)
        self._relay({entry.lane})

    def _moves(self, cmd_id: UUID) -> bool:
        known = self.entries.get(cmd_id)
        return known is not None and not (known.parked or known.unreleased)

    async def restore(self, entry: Entry) -> None:
        """Take back that a command was discarded: it stands there as before."""
        if entry.command.cmd_id in self.entries:
            return
        await self._land([entry], lambda: self._outbox.restore(entry))
        self._relay({entry.lane})

    async def reclaim(self, entry: Entry, draft: Draft, also: Sequence[Entry] = ()) -> None:
        """Make a message that stands here, and its files, a draft, and forget what would follow it.

        It is on the disk when this returns.
        """
        now = self.clock.now()
        if self._moves(entry.command.cmd_id):
            return

        def write() -> None:
            with sqlite.transaction(self._work):
                self._scratch.keep(entry.lane, draft, now)
                WorkFiles(self._work).hand_over(entry.command.requires, entry.lane)
                for each in (entry, *also):
                    self._outbox.discard(each.command.cmd_id)

        await self._kept(write)
        for each in (entry, *also):
            self._let_go(each)
        self.files.handed_over(entry.command.requires, entry.lane)
        self.drafts.setdefault(entry.lane, Kept(draft, now))  # one of files alone
        self._relay({entry.lane})

    # -- hearing

    def hear(self, frame: pipe.FromEngine) -> None:
        """Take a frame of the engine."""
        match frame:
            case pipe.Opened():
                self.open_cache()
                self.files.ask_again()
                self.opened.emit(None)
            case pipe.Changed(kinds, cursor):
                settled = self._settle(cursor)
                lanes = self._overlay.lanes_of(kinds) if self._overlay else set()
                self._relay(lanes | settled, kinds)
                self._part(kinds)
            case pipe.Answered(results):
                self._answer(results)
            case pipe.Present():
                self.company.hear(frame)
            case pipe.Deepened():
                self.deepened.emit(frame)
            case pipe.Sought():
                self.sought.emit(frame)
            case pipe.Restored(lost):
                self._revive(lost)
            case pipe.Transfer():
                self.files.hear(frame)
            case pipe.Standing():
                self._stand(frame)

    def _stand(self, frame: pipe.Standing) -> None:
        was, self.standing = self.standing, frame
        self._lock(locked=frame.locked)
        if frame.mode not in _CONNECTED:
            self.company.clear()
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
            self.shut_cache()
        else:
            self.open_cache()
        self.opened.emit(None)

    def _revive(self, lost: tuple[Lost, ...]) -> None:
        """Take back what a restored server has lost: queued again, or held until confirmed."""
        confirm = frozenset(p.args.__name__ for p in self._rooms.previews if p.confirm)

        async def take_back() -> None:
            revived = await self._worker.run(lambda: self._revived(lost, confirm))
            # Before all else; whatever else happened meanwhile is here and not yet in the file.
            back = {entry.command.cmd_id: entry for entry in revived}
            others = [e for cmd_id, e in self.entries.items() if cmd_id not in back]
            self.entries, self._lanes = {}, {}
            for entry in (*revived, *others):
                self._hold(entry)
            lanes = {entry.lane for entry in revived}
            self._relay(lanes)
            self._revoke(lanes & self._parted)
            self.say(pipe.Poke())  # in any case: until then the engine sends nothing

        self._tasks.spawn(take_back(), name="revive")

    def _revived(self, lost: tuple[Lost, ...], confirm: frozenset[str]) -> list[Entry]:
        count = self._outbox.revive(lost, confirm)
        if count:
            log.warning("work_revived", extra={"count": count})
        return self._outbox.entries()[:count]

    def _part(self, touched: Touched) -> None:
        """Records that work waits on may have gone: keep of that what was written here."""
        mine = self._worked_on()
        for overlaid in self._rooms.overlaid if self.reader else ():
            lanes = mine & set(touched.get(overlaid.kind.name, ()))
            gone = {lane for lane in lanes if self.revision(overlaid.kind, lane) == 0}
            self._parted -= lanes - gone
            if gone - self._parted:
                self._revoke(gone - self._parted)

    def _worked_on(self) -> set[UUID]:
        """The tickets that actions or drafts wait on; one's own lane has what is about none."""
        mine = (*self.entries.values(), *self._landing.values())
        about = {e.lane for e in mine if e.command.type not in self._apart}
        return {*about, *self.drafts} - {self.me}

    def apart(self, entry: Entry) -> bool:
        """Whether an action is about no ticket."""
        return entry.command.type in self._apart

    def _look_for_missing(self) -> None:
        """Have records fetched that work waits on and that are not here: a new or older cache."""
        lanes = self._worked_on()
        for overlaid in self._rooms.overlaid if self.reader else ():
            if overlaid.lane:
                for lane in lanes:
                    if self.revision(overlaid.kind, lane) == 0:
                        self.say(pipe.Open(overlaid.kind.name, lane))

    def _revoke(self, lanes: set[UUID]) -> None:
        if not lanes:
            return
        self._parted |= lanes
        for entry in [entry for lane in lanes for entry in self.waiting(lane)]:
            self._hold(_revoked(entry))
        for cmd_id, entry in self._landing.items():
            if entry.lane in lanes:
                self._landing[cmd_id] = _revoked(entry)
        self._later(lambda: self._outbox.revoke(lanes, tr(NO_MORE)))
        self._relay(lanes)

    def _answer(self, results: tuple[Result, ...]) -> None:
        lanes = set()
        for result in results:
            outcome, landing = result.outcome, self._landing.get(result.cmd_id)
            entry = self.entries.get(result.cmd_id)
            if not isinstance(outcome, Accepted | Merged | Rejected):
                continue
            if landing is not None:  # the disk was slower than the server
                self._landing[result.cmd_id] = landing.answered(outcome)
            elif entry is not None:
                self._hold(entry.answered(outcome))
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

    async def close(self) -> None:
        """Write what is still to be written and close the files."""
        await self.releases.close()
        await super().close()


def _revoked(entry: Entry) -> Entry:
    """What is left of an action on what may not be seen any more."""
    return replace(entry.answered(Rejected("access_revoked")), about=tr(NO_MORE))
