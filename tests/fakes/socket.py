"""A scripted console at the other end of a live socket, without a network."""

import asyncio
from typing import TypeVar

from console.sync import wire
from console.sync.frames import Batch, ClientFrame, ServerFrame
from tests.parts.until import until

F = TypeVar("F", bound=ServerFrame)


class FakeSocket:
    """What the session sends is in `sent`; what the console says is queued by `say`.

    `put_at_once` counts what came without a turn of the session.
    """

    def __init__(self) -> None:
        self.sent: list[ServerFrame] = []
        self.largest = 0
        self.put_at_once = 0
        self._incoming: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._reading = asyncio.Event()
        self._reading.set()
        self._news = asyncio.Event()
        self.waiting = asyncio.Event()

    async def send(self, data: str | bytes) -> None:
        if not self._reading.is_set():
            self.waiting.set()
        await self._reading.wait()
        self._take(data)

    def put(self, data: str | bytes) -> bool:
        if self._reading.is_set():
            self._take(data)
            self.put_at_once += 1
            return True
        return False

    def _take(self, data: str | bytes) -> None:
        self.largest = max(self.largest, len(data))
        self.sent.append(wire.unpack_server(data))
        self._news.set()

    async def receive(self) -> str | bytes:
        data = await self._incoming.get()
        if data is None:
            raise ConnectionError("gone")
        return data

    def say(self, frame: ClientFrame) -> None:
        """The console sends a frame."""
        self._incoming.put_nowait(wire.pack(frame))

    def say_raw(self, data: str | bytes) -> None:
        """The console sends something."""
        self._incoming.put_nowait(data)

    def hang_up(self) -> None:
        """The console is gone."""
        self._incoming.put_nowait(None)

    def stall(self, stalled: bool = True) -> None:
        """The console stops reading, or reads again."""
        if stalled:
            self._reading.clear()
        else:
            self._reading.set()

    async def until(self, kind: type[F], count: int = 1) -> F:
        """The `count`-th frame of a kind, waited for."""
        await until(lambda: len(self.of(kind)) >= count, kind.__name__, news=self._news)
        return self.of(kind)[count - 1]

    async def until_at(self, seq: int) -> None:
        """Wait until the console has been brought up to `seq`."""

        def there() -> bool:
            return any(batch.to_seq >= seq for batch in self.of(Batch))

        await until(there, f"a batch up to {seq}", news=self._news)

    def of(self, kind: type[F]) -> list[F]:
        """The frames of a kind sent so far."""
        return [frame for frame in self.sent if isinstance(frame, kind)]
