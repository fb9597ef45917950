"""The session: carries out what the link decides, with real sockets and the real replica.

One loop takes events in order (frames, answers, time) and does the actions each brings; slow
ones (connecting, posting, fetching) run as tasks and report back as events.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import httpx
from msgspec import structs
from sqlalchemy.exc import DBAPIError
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.crash import crash_here
from console.kernel.errors import Refused, SignedOut, Unavailable
from console.kernel.tasks import Tasks
from console.store import sqlite
from console.store.worker import Worker
from console.sync import wire
from console.sync.client import link as decide
from console.sync.client.http import make_client, open_live
from console.sync.client.link import Link
from console.sync.client.replica import Replica
from console.sync.client.standing import Boot, Touched
from console.sync.records import (
    PROTO,
    Ack,
    Batch,
    BootEnd,
    BootLine,
    BootPage,
    BootStart,
    Bootstrap,
    Change,
    Command,
    Commands,
    Hello,
    Results,
    ServerFrame,
)

FRAMES_AHEAD = 64
ABSORB_AT_ONCE = 2_000
DISK_ERRORS = (DBAPIError, sqlite.DatabaseError)
"""What a full or broken disk raises, through SQLAlchemy and without it."""

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


Event = Callable[[float], Iterable[decide.Action]]


class Session:
    """One signed-in connection to a server; `run` until cancelled or stopped."""

    def __init__(
        self,
        identity: Identity,
        replica: Replica,
        worker: Worker,
        clock: Clock,
        told: Told,
        link: Link | None = None,
        *,
        offline: bool = False,
    ) -> None:
        self._identity = identity
        self._replica = replica
        self._worker = worker
        self._clock = clock
        self._told = told
        self._link = link or Link()
        self._tasks = Tasks()
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._frames: deque[ServerFrame] = deque()
        self._room = asyncio.Semaphore(FRAMES_AHEAD)
        self._socket: ClientConnection | None = None
        self._calls = 0  # numbers the sockets; whatever an older one says is ignored
        self._offline = asyncio.Event()
        if offline:
            self._offline.set()
        self._client = make_client(identity.server, identity.certificate)
        self._client.headers["authorization"] = f"Bearer {identity.token}"

    # -- from outside

    def queue(self, entries: list[tuple[UUID, Command]]) -> None:
        """The outbox holds these commands, lane and command, in order."""
        self._put(lambda now: self._link.queued(entries, now))

    def hurry(self) -> None:
        """Try the server now."""
        self._put(self._link.hurry)

    def stay_offline(self, stay: bool) -> None:
        """Cut the network on purpose, or let it in again."""
        if stay:
            self._offline.set()
            self._hang()
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
            self._hang()
            await self._tasks.close()
            await self._client.aclose()

    def _put(self, event: Event) -> None:
        self._events.put_nowait(event)

    # -- actions

    async def _do(self, action: decide.Action) -> None:
        match action:
            case decide.Absorb(batch):
                crash_here("engine.absorb")
                await self._write(lambda: self._replica.absorb(batch))
                crash_here("engine.absorbed")
                await self._send(Ack(batch.to_seq))
                crash_here("engine.acked")
            case decide.Greeted(epoch, shown, head):
                crash_here("engine.greet")
                await self._write(lambda: self._replica.welcome(epoch, shown, head))
                crash_here("engine.greeted")
            case decide.Rescope(shown):
                crash_here("engine.rescope")
                await self._write(lambda: self._replica.rescope(shown))
                crash_here("engine.rescoped")
            case _:
                self._start(action)

    def _start(self, action: decide.Action) -> None:
        match action:
            case decide.Connect():
                self._calls += 1
                self._tasks.spawn(self._talk(self._calls), name="live-socket")
            case decide.Fetch(boot, scopes, sweep):
                self._tasks.spawn(self._fetch(boot, scopes, sweep), name="fetch")
            case decide.Post(commands):
                self._tasks.spawn(self._post(commands), name="post")
            case decide.Report(results):
                crash_here("engine.report")
                self._told.answered(results)
            case decide.Tell(status):
                self._told.status(status)
            case decide.Wake(at):
                delay = max(0.0, at - self._clock.monotonic())
                self._tasks.spawn(self._tick_after(delay), name="wake")
            case decide.Hang():
                self._hang()
            case decide.Stop(reason):
                self._told.stopped(reason)

    async def _write(self, work: Callable[[], Touched]) -> None:
        touched = await self._worker.run(work)
        self._link.moved(self._replica.standing)
        self._told.changed(touched)

    async def _tick_after(self, delay: float) -> None:
        await asyncio.sleep(delay)
        self._put(self._link.tick)

    # -- the live socket

    async def _talk(self, call: int) -> None:
        try:
            if self._offline.is_set():
                raise OSError("kept offline")
            await self._listen(
                await open_live(self._identity.server, self._identity.certificate), call
            )
        except (OSError, TimeoutError, WebSocketException, Refused) as error:
            log.info("live_socket_lost", extra={"cause": type(error).__name__})
        if call == self._calls:
            self._socket = None
            self._put(self._link.closed)

    async def _listen(self, socket: ClientConnection, call: int) -> None:
        try:
            async with socket:
                self._socket = socket
                crash_here("engine.hello")
                await socket.send(wire.pack(self._hello()))
                async for data in socket:
                    frame = wire.unpack_server(data)
                    await self._room.acquire()
                    if call != self._calls:
                        self._room.release()
                        break
                    self._frames.append(frame)
                    self._put(self._take_frame)
        except asyncio.CancelledError:
            socket.transport.abort()  # no time for a good-bye
            raise

    def _hello(self) -> Hello:
        standing = self._replica.standing
        return Hello(
            proto=(PROTO, PROTO),
            device=self._identity.device,
            token=self._identity.token,
            cursor=standing.cursor or 0,
            hwm=standing.hwm,
            epoch=standing.epoch,
            scopes=codec.digest(standing.scopes).hex()[:16],
        )

    def _take_frame(self, now: float) -> Iterable[decide.Action]:
        """The next frame; batches that wait behind one another become one transaction."""
        if not self._frames:
            return ()
        frame = self._next_frame()
        while isinstance(frame, Batch) and self._frames and len(frame.changes) < ABSORB_AT_ONCE:
            following = self._frames[0]
            if not isinstance(following, Batch) or following.from_seq != frame.to_seq:
                break
            self._next_frame()
            changes = frame.changes + following.changes
            frame = Batch(frame.from_seq, following.to_seq, changes, following.more)
        return self._link.frame(frame, now)

    def _next_frame(self) -> ServerFrame:
        self._room.release()
        return self._frames.popleft()

    async def _send(self, frame: Ack) -> None:
        if self._socket is not None:
            try:
                await self._socket.send(wire.pack(frame))
            except WebSocketException:
                log.info("ack_not_sent")

    def _hang(self) -> None:
        """Drop the socket: whatever it still brings belongs to a call that is over."""
        self._calls += 1
        socket, self._socket = self._socket, None
        while self._frames:
            self._frames.popleft()
            self._room.release()
        if socket is not None:
            self._tasks.spawn(socket.close(), name="hang-up")

    # -- commands

    async def _post(self, commands: tuple[Command, ...]) -> None:
        link = self._link
        try:
            crash_here("engine.post")
            body = codec.encode(Commands(commands=commands))
            results = codec.decode(await self._ask("/sync/v1/commands", body), Results).results
            crash_here("engine.answered")
            self._put(lambda now: link.posted(results, now))
        except SignedOut:
            self._put(lambda now: link.signed_out())
        except Unavailable as away:
            wait = away.retry_after_s
            self._put(lambda now: link.post_failed(now, wait))
        except Refused as refusal:
            code = refusal.code
            self._put(lambda now: link.post_refused(code, now))

    async def _ask(self, path: str, body: bytes) -> bytes:
        try:
            if self._offline.is_set():
                raise httpx.ConnectError("kept offline")
            response = await self._client.post(path, content=body, headers=JSON)
        except httpx.TransportError as error:
            raise Unavailable("The server does not answer.") from error
        check(response)
        return response.content

    # -- bootstrap

    async def _fetch(self, boot: Boot | None, scopes: tuple[int, ...], sweep: bool) -> None:
        link = self._link
        try:
            await self._read_pages(boot, scopes, sweep)
            self._put(link.fetched)
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

    async def _read_pages(self, boot: Boot | None, scopes: tuple[int, ...], sweep: bool) -> None:
        self._refuse_offline()
        crash_here("engine.fetch")
        await self._worker.run(self._replica.guard)
        asked = Bootstrap(scopes=scopes, resume=boot.token if boot else None)
        request = self._client.build_request(
            "POST", "/sync/v1/bootstrap", content=codec.encode(asked), headers=JSON
        )
        response = await self._client.send(request, stream=True)
        try:
            if response.status_code != 200:
                await response.aread()
            check(response)
            await self._take_pages(response, boot, scopes, sweep)
        finally:
            await response.aclose()

    async def _take_pages(
        self, response: httpx.Response, boot: Boot | None, scopes: tuple[int, ...], sweep: bool
    ) -> None:
        rows: list[Change] = []
        async for line in _lines(response):
            self._refuse_offline()
            match line:
                case Change():
                    rows.append(line)
                case BootStart(start, epoch, granted, totals):
                    if boot is None:
                        boot = Boot(
                            start=start, epoch=epoch, totals=totals, scopes=scopes, sweep=sweep,
                            granted=granted,
                        )  # fmt: skip
                        await self._worker.run(partial(self._replica.begin_boot, boot))
                        crash_here("engine.fetch.begun")
                case BootPage(token, as_of) if boot is not None:
                    boot = structs.replace(boot, token=token, got=boot.got + len(rows))
                    await self._take_page(rows, boot, as_of)
                    crash_here("engine.page")
                    rows = []
                case BootEnd(as_of) if boot is not None:
                    boot = structs.replace(boot, got=boot.got + len(rows))
                    await self._take_page(rows, boot, as_of)
                    crash_here("engine.fetched")
                    await self._write(self._replica.end_boot)
                    crash_here("engine.fetch.done")
                    return
        raise Unavailable("The bootstrap ended early.")

    def _refuse_offline(self) -> None:
        if self._offline.is_set():
            raise Unavailable("Kept offline.")

    async def _take_page(self, rows: list[Change], boot: Boot, as_of: int) -> None:
        await self._write(lambda: self._replica.absorb_page(rows, boot, as_of))
        self._put(lambda now: self._link.page(boot))


def _raise(error: Exception, _now: float) -> Iterable[decide.Action]:
    """What went wrong in a task, raised where the session runs."""
    raise error


JSON = {"content-type": "application/json"}


async def _lines(response: httpx.Response) -> AsyncIterator[BootLine | Change]:
    lines = wire.Lines()
    async for chunk in response.aiter_raw():
        for line in lines.feed(chunk):
            yield line


def check(response: httpx.Response) -> None:
    """Raise SignedOut, Unavailable or Refused for an answer that is not a success."""
    if response.is_success:
        return
    try:
        told = codec.decode(response.content, dict)
    except Refused:
        told = {}
    if response.status_code == 401:
        raise SignedOut
    if response.status_code >= 500 or response.status_code in (408, 429):
        after = response.headers.get("retry-after", "")
        raise Unavailable(
            str(told.get("message", "The server cannot answer now.")),
            retry_after_s=float(after) if after.isdigit() else None,
        )
    message = str(told.get("message", f"The server answered {response.status_code}."))
    raise Refused(str(told.get("code", "refused")), message)
