"""Live changes: from a colleague's command to the cache of a console among many, beside a bare server.

All latencies begin when the command is sent, so they hold the way to the server too, its decision
and its flush; they end when the change is committed in the other console's cache.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from msgspec import Raw

from console.kernel.ids import new_id
from console.sync import wire
from console.sync.client.http import make_client
from console.sync.frames import Batch
from console.sync.records import Change
from tests.bench.bare import bare
from tests.bench.console import Console, Seat
from tests.bench.crowd import Crowd
from tests.bench.data import Scale
from tests.bench.figures import Figure, percentile
from tests.bench.keys import figure
from tests.bench.memory import pss_mb
from tests.bench.process import Served
from tests.bench.speaker import Speaker
from tests.bench.wishes import at_rate, wishes

RATE = 50.0
BARE_S = 2.0
DOC_BYTES = 600
WARM_S = 1.0
IDLE = 200


@dataclass(frozen=True)
class Bare:
    """The limit twin: latencies (ms) for few and many listeners, memory of an idle socket (KiB)."""

    few: list[float]
    many: list[float]
    conn: float


async def limits(scale: Scale) -> Bare:
    """The same crowd at a server that only passes on."""
    crowd = Crowd()
    try:
        with bare() as server:
            few, many = _nobodies(scale.consoles - 1), _nobodies(scale.crowd - scale.consoles)
            conn = await idle_kib(crowd, server)
            await crowd.leave()
            await crowd.join([server.url], few, 0)
            done, low = await _passed_on(crowd, server, 0)
            await crowd.join([server.url], many, done)
            _, high = await _passed_on(crowd, server, done)
            return Bare(low, high, conn)
    finally:
        crowd.close()


def _nobodies(count: int) -> list[Seat]:
    return [Seat(None, "nobody", new_id()) for _ in range(count)]


async def _passed_on(crowd: Crowd, server: Served, start: int) -> tuple[int, list[float]]:
    """Latencies of every delivery at RATE, and where the counted log then stands."""
    sent: dict[UUID, float] = {}
    count = int(BARE_S * RATE)
    async with make_client(server.url) as client:

        async def post(n: int) -> None:
            ticket, at = new_id(), start + n
            doc = Raw(b'"' + b"x" * DOC_BYTES + b'"')
            batch = Batch(at, at + 1, (Change("ticket", ticket, at + 1, doc=doc),))
            sent[ticket] = time.monotonic()
            await client.post("/sync/v1/commands", content=wire.pack(batch))

        await at_rate(count, RATE, post)
    return start + count, latencies(sent, (await crowd.heard())["times"])


def latencies(sent: dict[UUID, float], heard: dict[str, list[float]]) -> list[float]:
    """Milliseconds from each sending to each hearing."""
    return [
        (at - sent[UUID(t)]) * 1000 for t, times in heard.items() if UUID(t) in sent for at in times
    ]


async def memory(server: Served, seats: Sequence[Seat], head: int) -> tuple[float, float]:
    """KiB of PSS for one more console that listens, and for one more socket that says nothing.

    The process must be fresh: memory that was used and freed before is not seen again.
    """
    crowd, warm = Crowd(), len(seats) // 4
    try:
        conn = await idle_kib(crowd, server)  # they stay, and what they free is not used again
        await crowd.join([server.url], seats[:warm], head)
        before = pss_mb(server.pid)
        await crowd.join([server.url], seats[warm:], head)
        client = (pss_mb(server.pid) - before) * 1024 / len(seats[warm:])
        return client, conn
    finally:
        crowd.close()


async def idle_kib(crowd: Crowd, server: Served) -> float:
    """KiB of PSS for one more socket on which nobody has said a word."""
    await crowd.idle(server.url, IDLE // 4)
    before = pss_mb(server.pid)
    await crowd.idle(server.url, IDLE)
    return (pss_mb(server.pid) - before) * 1024 / IDLE


@dataclass(frozen=True)
class Stage:
    """Where live changes are measured: the server, who sits there, and what they change."""

    server: Served
    seats: Sequence[Seat]
    tickets: Sequence[UUID]
    scale: Scale
    engine: str = ""


async def live(stage: Stage, watcher: Console, bare: Bare) -> list[Figure]:
    """The figures with few consoles, one change after another, and with many at RATE."""
    scale, server, crowd = stage.scale, stage.server, Crowd()
    speaker = Speaker(server.url, stage.seats[0])
    others = stage.seats[1 : scale.crowd]
    few, many = others[: scale.consoles - 1], others[scale.consoles - 1 :]
    try:
        await crowd.join([server.url], few, watcher.cursor)
        alone = await one_by_one(stage, watcher, speaker)
        sizes = (await crowd.heard())["sizes"]
        await crowd.join([server.url], many, watcher.cursor)
        crowded = await _crowded(stage, watcher, speaker)
        return [
            *_tails("sync.live", alone, bare.few, stage.engine),
            *_tails("sync.live.200", crowded, bare.many, stage.engine),
            figure("sync.wire.live", sizes, DOC_BYTES, stage.engine),
        ]
    finally:
        crowd.close()
        await speaker.close()


def _tails(
    key: str, found: Sequence[float], limit: Sequence[float], engine: str
) -> Iterable[Figure]:
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        yield figure(f"{key}.{name}", [percentile(found, share)], percentile(limit, share), engine)


async def one_by_one(stage: Stage, watcher: Console, speaker: Speaker) -> list[float]:
    """Latencies (ms), each command sent when the one before was applied."""
    found = []
    for wish in wishes(stage.tickets, stage.scale.events, "live"):
        applied = watcher.applied(wish.target)
        begun = await speaker.say(wish)
        found.append((await applied - begun) * 1000)
    return found


async def _crowded(stage: Stage, watcher: Console, speaker: Speaker) -> list[float]:
    """Latencies (ms) at RATE; what comes in the first second does not count."""
    count = min(int((stage.scale.live_s + WARM_S) * RATE), len(stage.tickets))
    some, found = wishes(stage.tickets, count, "crowd"), dict[int, float]()

    async def send(n: int) -> None:
        applied = watcher.applied(some[n].target)
        begun = time.monotonic()
        await speaker.say(some[n])
        found[n] = (await applied - begun) * 1000

    async with asyncio.timeout(10 * (stage.scale.live_s + WARM_S)):
        await at_rate(count, RATE, send)
    return list(chain(found[n] for n in range(int(WARM_S * RATE), count)))
