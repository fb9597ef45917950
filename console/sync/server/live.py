"""One live session: greet a console, keep it current within its credit, notice when it is gone."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, Protocol
from uuid import UUID

from msgspec import structs

from console.kernel.clock import Clock, to_ms
from console.kernel.crash import crash_here
from console.kernel.errors import Refused
from console.kernel.tasks import race
from console.store.engine import Database
from console.store.reader import Reader
from console.sync import wire
from console.sync.asking import WORKING_DAYS
from console.sync.frames import (
    ACK_TIMEOUT_S,
    BYE_PROTOCOL,
    BYE_RESTART,
    BYE_SLOW,
    BYE_VERSION,
    MAX_MARKS,
    OLDEST_PROTO,
    PING_INTERVAL_S,
    PROTO,
    Ack,
    Batch,
    Bye,
    ClientFrame,
    CommandFrame,
    Ephemeral,
    Hello,
    Lost,
    Ping,
    ResultFrame,
    Resync,
    ScopeFrame,
    ServerFrame,
    Welcome,
)
from console.sync.records import Command, Epoch, Result, Scopes, Seq
from console.sync.server import epoch, place
from console.sync.server.credit import Credit
from console.sync.server.fanout import Frame
from console.sync.server.feed import Feed, Pruned
from console.sync.server.hub import Hub, Listener, Progress
from console.sync.server.presence import Presence

FRESH_S = 1.0
"""What was looked up longer ago is no longer told of others' presence: the socket has stalled."""


class Socket(Protocol):
    """The open connection; the web server fills it in."""

    async def send(self, data: str | bytes) -> None:
        """Send one frame; waits while the other side does not read."""

    def put(self, data: str | bytes) -> bool:
        """Send one frame at once; whether that was possible without waiting."""

    async def receive(self) -> str | bytes:
        """The next frame. Raises ConnectionError once the connection is gone."""


Execute = Callable[[Command, int], Awaitable[Result]]
"""Decides a command numbered in the epoch of that number."""
Granted = Callable[[Reader], Scopes]
"""What the console's user may see, in a snapshot. Raises SignedOut when the session has ended."""


class Ended(Exception):
    """The session is over; `bye` is the last thing to say, None when nobody listens any more."""

    def __init__(self, bye: Bye | None) -> None:
        super().__init__("session ended")
        self.bye = bye


class LiveSession:
    """The server's half of one live socket.

    A console may leave MAX_UNACKED_CHANGES or MAX_UNACKED_BYTES unacknowledged; then nothing more
    is sent and the log itself is the buffer. Whoever acknowledges nothing for ACK_TIMEOUT_S is
    sent away.
    """

    def __init__(
        self,
        socket: Socket,
        hub: Hub,
        feed: Feed,
        database: Database,
        clock: Clock,
        execute: Execute,
        granted: Granted,
        presence: Presence,
    ) -> None:
        self._socket = socket
        self._hub = hub
        self._presence = presence
        self._feed = feed
        self._database = database
        self._clock = clock
        self._execute = execute
        self._granted = granted
        self._scanned: Seq = 0  # the log has been looked at up to here for this console
        self._told: Seq = 0  # and the console was told so
        self._epoch_no = 0  # its commands are numbered in the epoch that the welcome told
        self._goal: Seq = 0  # it counts as current once it was told so far
        self._seen_from: Seq = 0  # all that was committed since, it was to see as it was then
        self._credit = Credit(clock.monotonic())
        self._last_sent = clock.monotonic()
        self._sending_since: float | None = None  # a batch that the socket has not taken yet
        self._stalled = False
        self._waits = False  # all was sent: the sender waits for an alarm
        self._alarm: asyncio.TimerHandle | None = None
        self._asked = asyncio.Queue[Command](maxsize=1)  # one is decided, whoever says more waits

    async def run(self, hello: Hello, user_id: UUID, last_n: int) -> None:
        """Serve until either side ends it. Raises Ended or ConnectionError."""
        proto = min(PROTO, hello.proto[1])
        if proto < max(hello.proto[0], OLDEST_PROTO):
            raise Ended(Bye(BYE_VERSION))
        # Listen first: what is committed from here on wakes us, what was before is in the log.
        listener = Listener(user_id, hello.device, await self._database.read(self._granted))
        self._hub.listeners.add(listener)
        try:
            await self._welcome(hello, proto, listener, last_n)
            listener.progress = self.progress
            listener.tell = partial(self._tell, listener)
            await race(
                live_send=self._send_changes(listener), live_receive=self._receive(listener),
                live_decide=self._decide(),
            )  # fmt: skip
        finally:
            if self._alarm is not None:
                self._alarm.cancel()
            self._hub.listeners.discard(listener)
            self._presence.gone(listener)

    def progress(self) -> Progress:
        """How far behind its console is now."""
        changes, size = self._credit.owed()
        behind = changes + self._hub.ahead(self._scanned)
        return Progress(behind, size, self._credit.silent_s(self._clock.monotonic()))

    async def _welcome(self, hello: Hello, proto: int, listener: Listener, last_n: int) -> None:
        def look(
            reader: Reader,
        ) -> tuple[Literal["ok"] | Resync, Seq, Epoch, tuple[Lost, ...], int]:
            standing = self._feed.standing(reader, hello.cursor, hello.hwm, hello.epoch)
            lost = epoch.lost(reader, hello.marks[:MAX_MARKS])
            now = epoch.current(reader)
            return standing, self._feed.head(reader), now, lost, place.number(reader)

        standing, head, now, lost, installation = await self._database.read(look)
        self._epoch_no = now.no
        behind = head > hello.cursor
        crash_here("server.welcome")
        await self._send(
            Welcome(
                session=listener.session,
                proto=proto,
                epoch=now,
                head=head,
                server_time=self._clock.now(),
                scopes=tuple(sorted(listener.scopes)),
                mode="resync" if standing != "ok" else "catchup" if behind else "live",
                last_n=last_n,
                border=border_at(self._clock.now()),
                lost=lost,
                installation=installation,
            )
        )
        crash_here("server.welcomed")
        if standing != "ok":
            await self._send(standing)
            raise Ended(None)
        self._scanned = self._told = hello.cursor
        self._goal = self._seen_from = head
        listener.wake.set()

    # -- sending

    async def _send_changes(self, listener: Listener) -> None:
        loop, hub, credit = asyncio.get_running_loop(), self._hub, self._credit
        sender = asyncio.current_task(loop)

        def look() -> None:
            """What a timeout around each wait would do, which cost a fifth of the sending."""
            now = self._clock.monotonic()
            since = self._sending_since
            if since is not None and now - since > ACK_TIMEOUT_S and sender is not None:
                self._stalled = sender.cancel()
                return
            left = self._last_sent + PING_INTERVAL_S - now
            if left <= 0:
                listener.wake.set()
                left = PING_INTERVAL_S
            self._alarm = loop.call_later(min(left, ACK_TIMEOUT_S / 2), look)

        look()
        while True:
            self._waits = True
            try:
                await listener.wake.wait()
            finally:
                self._waits = False
            listener.wake.clear()
            now = self._clock.monotonic()
            self._end_if_over(now)
            silent = now - self._last_sent >= PING_INTERVAL_S
            if listener.regrant is not None or silent:
                await self._regrant(listener)
            # What a console may see is looked up again before anything that came after is sent.
            while listener.regrant is None and not credit.spent and self._scanned < hub.tail:
                await self._send_next(listener)
            if silent:
                await self._break_silence()
            await self._tell_presence(listener)

    def _end_if_over(self, now: float) -> None:
        if self._hub.leaving:
            raise Ended(Bye(BYE_RESTART))
        if self._credit.overdue(now):
            raise Ended(Bye(BYE_SLOW, retry_after_s=5.0))

    async def _tell_presence(self, listener: Listener) -> None:
        """Who else is there: after everything else, and only to who reads what they are sent."""
        while not self._credit.spent and self._presence.has_news(listener):
            frames = await self._presence.news(listener)
            looked_at = self._clock.monotonic()
            for frame in frames:
                if listener.regrant is None and self._clock.monotonic() - looked_at <= FRESH_S:
                    await self._deliver(wire.pack(frame))  # and silence remains silence

    async def _break_silence(self) -> None:
        if self._told < self._scanned:
            await self._send_batch(Batch(self._told, self._scanned, ()))
        else:
            await self._send(Ping(self._scanned))

    def _tell(self, listener: Listener) -> bool:
        """Send what is new in the turn that commits it, if all before was sent and nobody waits.

        A turn of the loop for every console, and what they wait in, cost twice what sending does.
        """
        if not self._waits or self._sending_since is not None or listener.regrant is not None:
            return False
        if self._credit.spent or self._credit.overdue(self._clock.monotonic()):
            return False
        batch = self._ringed(listener)
        if batch is None or batch.more:
            return False
        if self._concerns(batch):
            frames = self._frames(batch)
            if len(frames) != 1:
                return False
            if not self._socket.put(frames[0].data):
                return False
            self._owed(frames[0])
            self._sent()
        self._scanned = batch.to_seq
        return True

    async def _send_next(self, listener: Listener) -> None:
        batch = self._ringed(listener) or await self._read_log(listener)
        if batch is None:
            return
        self._scanned = batch.to_seq
        if self._concerns(batch):
            await self._send_batch(batch)

    def _ringed(self, listener: Listener) -> Batch | None:
        """What comes next, of the newest changes; None when the log must be read."""
        # The ring has records as they were: some of what is newly seen may have left since.
        if self._scanned < self._seen_from:
            return None
        return self._hub.batch(self._scanned, listener.scopes)

    def _concerns(self, batch: Batch) -> bool:
        return bool(batch.changes) or self._told < self._goal <= batch.to_seq

    async def _read_log(self, listener: Listener) -> Batch | None:
        """The next part of the log, None when what the console may see has changed meanwhile.

        Both are read in one snapshot: nothing goes out that its reader may not see any more.
        """
        cursor, scopes = self._scanned, listener.scopes

        def look(reader: Reader) -> Batch | None:
            if self._granted(reader) != scopes:
                return None
            return self._feed.changes(reader, cursor, scopes)

        try:
            batch = await self._database.read(look)
        except Pruned:
            await self._send(Resync("horizon", self._told))
            raise Ended(None) from None
        if batch is None:
            listener.regrant = listener.regrant or cursor
            listener.wake.set()
        return batch

    def _frames(self, batch: Batch) -> tuple[Frame, ...]:
        return self._hub.fanout.frames(structs.replace(batch, from_seq=self._told))

    async def _send_batch(self, batch: Batch) -> None:
        for frame in self._frames(batch):
            self._owed(frame)
            self._sending_since = self._last_sent
            try:
                await self._socket.send(frame.data)
            except asyncio.CancelledError:
                if self._stalled:
                    raise Ended(None) from None
                raise
            self._sent()

    def _sent(self) -> None:
        self._sending_since = None
        crash_here("server.sent")

    def _owed(self, frame: Frame) -> None:
        """It is on its way: the console owes an acknowledgement."""
        crash_here("server.send")
        self._last_sent = self._clock.monotonic()
        self._credit.sent(frame, self._last_sent)
        self._told = frame.to_seq

    async def _regrant(self, listener: Listener) -> None:
        at, listener.regrant = listener.regrant, None
        held, listener.scopes = listener.scopes, await self._database.read(self._granted)
        add, remove = listener.scopes - held, held - listener.scopes
        if add:
            self._seen_from = self._hub.tail
        if add or remove:
            at = at or self._scanned
            crash_here("server.scope")
            await self._send(ScopeFrame(at, tuple(sorted(add)), tuple(sorted(remove))))
        self._presence.recheck(listener)

    async def _send(self, frame: ServerFrame) -> None:
        self._last_sent = self._clock.monotonic()
        await self._deliver(wire.pack(frame))

    async def _deliver(self, data: str | bytes) -> None:
        try:
            async with asyncio.timeout(ACK_TIMEOUT_S):
                await self._socket.send(data)
        except TimeoutError as error:
            raise Ended(None) from error

    # -- receiving

    async def _receive(self, listener: Listener) -> None:
        while True:
            frame = await receive(self._socket)
            match frame:
                case Ack(seq):
                    crash_here("server.ack")
                    held_back = self._credit.spent
                    self._credit.acknowledged(seq, self._clock.monotonic())
                    if held_back:  # whoever has credit was sent everything
                        listener.wake.set()
                case CommandFrame(command):
                    await self._asked.put(command)
                case Ephemeral():
                    await self._presence.say(listener, frame)
                case Ping():
                    await self._break_silence()
                case _:
                    raise Ended(Bye(BYE_PROTOCOL))

    async def _decide(self) -> None:
        """Beside what else the console says: its acknowledgements do not wait for the writer."""
        while True:
            result = await self._execute(await self._asked.get(), self._epoch_no)
            await self._send(ResultFrame(result))


def border_at(now: datetime) -> int:
    """Where a console's working set ends now, in ms."""
    return to_ms(now - timedelta(days=WORKING_DAYS))


async def receive(socket: Socket) -> ClientFrame:
    """The next frame of a console. Raises Ended when it is not understood."""
    try:
        return wire.unpack_client(await socket.receive())
    except Refused as error:
        raise Ended(Bye(BYE_PROTOCOL)) from error
