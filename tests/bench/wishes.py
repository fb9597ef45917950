"""Commands as a colleague's console sends them, one by one, at a rate, or in bulk."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import httpx
from msgspec import structs
from websockets.asyncio.client import ClientConnection

from console.kernel import codec
from console.kernel.ids import new_id
from console.sync import wire
from console.sync.client.http import JSON, make_client, open_live
from console.sync.frames import PROTO, Ack, Batch, CommandFrame, Hello, ResultFrame, Welcome
from console.sync.records import (
    MAX_COMMANDS,
    Accepted,
    Command,
    Commands,
    Merged,
    Result,
    Results,
    command,
)
from console.tickets.records import ChangeTags
from tests.bench.console import Seat

SENDERS = 8


def wishes(targets: Sequence[UUID], count: int, name: str) -> list[Command]:
    """So many tag changes over the targets in turn."""
    return [
        command(targets[n % len(targets)], ChangeTags(add=(f"{name}-{n}",)), cmd_id=new_id())
        for n in range(count)
    ]


class Colleague:
    """Somebody whose commands go straight to the server, without an outbox."""

    def __init__(self, url: str, token: str) -> None:
        self._client = make_client(url)
        self._client.headers["authorization"] = f"Bearer {token}"

    async def say(self, *some: Command) -> float:
        """Send commands and check that they are accepted; when they were sent (monotonic, s)."""
        body = codec.encode(Commands(commands=some))
        begun = time.monotonic()
        response = await self._client.post("/sync/v1/commands", content=body, headers=JSON)
        response.raise_for_status()
        for result in codec.decode(response.content, Results).results:
            if not isinstance(result.outcome, Accepted | Merged):
                raise httpx.HTTPError(f"not accepted: {result.outcome}")
        return begun

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()


class Talker:
    """Somebody whose commands go over a live socket, one by one as they come, without an outbox."""

    def __init__(self, url: str, token: str, device: UUID) -> None:
        self._where = url, token, device
        self._socket: ClientConnection | None = None
        self._told = dict[UUID, asyncio.Future[Result]]()
        self._listening: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Open the socket, as one who holds everything there is."""
        url, token, device = self._where
        hello = Hello((PROTO, PROTO), device, token, 0, 0, None, "")
        self._socket = await open_live(url)
        await self._socket.send(wire.pack(hello))
        welcome = wire.unpack_server(await self._socket.recv())
        assert isinstance(welcome, Welcome), welcome
        await self._socket.close()
        self._socket = await open_live(url)
        await self._socket.send(
            wire.pack(structs.replace(hello, cursor=welcome.head, hwm=welcome.head))
        )
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def say(self, some: Command) -> float:
        """Send a command and check that it is accepted; when it was sent (monotonic, s)."""
        assert self._socket is not None, "begin() first"
        told = self._told[some.cmd_id] = asyncio.get_running_loop().create_future()
        begun = time.monotonic()
        await self._socket.send(wire.pack(CommandFrame(some)))
        outcome = (await told).outcome
        if not isinstance(outcome, Accepted | Merged):
            raise httpx.HTTPError(f"not accepted: {outcome}")
        return begun

    async def _listen(self, socket: ClientConnection) -> None:
        async for data in socket:
            match wire.unpack_server(data):
                case ResultFrame(result):
                    self._told.pop(result.cmd_id).set_result(result)
                case Batch(to_seq=to_seq):
                    await socket.send(wire.pack(Ack(to_seq)))

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None and self._listening is not None:
            await self._socket.close()
            await self._listening


async def at_rate(count: int, rate: float, do: Callable[[int], Awaitable[None]]) -> None:
    """`do(n)` for each n at its time, whether those before are done or not; wait for all."""
    begun, running = time.monotonic(), list[asyncio.Future[None]]()
    for n in range(count):
        await asyncio.sleep(max(0.0, begun + n / rate - time.monotonic()))
        running.append(asyncio.ensure_future(do(n)))
    await asyncio.gather(*running)


async def pushed(url: str, seats: Sequence[Seat], some: Sequence[Command]) -> float:
    """Seconds until SENDERS colleagues have sent all of it, as much at a time as is allowed."""
    colleagues = [Colleague(url, seat.token) for seat in seats[:SENDERS]]
    parts = [some[start : start + MAX_COMMANDS] for start in range(0, len(some), MAX_COMMANDS)]

    async def send(colleague: Colleague) -> None:
        while parts:
            await colleague.say(*parts.pop())

    begun = time.perf_counter()
    await asyncio.gather(*(send(colleague) for colleague in colleagues))
    spent = time.perf_counter() - begun
    for colleague in colleagues:
        await colleague.close()
    return spent
