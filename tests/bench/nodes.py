"""Two nodes over one PostgreSQL and NATS: a crowd on both, a steady stream of commands, nodes killed."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import httpx

from console.sync.records import Command
from tests.bench.console import Seat
from tests.bench.crowd import Crowd
from tests.bench.data import Scale
from tests.bench.figures import Figure, percentile
from tests.bench.keys import figure
from tests.bench.live import RATE, latencies
from tests.bench.shop import Shop
from tests.bench.wishes import Colleague, at_rate, wishes
from tests.parts.nats import Nats
from tests.parts.process import ServerProcess

DOWN_S = 1.0
"""A node is killed at the beginning of each cycle and started again so much later."""
AGAIN_S = 0.1
QUIET_S = 30.0
"""So long after the last command everybody has heard of everything, or it is lost."""


class Installation:
    """Two nodes as processes, over a database and a NATS."""

    def __init__(self, folder: Path, url: str) -> None:
        self.nats = Nats()
        self.nodes = [ServerProcess(folder / name, url, self.nats.url) for name in ("a", "b")]
        for node in self.nodes:
            node.start()

    async def kill_in_turn(self, kills: int, cycle_s: float) -> None:
        """Kill -9 and start again, one node after the other."""
        for number in range(kills):
            node, begun = self.nodes[number % 2], time.monotonic()
            await asyncio.to_thread(node.kill)
            await asyncio.sleep(DOWN_S)
            await asyncio.to_thread(node.start)
            await asyncio.sleep(max(0.0, begun + cycle_s - time.monotonic()))

    def close(self) -> None:
        """End all of it."""
        for node in self.nodes:
            node.stop()
        self.nats.kill()


def figures(
    folder: Path, shop: Shop, seats: Sequence[Seat], tickets: Sequence[UUID], cursor: int,
    scale: Scale,
) -> list[Figure]:  # fmt: skip
    """Latency from a command's first try to each console of the crowd, and what was lost.

    The limit is the same without a kill. Lost: accepted and not done, or not heard of by a console;
    doubled: done twice.
    """
    assert shop.url is not None, "on PostgreSQL"
    installation = Installation(folder, shop.url)
    try:
        run = asyncio.run(_run(installation, seats, tickets, cursor, scale))
    finally:
        installation.close()
    calm, stormy, unheard, commands = run
    undone, doubled = shop.effects(command.cmd_id for command in commands)
    return [
        figure("sync.nodes.p50", [percentile(stormy, 0.5)], percentile(calm, 0.5)),
        figure("sync.nodes.p99", [percentile(stormy, 0.99)], percentile(calm, 0.99)),
        figure("sync.nodes.lost", [undone + unheard]),
        figure("sync.nodes.doubled", [doubled]),
    ]


async def _run(
    installation: Installation, seats: Sequence[Seat], tickets: Sequence[UUID], cursor: int,
    scale: Scale,
) -> tuple[list[float], list[float], int, list[Command]]:  # fmt: skip
    urls, crowd = [node.url for node in installation.nodes], Crowd()
    try:
        await crowd.join(urls, seats[1 : scale.crowd + 1], cursor)
        stormy_count = int(scale.kills * scale.cycle_s * RATE)
        count = min(int(scale.cycle_s * RATE) + stormy_count, len(tickets))
        some = wishes(tickets, count, "nodes")
        calm_some, stormy_some = some[: count - stormy_count], some[count - stormy_count :]
        calm, first = await _sent(urls, seats[0], calm_some, crowd)
        killing = asyncio.create_task(installation.kill_in_turn(scale.kills, scale.cycle_s))
        stormy, second = await _sent(urls, seats[0], stormy_some, crowd)
        await killing
        return calm, stormy, first + second, some
    finally:
        crowd.close()


async def _sent(
    urls: Sequence[str], seat: Seat, some: Sequence[Command], crowd: Crowd
) -> tuple[list[float], int]:
    """Latencies (ms) to every console, and how many did not hear of how many."""
    colleagues, sent = [Colleague(url, seat.token) for url in urls], dict[UUID, float]()

    async def send(n: int) -> None:
        attempt = n
        sent[some[n].target] = time.monotonic()
        async with asyncio.timeout(2 * QUIET_S):
            while True:
                try:
                    await colleagues[attempt % len(colleagues)].say(some[n])
                except httpx.HTTPError:
                    attempt += 1  # the other node, with the same id
                    await asyncio.sleep(AGAIN_S)
                else:
                    return

    await at_rate(len(some), RATE, send)
    end = time.monotonic() + QUIET_S
    while (missing := await crowd.missing(sent)) and time.monotonic() < end:
        await asyncio.sleep(AGAIN_S)
    heard = await crowd.heard()
    for colleague in colleagues:
        await colleague.close()
    return latencies(sent, heard["times"]), missing
