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
FAN_RATE = 10.0
FANNED_S = 6.0


@dataclass(frozen=True)
class Bare:
    """The limit twin: latencies (ms) for few, many and a throng of listeners, KiB of an idle socket."""

    few: list[float]
    many: list[float]
    throng: list[float]
    conn: float


async def limits(scale: Scale) -> Bare:
    """The same crowd at a server that only passes on."""
    crowd = Crowd()
    try:
        with bare() as server:
            conn = await idle_kib(crowd, server)
            await crowd.leave()
            done, found = 0, []
            for listeners, rate, lasting in (
                (scale.consoles, RATE, BARE_S), (scale.crowd, RATE, BARE_S),
                (scale.throng, FAN_RATE, FANNED_S),
            ):  # fmt: skip
                nobodies = [Seat(None, "nobody", new_id()) for _ in range(listeners - 1)]
                await crowd.join([server.url], nobodies, done)
                done, times = await _passed_on(crowd, server, done, rate, int(lasting * rate))
                await crowd.leave()
                found.append(times)
            return Bare(*found, conn)
    finally:
        crowd.close()


async def _passed_on(
    crowd: Crowd, server: Served, start: int, rate: float, count: int
) -> tuple[int, list[float]]:
    """Where the counted log then stands, and latencies of every delivery."""
    sent: dict[UUID, float] = {}
    async with make_client(server.url) as client:

        async def post(n: int) -> None:
            ticket, at = new_id(), start + n
            doc = Raw(b'"' + b"x" * DOC_BYTES + b'"')
            batch = Batch(at, at + 1, (Change("ticket", ticket, at + 1, doc=doc),))
            sent[ticket] = time.monotonic()
            await client.post("/sync/v1/commands", content=wire.pack(batch))

        await at_rate(count, rate, post)
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
    """The figures with few consoles, one change after another, with many at RATE, with a throng."""
    scale, server, crowd = stage.scale, stage.server, Crowd()
    speaker = Speaker(server.url, stage.seats[0])
    others = stage.seats[1 : scale.throng]
    few, many = others[: scale.consoles - 1], others[scale.consoles - 1 : scale.crowd - 1]
    try:
        await crowd.join([server.url], few, watcher.cursor)
        alone = await one_by_one(stage, watcher, speaker)
        sizes = (await crowd.heard())["sizes"]
        await crowd.join([server.url], many, watcher.cursor)
        crowded = await _crowded(stage, watcher, speaker)
        await crowd.join([server.url], others[scale.crowd - 1 :], watcher.cursor)
        fanned = await _fanned(stage, speaker, crowd)
        return [
            *_tails("sync.live", alone, bare.few, stage.engine),
            *_tails("sync.live.200", crowded, bare.many, stage.engine),
            *_tails("server.fanout", fanned, bare.throng, stage.engine),
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


async def _fanned(stage: Stage, speaker: Speaker, crowd: Crowd) -> list[float]:
    """Latencies (ms) of every delivery to a throng at FAN_RATE."""
    some, sent = wishes(stage.tickets, int(FANNED_S * FAN_RATE), "throng"), dict[UUID, float]()
    await crowd.heard()

    async def send(n: int) -> None:
        sent[some[n].target] = await speaker.say(some[n])

    await at_rate(len(some), FAN_RATE, send)
    return latencies(sent, (await crowd.heard())["times"])
