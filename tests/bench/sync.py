"""The spine under load on both engines: first fetch, live changes, coming back, comparing, nodes.

One run gives every key of performance.md's "Sync", SQLite's under its name and PostgreSQL's with
`.postgres`; keys, budgets and what was seen elsewhere are in `keys`.
"""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import zstandard

from console.kernel import codec
from console.sync.asking import BOOT_CONTROL
from console.sync.asking import Bootstrap as BootstrapAsked
from console.sync.client import pipe
from console.sync.client.http import make_client
from console.sync.client.work import CACHE_FILE
from console.sync.wire import ZSTD_LEVEL
from tests.bench import away, limits, live, nodes
from tests.bench.console import Console, Seat
from tests.bench.data import Scale, fill
from tests.bench.figures import Figure, Skipped, percentile
from tests.bench.keys import figure
from tests.bench.live import Bare, Stage
from tests.bench.process import Served
from tests.bench.server import office
from tests.bench.shop import Shop, cut, seats, tickets, touch
from tests.bench.speaker import Speaker
from tests.bench.wishes import pushed, wishes
from tests.parts import nats
from tests.parts.databases import Databases, Postgres, PostgresMissing

MOST_BOOTS = 3
INSERTED_MOST = 200_000
LARGE_TURNS = (10, 10)
SPARE_SEATS = 4
RESYNCED_SHARE = 0.1
"""So many of the tickets changed while a console was away for weeks."""


class Bytes(NamedTuple):
    """Bytes a row: on the wire, the same lines in one compressed piece, and plain."""

    wire: float
    piece: float
    plain: float


class Scene:
    """The group on one engine."""

    def __init__(self, folder: Path, scale: Scale, url: str | None, bare: Bare) -> None:
        self.folder, self.scale, self.bare = folder, scale, bare
        self.engine = ".postgres" if url else ""
        self.shop = Shop(folder / "server", url)
        self.seats: list[Seat] = []
        self.tickets: list[UUID] = []
        self.cursor = 0

    def desk(self, number: int) -> Path:
        """The files of one real console."""
        return self.folder / f"desk-{number}"

    def run(self) -> Iterator[Figure]:
        """Every figure, in the order of a console's life."""
        scale, shop = self.scale, self.shop
        with shop.inside() as server:
            agent, teams = office(server)
            fill(server, server.operator(), scale.tickets, teams)
            self.seats = seats(server, agent, scale.throng + MOST_BOOTS + SPARE_SEATS)
            self.tickets = tickets(server)
        with shop.served() as process:
            yield from asyncio.run(self.boots(process, scale.boots))
        with shop.inside() as server:
            touch(server, self.tickets, scale.away)
            head = server.call(server.core.read(server.core.feed.head))
        with shop.served() as process:
            yield from asyncio.run(self._memory(process, head))
            yield asyncio.run(self._catchup(process))
            yield from asyncio.run(self._live(process))
            yield asyncio.run(self._commands(process))
            drain, sent = asyncio.run(self._drain(process))
            yield drain
            undone, doubled = shop.effects(sent)
            assert (undone, doubled) == (0, 0), f"drain: {undone} not done, {doubled} twice"
            asyncio.run(away.back(self.desk(0), process, self.seats[0]))
            yield from away.audited(self.desk(0), process, self.seats[0], self.engine)
        yield from self.resync("sync.resync", range(1, scale.boots))

    # -- a console's first day

    async def boots(self, server: Served, runs: int, key: str = "sync.bootstrap") -> list[Figure]:
        """First fetches by consoles with nothing, and what they cost in bytes."""
        rates, rows = [], 0
        for run in range(runs):
            console = Console(self.desk(run), server, self.seats[run])
            begun = asyncio.get_running_loop().time()
            await console.begin()
            spent = asyncio.get_running_loop().time() - begun
            rows = max(f.total for f in console.said if isinstance(f, pipe.Standing))
            rates.append(rows / spent)
            self.cursor = console.cursor
            await console.close()
        limit = limits.inserts(self.folder, min(rows, INSERTED_MOST))
        boot = figure(key, rates, limit, self.engine)
        if key != "sync.bootstrap":
            return [boot]
        size = await self._bytes(server)
        disk = (self.desk(0) / CACHE_FILE).stat().st_size / rows
        return [
            boot,
            figure("sync.wire", [size.wire], size.piece, self.engine),
            figure("sync.disk.row", [disk], size.plain, self.engine),
        ]

    async def _bytes(self, server: Served) -> Bytes:
        async with make_client(server.url) as client:
            body = codec.encode(BootstrapAsked(working=True))
            headers = away.bearer(self.seats[0])
            answer = await client.post("/sync/v1/bootstrap", content=body, headers=headers)
        lines = zstandard.ZstdDecompressor().decompressobj().decompress(answer.content)
        rows = sum(not line.startswith(BOOT_CONTROL) for line in lines.splitlines())
        piece = len(zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(lines))
        return Bytes(len(answer.content) / rows, piece / rows, len(lines) / rows)

    # -- a day at work

    async def _catchup(self, server: Served) -> Figure:
        limit = await away.plain_log(server, self.seats[0], self.cursor)
        took = [
            await away.back(self.desk(n), server, self.seats[n]) for n in range(self.scale.boots)
        ]
        return figure("sync.catchup", took, limit, self.engine)

    async def _memory(self, server: Served, head: int) -> list[Figure]:
        client, conn = await live.memory(server, self.seats[MOST_BOOTS:][: self.scale.crowd], head)
        return [
            figure("sync.memory.client", [client], None, self.engine),
            figure("sync.memory.conn", [conn], self.bare.conn, self.engine),
        ]

    async def _live(self, server: Served) -> list[Figure]:
        watcher = Console(self.desk(0), server, self.seats[0])
        await watcher.begin()
        stage = Stage(server, self.seats[MOST_BOOTS:], self.tickets, self.scale, self.engine)
        found = await live.live(stage, watcher, self.bare)
        await watcher.close()
        return found

    async def _commands(self, server: Served) -> Figure:
        count, rates = self.scale.commands, []
        for run in range(self.scale.boots):
            some = wishes(self.tickets, count, f"run-{run}")
            rates.append(count / await pushed(server.url, self.seats[MOST_BOOTS:], some))
        limit = limits.commits(self.folder, self.shop.url, count)
        return figure("sync.commands", rates, limit, self.engine)

    async def _drain(self, server: Served) -> tuple[Figure, list[UUID]]:
        return await away.drained(
            self.desk(1), server, self.seats[1:], self.tickets, self.scale.drained, self.engine
        )

    # -- after weeks

    def resync(self, key: str, desks: range) -> Iterator[Figure]:
        """Consoles whose place in the log is gone; the limit is fetching everything anew."""
        with self.shop.inside() as server:
            touch(server, self.tickets, int(len(self.tickets) * RESYNCED_SHARE))
            cut(server)
        with self.shop.served() as process:
            found = [
                asyncio.run(away.resynced(self.desk(n), process, self.seats[n])) for n in desks
            ]
            whole = asyncio.run(away.metered(self.desk(99), process, self.seats[desks[0]]))
        times, sizes = zip(*found, strict=True)
        yield figure(key, times, whole[0], self.engine)
        yield figure(f"{key}.wire", sizes, whole[1], self.engine)

    def nodes(self) -> list[Figure]:
        """Two nodes over this database."""
        with self.shop.inside() as server:
            cursor = server.call(server.core.read(server.core.feed.head))
        return nodes.figures(
            self.folder / "nodes", self.shop, self.seats, self.tickets, cursor, self.scale
        )

    # -- a cache ten times as large

    def large(self) -> Iterator[Figure]:
        """Bootstrap, disk, live and resync with `big` tickets of ten messages each."""
        with self.shop.inside() as server:
            agent, teams = office(server)
            fill(server, server.operator(), self.scale.big, teams, turns=LARGE_TURNS)
            self.seats = seats(server, agent, MOST_BOOTS)
            self.tickets = tickets(server)
        with self.shop.served() as process:
            yield from asyncio.run(self.boots(process, 1, "sync.large.bootstrap"))
            size = (self.desk(0) / CACHE_FILE).stat().st_size / 1e9
            yield figure("sync.disk", [size])
            yield from asyncio.run(self._large_live(process))
        yield from self.resync("sync.large.resync", range(1))

    async def _large_live(self, server: Served) -> list[Figure]:
        watcher = Console(self.desk(0), server, self.seats[0])
        await watcher.begin()
        stage = Stage(server, self.seats, self.tickets, self.scale)
        speaker = Speaker(server.url, self.seats[1])
        found = await live.one_by_one(stage, watcher, speaker)
        await speaker.close()
        await watcher.close()
        few = self.bare.few
        return [
            figure(f"sync.large.live.{name}", [percentile(found, p)], percentile(few, p))
            for name, p in (("p50", 0.5), ("p99", 0.99))
        ]


def figures(folder: Path, scale: Scale) -> Iterator[Figure | Skipped]:
    """The whole group; what needs PostgreSQL or NATS is skipped by name where they are missing."""
    bare = asyncio.run(live.limits(scale))
    yield from _in(folder / "sqlite", scale, None, bare).run()
    with ExitStack() as stack:
        postgres = Postgres()
        databases = Databases(folder, postgres)
        stack.callback(databases.close)
        try:
            url = databases.fresh("postgresql", migrated=False)
        except PostgresMissing as missing:
            yield Skipped("sync.*.postgres", str(missing))
            yield Skipped("sync.nodes", str(missing))
        else:
            for setting in ("fsync", "full_page_writes"):
                postgres.run(f"ALTER SYSTEM SET {setting} = on")
            postgres.run("SELECT pg_reload_conf()")
            scene = _in(folder / "postgres", scale.postgres(), url, bare)
            yield from scene.run()
            if nats.missing():
                yield Skipped("sync.nodes", f"not installed: {', '.join(nats.missing())}")
            else:
                yield from scene.nodes()
    if scale.large:
        shutil.rmtree(folder / "sqlite")
        yield from _in(folder / "large", scale, None, bare).large()


def _in(folder: Path, scale: Scale, url: str | None, bare: Bare) -> Scene:
    folder.mkdir()
    return Scene(folder, scale, url, bare)
