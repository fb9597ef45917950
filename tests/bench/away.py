"""Consoles that come back: after a day, after weeks, with a queue; and the comparison of a whole cache."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import httpx

from console.catalog import catalog
from console.kernel import codec
from console.kernel.clock import SystemClock
from console.store import sqlite
from console.sync.asking import Digests, Summed
from console.sync.client.http import JSON, make_client
from console.sync.client.replica import open_replica
from console.sync.client.work import CACHE_FILE
from console.sync.frames import Batch
from console.sync.records import Accepted, Merged
from tests.bench.console import KEY, Console, Seat
from tests.bench.figures import Figure, repeated
from tests.bench.keys import figure
from tests.bench.meter import Meter
from tests.bench.process import Served
from tests.bench.wishes import pushed, wishes

AUDITS = 3


def bearer(seat: Seat) -> dict[str, str]:
    """What says who asks."""
    return {"authorization": f"Bearer {seat.token}", **JSON}


async def back(folder: Path, server: Served, seat: Seat) -> float:
    """Seconds from the start of a console over an older cache to live."""
    console = Console(folder, server, seat)
    begun = time.perf_counter()
    await console.begin()
    spent = time.perf_counter() - begun
    await console.close()
    return spent


async def plain_log(server: Served, seat: Seat, cursor: int) -> float:
    """Seconds to fetch the log after `cursor` and throw it away: the limit of catching up."""
    begun, more = time.perf_counter(), True
    async with make_client(server.url) as client:
        while more:
            path = f"/sync/v1/changes?after={cursor}"
            batch = codec.decode((await client.get(path, headers=bearer(seat))).content, Batch)
            cursor, more = batch.to_seq, batch.more
    return time.perf_counter() - begun


async def resynced(folder: Path, server: Served, seat: Seat) -> tuple[float, float]:
    """Seconds to live below the horizon, and in another go kilobytes on the wire."""
    twin = folder.with_name(folder.name + "-metered")
    shutil.copytree(folder, twin)
    spent = await back(folder, server, seat)
    return spent, (await metered(twin, server, seat))[1]


async def metered(folder: Path, server: Served, seat: Seat) -> tuple[float, float]:
    """Seconds to live over a counted wire, and kilobytes on it."""
    meter = await Meter(server.url).open()
    console = Console(folder, server, seat, network=meter.network)
    begun = time.perf_counter()
    await console.begin()
    spent = time.perf_counter() - begun
    await console.close()
    await meter.close()
    return spent, meter.bytes / 1000


async def drained(
    folder: Path, server: Served, seats: Sequence[Seat], tickets: Sequence[UUID], count: int,
    engine: str,
) -> tuple[Figure, list[UUID]]:  # fmt: skip
    """A day's queue, taken offline and sent once back; the limit sends as many without a queue."""
    console, now = Console(folder, server, seats[0]), SystemClock().now()
    queued = wishes(tickets, count, "drain")
    for wish in queued:
        console.outbox.put(wish, wish.target, "Tags", now)
    begun = time.perf_counter()
    await console.begin()
    await console.until(lambda: len(console.results) >= count)
    spent = time.perf_counter() - begun
    await console.close()
    refused = [r for r in console.results.values() if not isinstance(r.outcome, Accepted | Merged)]
    assert not refused, refused[:3]
    limit = await pushed(server.url, seats[1:2], wishes(tickets, count, "straight"))
    return figure("sync.drain", [spent], limit, engine), [wish.cmd_id for wish in queued]


def audited(folder: Path, server: Served, seat: Seat, engine: str) -> list[Figure]:
    """The digests of everything, made by the server and by the cache: they must be equal."""
    plain = sorted(repeated(lambda: _plain_read(folder), AUDITS, 1000))[AUDITS // 2]
    replica = open_replica(folder / CACHE_FILE, KEY, catalog())
    try:
        border = replica.standing.border
        with httpx.Client(base_url=server.url, timeout=60, headers=bearer(seat)) as client:
            body = codec.encode(Summed(border=border))

            def ask() -> Digests:
                response = client.post("/sync/v1/digests", content=body)
                response.raise_for_status()
                return codec.decode(response.content, Digests)

            told = ask()
            there = repeated(ask, AUDITS, 1000)
        differing = {kind: n for kind, n in replica.comparing.differing(told, border).items() if n}
        assert not differing, f"cache and server differ: {differing}"
        here = repeated(lambda: replica.comparing.differing(told, border), AUDITS, 1000)
        return [
            figure("sync.audit.server", there, plain, engine),
            figure("sync.audit.client", here, plain, engine),
        ]
    finally:
        replica.close()


def _plain_read(folder: Path) -> None:
    """Every id and rev of the cache: the least that a comparison has to read."""
    cache = sqlite.connect(folder / CACHE_FILE, key=KEY, mode="ro")
    for table in catalog().tables.values():
        cache.execute(f"SELECT id, rev FROM {table.table.name}").fetchall()
    cache.close()
