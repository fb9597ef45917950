"""A crowd of consoles in a process of its own: they listen, acknowledge and note when they heard.

`python -m tests.bench.crowd` reads a JSON line for each thing to do and answers with one. `Crowd`
is the other end of that pipe.
"""

import asyncio
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
import zstandard
from msgspec import Struct

from console.sync import wire
from console.sync.client import backoff
from console.sync.frames import ACK_WITHIN_S, PROTO, Ack, Hello, Welcome
from console.sync.records import Epoch
from console.sync.wire import MAX_FRAME_BYTES
from tests.bench.console import Seat
from tests.bench.sockets import Raw, dial

JOIN_S = 60.0
SIZES = 2_000
_BATCH = b'{"t":"batch"'
_WELCOME = b'{"t":"welcome"'


class _Change(Struct):
    k: str
    id: str


class _Batch(Struct):
    from_seq: int
    to_seq: int
    changes: list[_Change]


_batch = msgspec.json.Decoder(_Batch)


class Ears:
    """What the whole crowd heard: by ticket the times (monotonic, s), and bytes per change."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}
        self.sizes: list[float] = []
        self.resyncs = 0


class Member:
    """A console that only listens; when its node is gone it tries the next, as slowly as ours do."""

    def __init__(self, ears: Ears, urls: Sequence[str], seat: dict[str, str], cursor: int) -> None:
        self._ears, self._urls, self._seat = ears, urls, seat
        self._cursor = self._acked = cursor
        self._epoch: Epoch | None = None
        self._raw: Raw | None = None
        self._owes = False
        self.heard: set[str] = set()
        self.welcome = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="member")

    async def _run(self) -> None:
        attempt = 0
        while True:
            try:
                url = self._urls[attempt % len(self._urls)]
                self._raw = await dial(url, self._take, self._ack)
                hello = Hello(
                    proto=(PROTO, PROTO), device=UUID(self._seat["device"]),
                    token=self._seat["token"], cursor=self._cursor, hwm=self._cursor,
                    epoch=self._epoch, scopes="",
                )  # fmt: skip
                packed = wire.pack(hello)
                assert isinstance(packed, str), "a short frame"
                self._raw.send(packed)
                await self._raw.gone
            except OSError:
                pass
            attempt += 1
            await asyncio.sleep(backoff.FIRST_S / 2 + random.uniform(0, backoff.FIRST_S))

    def _take(self, data: bytes, is_text: bool) -> None:
        size = len(data)
        if not is_text:
            inflate = zstandard.ZstdDecompressor()
            data = inflate.decompress(data, max_output_size=MAX_FRAME_BYTES)
        if data.startswith(_BATCH):
            self._hear(_batch.decode(data), size)
        elif data.startswith(_WELCOME):
            self._greet(data)

    def _greet(self, data: bytes) -> None:
        frame = wire.unpack_server(data.decode())
        assert isinstance(frame, Welcome), "it begins like one"
        self._epoch = frame.epoch
        self._ears.resyncs += frame.mode == "resync"
        self.welcome.set()

    def _hear(self, batch: _Batch, size: int) -> None:
        now = time.monotonic()
        if batch.from_seq != self._cursor:
            self._raw.abort() if self._raw else None  # something was lost: as the link does
            return
        self._cursor = batch.to_seq
        if batch.changes and len(self._ears.sizes) < SIZES:
            self._ears.sizes.append(size / len(batch.changes))
        for change in batch.changes:
            if change.k == "ticket" and change.id not in self.heard:
                self.heard.add(change.id)
                self._ears.times.setdefault(change.id, []).append(now)

    def _ack(self) -> None:
        """As `Line.ack`: a moment later, all at once."""
        if self._acked < self._cursor and not self._owes:
            self._owes = True
            asyncio.get_running_loop().call_later(ACK_WITHIN_S, self._pay)

    def _pay(self) -> None:
        self._owes = False
        if self._raw is not None and self._acked < self._cursor:
            self._acked = self._cursor
            self._raw.send(str(wire.pack(Ack(self._cursor))))

    async def leave(self) -> None:
        """Hang up."""
        self._task.cancel()
        await asyncio.wait([self._task])
        if self._raw is not None:
            self._raw.abort()


class Room:
    """Everybody in this process, and what may be asked of them."""

    def __init__(self) -> None:
        self._ears = Ears()
        self._members: list[Member] = []
        self._idle: list[Raw] = []

    async def join(
        self, urls: list[str], seats: list[dict[str, str]], cursor: int
    ) -> dict[str, Any]:
        """More consoles, each beginning at another of the addresses; answers once all are in."""
        new = []
        for n, seat in enumerate(seats):
            turned = urls[n % len(urls) :] + urls[: n % len(urls)]
            new.append(Member(self._ears, turned, seat, cursor))
        self._members += new
        async with asyncio.timeout(JOIN_S):
            await asyncio.gather(*(member.welcome.wait() for member in new))
        return {"joined": len(new)}

    async def idle(self, url: str, count: int) -> dict[str, Any]:
        """More sockets on which nobody says a word."""
        self._idle += [await dial(url, lambda *_: None, lambda: None) for _ in range(count)]
        return {"idle": len(self._idle)}

    async def heard(self) -> dict[str, Any]:
        """What was heard since the last such question."""
        ears, times = self._ears, self._ears.times
        told = {"times": times, "sizes": ears.sizes, "resyncs": ears.resyncs}
        ears.times, ears.sizes = {}, []
        for member in self._members:
            member.heard = set()
        return told

    async def missing(self, tickets: list[str]) -> dict[str, Any]:
        """How many pairs of console and ticket there are of which nothing was heard."""
        asked = set(tickets)
        return {"missing": sum(len(asked - member.heard) for member in self._members)}

    async def leave(self) -> dict[str, Any]:
        """Everybody hangs up."""
        for member in self._members:
            await member.leave()
        for raw in self._idle:
            raw.abort()
        self._members, self._idle = [], []
        return {}


async def main() -> None:
    """Do what each line says until there are no more."""
    gc.disable()
    loop, room = asyncio.get_running_loop(), Room()
    reader = asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        asked = json.loads(line)
        told = await getattr(room, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    await room.leave()


class Crowd:
    """The process, from outside."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.crowd"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    async def join(self, urls: Sequence[str], seats: Iterable[Seat], cursor: int) -> None:
        """See `Room.join`."""
        plain = [{"token": seat.token, "device": str(seat.device)} for seat in seats]
        await self._ask("join", urls=list(urls), seats=plain, cursor=cursor)

    async def idle(self, url: str, count: int) -> None:
        """See `Room.idle`."""
        await self._ask("idle", url=url, count=count)

    async def heard(self) -> dict[str, Any]:
        """See `Room.heard`."""
        return await self._ask("heard")

    async def missing(self, tickets: Iterable[UUID]) -> int:
        """See `Room.missing`."""
        told = await self._ask("missing", tickets=[str(ticket) for ticket in tickets])
        return int(told["missing"])

    async def leave(self) -> None:
        """See `Room.leave`."""
        await self._ask("leave")

    async def _ask(self, do: str, **words: Any) -> dict[str, Any]:
        return await asyncio.to_thread(self._asked, {"do": do, **words})

    def _asked(self, words: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None, "stdin is a pipe"
        assert self._process.stdout is not None, "stdout is a pipe"
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the crowd has died"
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None, "stdin is a pipe"
        assert self._process.stdout is not None, "stdout is a pipe"
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


if __name__ == "__main__":
    asyncio.run(main())
