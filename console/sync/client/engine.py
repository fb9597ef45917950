"""The engine: the process beside the console that holds the network and writes the cache.

It starts after the first paint, is started again when it dies, and knows nothing of Qt. The
root that knows the record kinds (`console/desktop/engine.py`) runs it.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from msgspec import Struct, structs

from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.crash import crash_here
from console.kernel.errors import ParleyError, Refused, Unavailable
from console.kernel.tasks import Tasks
from console.store import sqlite
from console.store.worker import Worker
from console.sync.client import pipe
from console.sync.client.actions import Status
from console.sync.client.carrier import DISK_ERRORS
from console.sync.client.freight import Download
from console.sync.client.http import JSON, REAL, Elsewhere, Network, check, read
from console.sync.client.indexer import Indexer
from console.sync.client.outbox import Outbox
from console.sync.client.pace import Pace
from console.sync.client.replica import Replica, open_replica
from console.sync.client.session import Identity, Session, Told
from console.sync.client.standing import Touched
from console.sync.client.uploads import WorkFiles
from console.sync.client.voice import Voice
from console.sync.client.work import CACHE_FILE, WORK_FILE
from console.sync.frames import Ephemeral, Lost
from console.sync.presence import VIEWING, ticket_of
from console.sync.registry import Catalog

STUCK_RETRY_S = 15.0
MINUTE_S = 60.0

log = logging.getLogger(__name__)
Tell = Callable[[pipe.FromEngine], None]


class _Session(Struct, frozen=True):
    """The server's answer to a sign-in."""

    token: str
    user_id: UUID
    name: str
    email: str
    role: str


class Engine:
    """Takes the console's frames, answers with its own; everything else is inside.

    `network` and `worker` (the cache's thread) are the real ones unless told.
    """

    def __init__(
        self,
        tell: Tell,
        clock: Clock,
        catalog: Catalog,
        *,
        network: Network = REAL,
        worker: Worker | None = None,
    ) -> None:
        self._pace = Pace(tell)
        self._tell = self._pace.tell
        self._clock = clock
        self._catalog = catalog
        self._tasks = Tasks()
        self._network = network
        self._worker = worker or Worker("cache")
        self._indexer = Indexer(self._tasks, self._worker)
        self._replica: Replica | None = None
        self._work: sqlite.Connection | None = None
        self._session: Session | None = None
        self._running: asyncio.Task[None] | None = None
        self._offline = False
        self._begun = 0  # a Begin that is not the last one is not tried again
        self._identity: Identity | None = None
        self._voice = Voice(clock)
        self._status = Status()
        self._since = clock.now()
        self._synced_at: datetime | None = None
        self._tidied = False
        self._tasks.spawn(self._keep_time(), name="keep-time")

    async def take(self, frame: pipe.ToEngine) -> None:
        """Do what the console asks."""
        match frame:
            case pipe.SignIn():
                self._tasks.spawn(self._sign_in(frame), name="sign-in")
            case pipe.Begin():
                self._offline = frame.offline
                await self._begin(frame)
            case pipe.Poke():
                await self._read_outbox()
            case pipe.GoOffline(stay):
                self._offline = stay
                if self._session is not None:
                    self._session.stay_offline(stay)
            case pipe.Attend(ticket, what):
                self._voice.attend(ticket, what)
            case pipe.Glance(tickets):
                self._voice.glance(tickets)
            case pipe.SignOut(everywhere):
                self._tasks.spawn(self._leave(everywhere=everywhere), name="sign-out")
            case _ if self._session is not None:
                await self._pass_on(frame, self._session)

    async def _pass_on(self, frame: pipe.ToEngine, session: Session) -> None:
        """Have the session do what only a session can."""
        match frame:
            case pipe.Hurry():
                session.hurry()
            case pipe.Open(kind, record_id):
                await session.open(kind, record_id)
            case pipe.Deepen(kind, parent, before):
                session.deepen(kind, parent, before)
            case pipe.Seek():
                session.seek(frame)
            case pipe.FetchFile(blob, kind, record):
                session.fetch(Download(blob, kind, record))

    async def close(self) -> None:
        """End the session and close the files."""
        await self._tasks.close()
        await self._end_session()
        self._worker.close()

    # -- sessions

    async def _end_session(self) -> None:
        """Stop talking to the server and close the files; the next Begin opens its own."""
        await self._indexer.end()
        running, self._running, self._session = self._running, None, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
        replica, self._replica = self._replica, None
        work, self._work = self._work, None
        await self._worker.run(lambda: [file.close() for file in (replica, work) if file])
        self._pace.flush()

    async def _sign_in(self, asked: pipe.SignIn) -> None:
        crash_here("engine.sign_in")
        try:
            async with self._network.make_client(asked.server, None) as client:
                body = {"email": asked.email, "password": asked.password, "device": asked.device}
                response = await client.post(
                    "/auth/sign-in", content=codec.encode(body), headers=JSON
                )
                check(response)
                told = read(response.content, _Session)
            crash_here("engine.signed_in")
            self._tell(pipe.SignedIn(*structs.astuple(told)))
        except Refused as refusal:
            self._tell(pipe.SignInFailed(refusal.code, refusal.message))
        except (Elsewhere, httpx.TransportError, OSError):
            self._tell(pipe.SignInFailed("unreachable", f"No answer from {asked.server}."))
        except Unavailable as away:
            self._tell(pipe.SignInFailed("unavailable", away.message))

    async def _begin(self, begin: pipe.Begin) -> None:
        """Open the files and work on them. A disk that refuses is tried again, and told."""
        await self._end_session()
        self._begun += 1
        try:
            session = await self._open(begin)
        except (*DISK_ERRORS, ParleyError) as error:
            self._stuck(begin, error)
            return
        self._session = session
        self._running = self._tasks.spawn(self._attend(session, begin), name="session")
        if self._replica is not None:
            self._indexer.begin(self._replica)
        self._tidied = False
        await self._read_outbox()

    async def _attend(self, session: Session, begin: pipe.Begin) -> None:
        try:
            await session.run()
        except DISK_ERRORS as error:
            self._stuck(begin, error)

    def _stuck(self, begin: pipe.Begin, error: Exception) -> None:
        log.error("files_refused", extra={"cause": type(error).__name__})
        self._show(Status("stuck"))
        self._tasks.spawn(self._begin_later(begin, self._begun), name="begin-later")

    async def _begin_later(self, begin: pipe.Begin, number: int) -> None:
        await asyncio.sleep(STUCK_RETRY_S)
        if number == self._begun:
            await self._begin(begin)

    async def _open(self, begin: pipe.Begin) -> Session:
        crash_here("engine.begin")
        folder = Path(begin.folder)
        self._identity = Identity(begin.server, begin.token, begin.user_id, begin.device)
        replica = await self._worker.run(
            lambda: open_replica(folder / CACHE_FILE, begin.key, self._catalog)
        )
        await self._worker.run(lambda: replica.greet(begin.server, begin.user_id))
        crash_here("engine.opened")
        self._replica = replica
        self._work = sqlite.connect(folder / WORK_FILE, key=begin.key, mode="rw", cache_kib=1_024)
        self._work.execute("PRAGMA query_only = ON")
        self._tell(pipe.Opened(usable=replica.standing.cursor is not None))
        told = Told(
            self._show, self._changed, self._answered, self._stopped, self._lost, self._deepened,
            self._present, self._tell, self._tell, self._emptied,
        )  # fmt: skip
        return Session(
            self._identity, replica, self._worker, self._clock, told, self._voice,
            marks=Outbox(self._work).marks, files=WorkFiles(self._work), offline=self._offline,
            network=self._network,
        )  # fmt: skip

    def _emptied(self) -> None:
        """Nothing is here any more: whoever shows the cache looks again."""
        self._tell(pipe.Opened(usable=False))

    async def _read_outbox(self) -> None:
        if self._session is None or self._work is None:
            return
        crash_here("engine.outbox")
        outbox, files = Outbox(self._work), WorkFiles(self._work)
        # Commands first: whatever they require was in the file before them.
        queued, marks, kept = await self._worker.run(
            lambda: (outbox.queued(), outbox.marks(), files.to_send())
        )
        if self._session is not None:
            self._session.carry(kept)
            self._session.queue(queued, marks)
        crash_here("engine.outbox.read")

    async def _leave(self, *, everywhere: bool) -> None:
        if everywhere and not await self._end_all():
            self._tell(pipe.NotSignedOut())
            return
        self._voice.attend(None, VIEWING)
        self._voice.glance(())
        await self._sign_out()

    async def _end_all(self) -> bool:
        """Have the server end all sessions of this user; whether it did."""
        if self._identity is None:
            return False
        token = {"authorization": f"Bearer {self._identity.token}"}
        try:
            async with self._network.make_client(self._identity.server, None) as client:
                check(await client.post("/auth/sign-out-everywhere", headers=token))
        except (ParleyError, httpx.TransportError) as problem:
            log.warning("not_signed_out_everywhere", extra={"cause": type(problem).__name__})
            return False
        return True

    async def _sign_out(self) -> None:
        crash_here("engine.sign_out")
        await self._end_session()
        self._begun += 1
        if self._identity is not None:
            token = {"authorization": f"Bearer {self._identity.token}"}
            try:
                async with self._network.make_client(self._identity.server, None) as client:
                    await client.post("/auth/sign-out", headers=token)
            except httpx.TransportError:
                log.info("signed_out_offline")
        self._tell(pipe.SignedOut())

    # -- what the session tells

    def _show(self, status: Status) -> None:
        if status.mode != self._status.mode:
            self._since = self._clock.now()
        self._status = status
        if status.mode == "live":
            self._synced_at = self._clock.now()
            if not self._tidied:
                self._tidied = True
                self._tasks.spawn(self._tidy(), name="tidy")
        self._report()

    async def _tidy(self) -> None:
        """Once a session: let go of what is outside the working set, but for what work waits on."""
        session, work = self._session, self._work
        if session is None or work is None:
            return
        try:
            lanes = await self._worker.run(Outbox(work).lanes)
        except DISK_ERRORS as error:  # closed meanwhile, or the disk: the next session tidies
            log.info("not_tidied", extra={"cause": type(error).__name__})
        else:
            await session.evict(lanes)

    async def _keep_time(self) -> None:
        """Every minute: use up the lease on the cache, or renew it while the server is there."""
        while True:
            await asyncio.sleep(MINUTE_S)
            replica, now = self._replica, self._clock.now()
            if replica is not None:
                live = self._status.mode == "live"
                note = replica.meet if live else replica.spend
                try:
                    await self._worker.run(partial(note, now))
                except DISK_ERRORS as error:
                    log.info("lease_not_noted", extra={"cause": type(error).__name__})
                self._report()

    def _changed(self, touched: Touched) -> None:
        if self._status.mode == "live":
            self._synced_at = self._clock.now()
        self._indexer.poke()
        kinds = {kind: ids for kind, ids in touched.items() if ids}
        self._tell(pipe.Changed(kinds, self._cursor()))

    def _answered(self, results: tuple[Any, ...]) -> None:
        self._tell(pipe.Answered(results))

    def _stopped(self, reason: str) -> None:
        log.warning("session_stopped", extra={"cause": reason})

    def _lost(self, lost: tuple[Lost, ...]) -> None:
        self._tell(pipe.Restored(lost))

    def _deepened(self, parent: UUID, done: bool) -> None:
        self._tell(pipe.Deepened(parent, done))

    def _present(self, frame: Ephemeral) -> None:
        ticket = ticket_of(frame.topic)
        if ticket is not None and frame.who is not None:
            self._tell(pipe.Present(ticket, frame.who, frame.what))

    def _cursor(self) -> int:
        return (self._replica.standing.cursor if self._replica else None) or 0

    def _report(self) -> None:
        status = self._status
        self._tell(
            pipe.Standing(
                mode=status.mode,
                done=status.done,
                total=status.total,
                cursor=self._cursor(),
                synced_at=self._synced_at,
                since=self._since,
                locked=self._locked(),
            )
        )

    def _locked(self) -> bool:
        lease = self._replica.standing.lease if self._replica else None
        return lease is not None and lease.ended(self._clock.now())
