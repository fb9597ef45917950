"""The session: carries out what the link decides, with real sockets and the real replica.

One loop takes events in order (frames, answers, time) and does the actions each brings; slow
ones (connecting, posting, fetching) run as tasks and report back as events.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import httpx
from websockets.asyncio.client import ClientConnection

from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.crash import crash_here
from console.kernel.errors import Refused, SignedOut, Unavailable
from console.kernel.tasks import Tasks
from console.store.worker import Worker
from console.sync.asking import Older, Searched
from console.sync.client import actions as decide
from console.sync.client import backoff, lease, pipe
from console.sync.client.carrier import DISK_ERRORS, BrokeOff, Carrier, Files
from console.sync.client.fetching import Fetching, Web
from console.sync.client.freight import Carry, Download, Upload
from console.sync.client.http import REAL, Network
from console.sync.client.line import Event, Line
from console.sync.client.link import Link
from console.sync.client.replica import Replica
from console.sync.client.standing import Boot, Touched
from console.sync.client.uploads import KeptFile, WorkFiles
from console.sync.client.voice import Voice
from console.sync.frames import (
    MAX_MARKS,
    PROTO,
    CommandFrame,
    Ephemeral,
    Hello,
    Lost,
)
from console.sync.records import Command, Commands, Results, Seq

MEET_EVERY_MS = 60_000
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Identity:
    """Whose session, on which device, with which server."""

    server: str
    token: str
    user_id: UUID
    device: UUID
    certificate: str | None = None


@dataclass(frozen=True)
class Told:
    """What the session tells the engine, each as it happens."""

    status: Callable[[decide.Status], None]
    changed: Callable[[Touched], None]
    answered: Callable[[tuple[Any, ...]], None]
    stopped: Callable[[str], None]
    lost: Callable[[tuple[Lost, ...]], None]
    deepened: Callable[[UUID, bool], None]
    present: Callable[[Ephemeral], None]
    moved: Callable[[pipe.Transfer], None]
    sought: Callable[[pipe.Sought], None]
    emptied: Callable[[], None]


class Session:
    """One signed-in connection to a server; `run` until cancelled or stopped."""

    def __init__(
        self,
        identity: Identity,
        replica: Replica,
        worker: Worker,
        clock: Clock,
        told: Told,
        voice: Voice,
        link: Link | None = None,
        *,
        marks: Callable[[], tuple[Seq, ...]] = tuple,
        files: WorkFiles | None = None,
        offline: bool = False,
        network: Network = REAL,
    ) -> None:
        self._identity = identity
        self._replica = replica
        self._worker = worker
        self._clock = clock
        self._told = told
        self._link = link or Link()
        self._marks = marks
        self._tasks = Tasks()
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._offline = asyncio.Event()
        if offline:
            self._offline.set()
        self._line = Line(
            self._link, self._put, self._tasks, open_socket=self._open_socket, hello=self._hello,
            voice=voice, present=told.present,
        )  # fmt: skip
        self._network = network
        self._web = Web(
            network.make_client(identity.server, identity.certificate), identity.token,
            self._offline,
        )  # fmt: skip
        self._fetching = Fetching(self._web, replica, worker, clock, self._write)
        self._carrier = Carrier(self._web, worker, Files(files, replica.files), told.moved)

    # -- from outside

    def queue(self, entries: list[tuple[UUID, Command]], marks: tuple[Seq, ...]) -> None:
        """The outbox holds these commands, lane and command, in order; accepted up to `marks`."""
        self._put(lambda now: self._link.queued(entries, now, marks))

    def carry(self, files: list[KeptFile]) -> None:
        """The work file holds these files to send; told before the commands that require them."""
        self._carrier.kept(files)
        self._put(lambda now: self._link.carried([file.id for file in files], now))

    def fetch(self, wish: Download) -> None:
        """Somebody wants to see a file."""
        self._put(lambda now: self._link.wanted(wish, now))

    def hurry(self) -> None:
        """Try the server now."""
        self._put(self._link.hurry)

    async def open(self, kind: str, record_id: UUID) -> None:
        """Somebody opened a record: keep it here, and fetch it when it is not."""
        now = self._clock.now()
        await self._change(lambda: self._replica.want(kind, record_id, now))
        self._put(lambda _: self._link.lacks())

    def deepen(self, kind: str, parent: UUID, before: int) -> None:
        """Fetch the children of a kind before a place; `deepened` tells how that went."""
        self._tasks.spawn(
            self._deepen(Older(kind=kind, parent=parent, before=before)), name="older"
        )

    async def _deepen(self, asked: Older) -> None:
        try:
            await self._fetching.older(asked)
        except (httpx.TransportError, Unavailable, Refused, SignedOut) as error:
            log.info("older_not_fetched", extra={"cause": type(error).__name__})
            self._told.deepened(asked.parent, False)
        except DISK_ERRORS as error:
            self._told.deepened(asked.parent, False)
            self._put(partial(_raise, error))
        else:
            self._told.deepened(asked.parent, True)

    def seek(self, asked: pipe.Seek) -> None:
        """Search the server's history; `sought` tells what came of it."""
        self._tasks.spawn(self._seek(asked), name="search")

    async def _seek(self, asked: pipe.Seek) -> None:
        try:
            found = await self._web.ask("/sync/v1/search", asked.asked, Searched)
        except (Unavailable, Refused, SignedOut) as error:
            code = error.code if isinstance(error, Refused) else "unavailable"
            self._told.sought(pipe.Sought(asked.number, None, code))
        else:
            self._told.sought(pipe.Sought(asked.number, found))

    async def evict(self, used: Iterable[UUID]) -> None:
        """Delete what is outside the working set; `used` are records that work waits on."""
        await self._change(lambda: self._replica.evict(used))

    async def _change(self, work: Callable[[], Touched | None]) -> None:
        """A write that is no answer to an action; a disk that refuses it ends the session as ever."""
        try:
            await self._write(work)
        except DISK_ERRORS as error:
            self._put(partial(_raise, error))

    def stay_offline(self, stay: bool) -> None:
        """Cut the network on purpose, or let it in again."""
        if stay:
            self._offline.set()
            self._line.hang_up()
            self._put(self._link.closed)
        else:
            self._offline.clear()
            self.hurry()

    async def run(self) -> None:
        """Work until cancelled. Raises the database's errors: the disk is full or broken."""
        try:
            self._put(lambda now: self._link.start(self._replica.standing))
            while True:
                event = await self._events.get()
                for action in event(self._clock.monotonic()):
                    await self._do(action)
        finally:
            self._line.hang_up()
            await self._tasks.close()
            await self._web.close()

    def _put(self, event: Event) -> None:
        self._events.put_nowait(event)

    # -- actions

    async def _do(self, action: decide.Action) -> None:
        match action:
            case decide.Absorb(batch):
                crash_here("engine.absorb")
                await self._write(lambda: self._replica.absorb(batch))
                crash_here("engine.absorbed")
                await self._line.ack(batch.to_seq, at_once=batch.more)
            case decide.Say(command):
                crash_here("engine.say")
                await self._line.send(CommandFrame(command))
            case decide.Greeted(epoch, shown, head, border, installation):
                crash_here("engine.greet")
                await self._write(
                    lambda: self._replica.welcome(epoch, shown, head, border, installation)
                )
                crash_here("engine.greeted")
                await self._meet()
            case decide.Empty(installation):
                log.warning("another_installation")
                await self._write(lambda: self._replica.begin_anew(installation))
                self._told.emptied()
            case decide.Rescope(shown):
                crash_here("engine.rescope")
                await self._write(lambda: self._replica.rescope(shown))
                crash_here("engine.rescoped")
            case _:
                self._start(action)

    def _start(self, action: decide.Action) -> None:
        match action:
            case decide.Connect():
                self._line.call()
            case decide.Fetch() | decide.Supply() | decide.Audit():
                self._tasks.spawn(self._fetch(action), name="fetch")
            case decide.Post(commands, epoch):
                self._tasks.spawn(self._post(Commands(commands=commands, epoch=epoch)), name="post")
            case Upload() | Download():
                self._tasks.spawn(self._carry(action), name="file")
            case decide.Wake(at):
                delay = max(0.0, at - self._clock.monotonic())
                self._tasks.spawn(self._tick_after(delay), name="wake")
            case decide.Hang():
                self._line.hang_up()
            case decide.Missing() | decide.Report() | decide.Tell() | decide.Stop():
                self._tell(action)

    def _tell(self, action: decide.News) -> None:
        match action:
            case decide.Missing(lost):
                crash_here("engine.lost")
                self._told.lost(lost)
            case decide.Report(results):
                crash_here("engine.report")
                self._told.answered(results)
            case decide.Tell(status):
                self._told.status(status)
            case decide.Stop(reason):
                self._told.stopped(reason)

    async def _write(self, work: Callable[[], Touched | None]) -> None:
        touched = await self._worker.run(work)
        self._link.moved(self._replica.standing)
        if touched is not None:
            self._told.changed(touched)

    async def _meet(self) -> None:
        """The server was met: the lease on the cache is whole again."""
        now = self._clock.now()
        if self._replica.standing.lease.spent(now).left < lease.WHOLE_MS - MEET_EVERY_MS:
            await self._worker.run(lambda: self._replica.meet(now))

    async def _tick_after(self, delay: float) -> None:
        await asyncio.sleep(delay)
        self._put(self._link.tick)

    # -- the live socket

    async def _open_socket(self) -> ClientConnection:
        if self._offline.is_set():
            raise OSError("kept offline")
        return await self._network.open_live(self._identity.server, self._identity.certificate)

    async def _hello(self) -> Hello:
        standing = self._replica.standing
        marks = await self._worker.run(self._marks)
        return Hello(
            proto=(PROTO, PROTO),
            device=self._identity.device,
            token=self._identity.token,
            cursor=standing.cursor or 0,
            hwm=standing.hwm,
            epoch=standing.epoch,
            scopes=codec.digest(standing.scopes).hex()[:16],
            marks=marks[:MAX_MARKS],
        )

    # -- commands

    async def _post(self, commands: Commands) -> None:
        link = self._link
        try:
            crash_here("engine.post")
            told = await self._web.ask("/sync/v1/commands", commands, Results)
            crash_here("engine.answered")
            self._put(lambda now: link.posted(told.results, now))
        except SignedOut:
            self._put(lambda now: link.signed_out())
        except Unavailable as away:
            wait = away.retry_after_s
            self._put(lambda now: link.post_failed(now, wait))
        except Refused as refusal:
            code = refusal.code
            self._put(lambda now: link.post_refused(code, now))

    # -- files

    async def _carry(self, action: Carry) -> None:
        link = self._link
        try:
            await self._carrier.carry(action)
            self._put(lambda now: link.arrived(action, now))
        except SignedOut:
            self._put(lambda now: link.signed_out())
        except BrokeOff as away:
            wait = backoff.FIRST_S if away.moved else away.retry_after_s
            self._put(lambda now: link.broke_off(action, now, wait))
        except Refused as refusal:
            code = refusal.code
            self._put(lambda now: link.file_refused(action, code, now))

    # -- fetching

    async def _fetch(self, asked: decide.Fetch | decide.Supply | decide.Audit) -> None:
        link, done = self._link, self._link.fetched
        try:
            match asked:
                case decide.Fetch():
                    await self._fetching.everything(asked, self._paged)
                case decide.Supply():
                    await self._fetching.supply()
                case decide.Audit():
                    await self._fetching.audit()
                    done = link.audited
            self._put(done)
        except SignedOut:
            self._put(lambda now: link.signed_out())
        except (httpx.TransportError, Unavailable) as error:
            log.info("fetch_broke_off", extra={"cause": type(error).__name__})
            self._put(link.fetch_failed)
        except DISK_ERRORS as error:
            self._put(partial(_raise, error))
        except Refused as error:
            log.info("fetch_refused", extra={"code": error.code})
            again = error.code == "bad_resume"
            self._put(lambda now: link.fetch_failed(now, restart=again))

    def _paged(self, boot: Boot) -> None:
        self._put(lambda now: self._link.page(boot))


def _raise(error: Exception, _now: float) -> Iterable[decide.Action]:
    """What went wrong in a task, raised where the session runs."""
    raise error
