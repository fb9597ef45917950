"""Commands as a colleague's console sends them, one by one, at a rate, or in bulk."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import httpx

from console.kernel import codec
from console.kernel.ids import new_id
from console.sync.client.http import JSON, make_client
from console.sync.records import MAX_COMMANDS, Accepted, Command, Commands, Merged, Results, command
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
