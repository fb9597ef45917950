"""What the console keeps of its own: the work file, what waits in it by lane, drafts, memory."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from console.kernel.clock import Clock
from console.kernel.errors import Unavailable
from console.kernel.tasks import Tasks
from console.kernel.tongue import mark, tr
from console.store import sqlite
from console.store.worker import Worker
from console.sync.client.files import Files
from console.sync.client.outbox import Entry, Outbox
from console.sync.client.reading import Reading
from console.sync.client.rooms import Rooms
from console.sync.client.scratch import Draft, Kept, Scratch
from console.sync.client.telling import Telling, Touched
from console.sync.client.uploads import WorkFiles
from console.sync.client.work import WORK_FILE, device_id, open_work

T = TypeVar("T")
DISK_REFUSES = mark(
    "This cannot be kept: the disk is full or cannot be written. Make room, then try again."
)

log = logging.getLogger(__name__)


class Keeping(Reading, Telling):
    """A profile's own work beside the cache it reads; see Local for what is done with it."""

    def __init__(
        self,
        folder: Path,
        key: bytes,
        me: UUID,
        clock: Clock,
        rooms: Rooms,
        worker: Worker | None = None,
    ) -> None:
        super().__init__(folder, key, me, clock, rooms)
        Telling.__init__(self, clock)
        self._tasks = Tasks()
        self._worker = worker or Worker("work")
        self._work = open_work(folder / WORK_FILE, key)
        self._outbox = Outbox(self._work)
        self._scratch = Scratch(self._work)
        self.device = device_id(self._work)
        self.entries: dict[UUID, Entry] = {}
        self._lanes: dict[UUID, dict[UUID, Entry]] = {}
        for entry in self._outbox.entries():
            self._hold(entry)
        self.drafts: dict[UUID, Kept] = self._scratch.all()
        self.remembered: dict[str, str] = self._scratch.remembered()
        self._outbox.prune(clock.now())
        self.files = Files(self._work, self._kept, folder, key)

    @staticmethod
    def device_of(folder: Path, key: bytes) -> UUID:
        """The device that a profile's work file names, made when there is none."""
        work = open_work(folder / WORK_FILE, key)
        try:
            return device_id(work)
        finally:
            work.close()

    def open_cache(self) -> bool:
        """Open the cache with what is pending laid over it; whether it can be read."""
        if not super().open_cache() or self._overlay is None:
            return False
        for lane in self._lanes:
            self._overlay.refresh(lane, self.waiting(lane))
        return True

    def waiting(self, lane: UUID) -> list[Entry]:
        """What waits on a ticket, in order: queued, accepted but not yet seen, parked."""
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

    async def _kept(self, write: Callable[[], T]) -> T:
        """The result of a write to the work file. Raises Unavailable when the disk refuses it."""
        try:
            return await self._worker.run(write)
        except sqlite.DatabaseError as error:
            log.exception("work_file_refused")
            raise Unavailable(tr(DISK_REFUSES)) from error

    def keep_draft(self, ticket_id: UUID, draft: Draft) -> None:
        """Keep what is typed on a ticket; a draft without words and files is forgotten."""
        now, had = self.clock.now(), ticket_id in self.drafts
        if draft.body.strip() or self.files.of(ticket_id):
            self.drafts[ticket_id] = Kept(draft, now)
            self._later(lambda: self._scratch.keep(ticket_id, draft, now))
        elif self.drafts.pop(ticket_id, None) is not None:
            self._later(lambda: self._scratch.drop(ticket_id))
        self.drafted.emit(ticket_id)
        if had != (ticket_id in self.drafts):
            self._relay(set(), {"ticket": (ticket_id,)})  # its row carries a mark, or no more

    def move_draft(self, ticket_id: UUID, to: UUID, draft: Draft) -> None:
        """Keep a ticket's draft, its files with it, as another's, where nothing is begun yet."""
        now, files = self.clock.now(), tuple(file.id for file in self.files.of(ticket_id))
        self.drafts.pop(ticket_id, None)
        self.drafts[to] = Kept(draft, now)

        def write() -> None:
            with sqlite.transaction(self._work):
                self._scratch.keep(to, draft, now)
                WorkFiles(self._work).hand_over(files, to)
                self._scratch.drop(ticket_id)

        self._later(write)
        self.files.handed_over(files, to)
        for each in (ticket_id, to):
            self.drafted.emit(each)
        self._relay(set(), {"ticket": (ticket_id, to)})

    def remember(self, name: str, told: str) -> None:
        """Keep what a page remembers of itself, encrypted and here alone; see `remembered`.

        An empty text is forgotten, one that is kept already is not written again.
        """
        if told == self.remembered.get(name, ""):
            return
        if told:
            self.remembered[name] = told
        else:
            del self.remembered[name]
        self._later(lambda: self._scratch.remember(name, told))

    def _later(self, work: Callable[[], object]) -> None:
        put = self._worker.begin(work)  # at once: whatever is asked for next comes after it

        async def written() -> None:
            await put

        self._tasks.spawn(written(), name="work-file")

    def lapse(self, lanes: Iterable[UUID]) -> None:
        """Show these as time has left them, until the server says the same."""
        now, passed = self.clock.now(), set(lanes)
        if self._overlay is not None and passed:
            for lane in passed:
                self._overlay.lapse(lane, now)
            self._relay(passed)

    def _relay(self, lanes: set[UUID], touched: Touched | None = None) -> None:
        """Lay the lanes anew and tell what may look different."""
        news: dict[str, set[UUID]] = {kind: set(ids) for kind, ids in (touched or {}).items()}
        for lane in lanes if self._overlay else ():
            assert self._overlay is not None
            for kind, ids in self._overlay.refresh(lane, self.waiting(lane)).items():
                news.setdefault(kind, set()).update(ids)
        if news:
            self.touched.emit(news)
        if lanes:
            self.outbox_changed.emit(None)

    async def close(self) -> None:
        """Write what is still to be written and close the files."""
        self.company.close()
        self.closing.emit(None)
        while self._tasks.names:
            await self._worker.run(lambda: None)
        self._worker.close()
        self.shut_cache()
        self._work.close()
