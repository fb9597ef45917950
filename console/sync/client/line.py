"""The live socket of a session: one call after another, frames in their order, the voice beside them."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from console.kernel.crash import crash_here
from console.kernel.errors import Refused
from console.kernel.tasks import Tasks
from console.sync import wire
from console.sync.client.actions import Action
from console.sync.client.link import Link
from console.sync.client.voice import Voice
from console.sync.frames import (
    ACK_WITHIN_S,
    Ack,
    Batch,
    CommandFrame,
    Ephemeral,
    Hello,
    ResultFrame,
    ServerFrame,
    Welcome,
)
from console.sync.records import Seq

FRAMES_AHEAD = 64
ABSORB_AT_ONCE = 2_000
log = logging.getLogger(__name__)

Event = Callable[[float], Iterable[Action]]


class Line:
    """Opens sockets, and puts what they bring as events before the session.

    `open_socket` may raise OSError and friends; `hello` is asked anew for each socket; `present` is
    told of presence at once, out of order.
    """

    def __init__(
        self,
        link: Link,
        put: Callable[[Event], None],
        tasks: Tasks,
        *,
        open_socket: Callable[[], Awaitable[ClientConnection]],
        hello: Callable[[], Awaitable[Hello]],
        voice: Voice,
        present: Callable[[Ephemeral], None],
    ) -> None:
        self._link = link
        self._put = put
        self._tasks = tasks
        self._open_socket = open_socket
        self._hello = hello
        self._voice = voice
        self._present = present
        self._frames: deque[ServerFrame] = deque()
        self._room = asyncio.Semaphore(FRAMES_AHEAD)
        self._socket: ClientConnection | None = None
        self._calls = 0  # numbers the sockets; whatever an older one says is ignored
        self._speaking: asyncio.Task[None] | None = None
        self._owed: Seq | None = None  # committed here, and not acknowledged yet

    def call(self) -> None:
        """Open a socket; the link is told when it closes, or could not be opened."""
        self._calls += 1
        self._tasks.spawn(self._talk(self._calls), name="live-socket")

    async def send(self, frame: Ack | CommandFrame | Ephemeral) -> None:
        """Say this, if there is a socket to say it to."""
        if self._socket is not None:
            try:
                await self._socket.send(wire.pack(frame))
            except WebSocketException:
                log.info("frame_not_sent")

    async def ack(self, seq: Seq, *, at_once: bool) -> None:
        """Everything up to `seq` is committed here: say so within ACK_WITHIN_S, with what follows.

        `at_once` where the server waits for it before it sends more.
        """
        if at_once:
            self._owed = seq
            await self._pay()
        else:
            if self._owed is None:
                self._tasks.spawn(self._pay_soon(), name="ack")
            self._owed = seq

    async def _pay_soon(self) -> None:
        await asyncio.sleep(ACK_WITHIN_S)
        await self._pay()

    async def _pay(self) -> None:
        owed, self._owed = self._owed, None
        if owed is not None:
            await self.send(Ack(owed))
            crash_here("engine.acked")

    def hang_up(self) -> None:
        """Drop the socket: whatever it still brings belongs to a call that is over."""
        self._calls += 1
        self._hush()
        self._owed = None  # the next greeting tells it
        socket, self._socket = self._socket, None
        while self._frames:
            self._frames.popleft()
            self._room.release()
        if socket is not None:
            self._tasks.spawn(socket.close(), name="hang-up")

    async def _talk(self, call: int) -> None:
        try:
            await self._listen(await self._open_socket(), call)
        except (OSError, TimeoutError, WebSocketException, Refused) as error:
            log.info("live_socket_lost", extra={"cause": type(error).__name__})
        if call == self._calls:
            self._socket = self._owed = None
            self._hush()
            self._put(self._link.closed)

    async def _listen(self, socket: ClientConnection, call: int) -> None:
        try:
            async with socket:
                self._socket = socket
                crash_here("engine.hello")
                await socket.send(wire.pack(await self._hello()))
                async for data in socket:
                    frame = wire.unpack_server(data)
                    if isinstance(frame, Ephemeral) and call == self._calls:
                        self._present(frame)
                        continue
                    if isinstance(frame, ResultFrame):
                        crash_here("engine.said")
                    await self._room.acquire()
                    if call != self._calls:
                        self._room.release()
                        break
                    if isinstance(frame, Welcome):
                        self._hush()
                        self._speaking = self._tasks.spawn(
                            self._voice.speak(self.send), name="voice"
                        )
                    self._frames.append(frame)
                    self._put(self._take_frame)
        except asyncio.CancelledError:
            socket.transport.abort()  # no time for a good-bye
            raise

    def _take_frame(self, now: float) -> Iterable[Action]:
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

    def _hush(self) -> None:
        """Nothing more is said of where somebody is, until there is a socket again."""
        if self._speaking is not None:
            self._speaking.cancel()
            self._speaking = None
