"""The spine under load: first fetch, live changes to many consoles, a day's queue drained."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from websockets.asyncio.client import ClientConnection

from console.catalog import catalog
from console.kernel import codec
from console.kernel.clock import SystemClock
from console.kernel.ids import new_id
from console.people.model import User
from console.store import sqlite
from console.sync import wire
from console.sync.client import pipe
from console.sync.client.engine import Engine
from console.sync.client.http import make_client, open_live
from console.sync.client.outbox import Outbox
from console.sync.client.work import CACHE_FILE, WORK_FILE, open_work
from console.sync.records import PROTO, Ack, Batch, Command, Commands, Hello, command
from console.sync.records import Bootstrap as BootstrapAsked
from console.tickets.records import ChangeTags
from tests.bench.data import Scale, fill
from tests.bench.figures import Figure, percentile
from tests.bench.memory import pss_mb
from tests.bench.process import Served, served
from tests.bench.server import office
from tests.parts.server import live_server

KEY = bytes(range(32))
LIVE_EVENTS = 200
DRAINED = 2_000
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Seat:
    """An agent's session on one device."""

    user: User
    token: str
    device: UUID


def figures(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Bootstrap, wire, disk, live latency, drain and memory against one server process."""
    with live_server(folder / "server") as server:
        agent, teams = office(server)
        fill(server, server.operator(), scale.tickets, teams)
        seats = []
        for _ in range(scale.consoles + 2):
            device = new_id()
            seats.append(Seat(agent, server.token(agent, device), device))
        rows = server.call(server.core.read(lambda r: r.rows("SELECT id FROM tickets LIMIT 2000")))
    tickets = [UUID(bytes=bytes(row[0])) for row in rows]
    with served(folder / "server") as process:
        yield from asyncio.run(_bootstraps(folder, process, seats[0]))
        yield from asyncio.run(_live(folder, process, seats, tickets))
        yield asyncio.run(_drain(folder, process, seats[0], tickets))


class Console:
    """An engine with its files, told to a list, and a wait for what it tells."""

    def __init__(self, folder: Path, server: Served, seat: Seat) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._server, self._seat = folder, server, seat
        self.work = open_work(folder / WORK_FILE, KEY)
        self.outbox = Outbox(self.work)
        self.said: list[pipe.FromEngine] = []
        self._news = asyncio.Event()
        self.engine = Engine(self._hear, SystemClock(), catalog())

    def _hear(self, frame: pipe.FromEngine) -> None:
        if isinstance(frame, pipe.Answered):
            self.outbox.answer(frame.results)
        self.said.append(frame)
        self._news.set()

    async def begin(self) -> None:
        """Start and wait until live."""
        seat = self._seat
        await self.engine.take(
            pipe.Begin(
                self._server.url, seat.token, seat.user.id, seat.device, str(self.folder), KEY
            )
        )
        await self.until(lambda f: isinstance(f, pipe.Standing) and f.mode == "live")

    async def until(self, wanted, since: int = 0) -> pipe.FromEngine:  # type: ignore[no-untyped-def]
        """The first frame from `since` on that is wanted."""
        seen = since
        while True:
            while seen < len(self.said):
                if wanted(self.said[seen]):
                    return self.said[seen]
                seen += 1
            self._news.clear()
            await self._news.wait()

    async def close(self) -> None:
        """Close the files."""
        await self.engine.close()
        self.work.close()


async def _bootstraps(folder: Path, server: Served, seat: Seat) -> Iterator[Figure]:
    rates, rows = [], 0
    for run in range(3):
        console = Console(folder / f"boot-{run}", server, seat)
        begun = time.perf_counter()
        await console.begin()
        spent = time.perf_counter() - begun
        rows = max(f.total for f in console.said if isinstance(f, pipe.Standing))
        rates.append(rows / spent)
        await console.close()
    size = (folder / "boot-0" / CACHE_FILE).stat().st_size
    wire_bytes = await _bytes_of_bootstrap(server, seat)
    limit = _insert_limit(folder, rows)
    return iter(
        [
            Figure("sync.bootstrap", "rows/s", tuple(rates), limit, "≥ 20,000"),
            Figure("sync.wire", "bytes/row", (wire_bytes / rows,), None, "≤ 200"),
            Figure("sync.disk", "bytes/row", (size / rows,), None, ""),
        ]
    )


async def _bytes_of_bootstrap(server: Served, seat: Seat) -> int:
    async with make_client(server.url) as client:
        headers = {"authorization": f"Bearer {seat.token}", **JSON}
        body = codec.encode(BootstrapAsked())
        response = await client.post("/sync/v1/bootstrap", content=body, headers=headers)
        return len(response.content)


def _insert_limit(folder: Path, rows: int) -> float:
    """As many rows of that size through `executemany` into an encrypted file."""
    connection = sqlite.connect(folder / "limit.db", key=KEY, synchronous="NORMAL")
    connection.execute("CREATE TABLE m (id BLOB PRIMARY KEY, rev INTEGER, doc TEXT)")
    made = [(n.to_bytes(16, "big"), n, "x" * 450) for n in range(rows)]
    begun = time.perf_counter()
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO m VALUES (?, ?, ?)", made)
    connection.execute("COMMIT")
    spent = time.perf_counter() - begun
    connection.close()
    return rows / spent


async def _live(
    folder: Path, server: Served, seats: list[Seat], tickets: list[UUID]
) -> Iterator[Figure]:
    """A's command to B's cache, while as many consoles as asked for listen too."""
    watcher = Console(folder / "boot-0", server, seats[0])
    await watcher.begin()
    cursor = max(f.cursor for f in watcher.said if isinstance(f, pipe.Standing))
    before = pss_mb(server.pid)
    others = [await _listen(server, seat, cursor) for seat in seats[2:]]
    each = (pss_mb(server.pid) - before) * 1024 / len(others)
    latencies, sizes = [], []
    async with make_client(server.url) as client:
        headers = {"authorization": f"Bearer {seats[1].token}", **JSON}
        for n in range(LIVE_EVENTS):
            target = tickets[n % len(tickets)]
            wish = command(target, ChangeTags(add=(f"live-{n}",)), cmd_id=new_id())
            since = len(watcher.said)
            body = codec.encode(Commands(commands=(wish,)))
            begun = time.perf_counter()
            await client.post("/sync/v1/commands", content=body, headers=headers)
            await watcher.until(
                lambda f, t=target: isinstance(f, pipe.Changed) and t in f.kinds.get("ticket", ()),
                since,
            )
            latencies.append((time.perf_counter() - begun) * 1000)
    for other in others:
        sizes += other.sizes
        await other.close()
    await watcher.close()
    return iter(
        [
            Figure("sync.live.p50", "ms", (percentile(latencies, 0.5),), None, "≤ 5"),
            Figure("sync.live.p99", "ms", (percentile(latencies, 0.99),), None, "≤ 15"),
            Figure("sync.wire.live", "bytes/change", tuple(sizes), None, "≤ 1,000"),
            Figure("sync.memory.client", "KiB", (each,), None, "≤ 64"),
        ]
    )


class Listener:
    """A console that only listens and acknowledges."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.sizes: list[float] = []
        self._task = asyncio.create_task(self._run(), name="listener")

    async def _run(self) -> None:
        async for data in self._socket:
            frame = wire.unpack_server(data)
            if isinstance(frame, Batch):
                self.sizes.append(len(data) / max(1, len(frame.changes)))
                await self._socket.send(wire.pack(Ack(frame.to_seq)))

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()
        await self._task


async def _listen(server: Served, seat: Seat, cursor: int) -> Listener:
    socket = await open_live(server.url)
    hello = Hello(
        proto=(PROTO, PROTO), device=seat.device, token=seat.token, cursor=cursor, hwm=cursor,
        epoch=None, scopes="",
    )  # fmt: skip
    await socket.send(wire.pack(hello))
    return Listener(socket)


async def _drain(folder: Path, server: Served, seat: Seat, tickets: list[UUID]) -> Figure:
    """A day's queue: actions taken offline, sent once back."""
    console = Console(folder / "boot-1", server, seat)
    now = SystemClock().now()
    wishes: list[Command] = [
        command(tickets[n % len(tickets)], ChangeTags(add=(f"drain-{n}",)), cmd_id=new_id())
        for n in range(DRAINED)
    ]
    for wish in wishes:
        console.outbox.put(wish, wish.target, "Tags", now)
    begun = time.perf_counter()
    await console.begin()
    while console.outbox.queued():
        console._news.clear()
        await console._news.wait()
    spent = time.perf_counter() - begun
    await console.close()
    return Figure("sync.drain", "s", (spent,), None, "≤ 20 for 2,000")
