"""The server as its clients meet it: a real process or thread, REST and commands over loopback."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx

from console.kernel import codec
from console.kernel.ids import new_id
from console.people.model import User
from console.people.records import TEAM
from console.sync.asking import Search
from console.sync.records import Command, command
from console.tickets.records import ChangeTags
from tests.bench.data import Scale, fill
from tests.bench.figures import Figure, percentile, repeated
from tests.bench.memory import pss_mb
from tests.bench.process import served
from tests.parts.server import LiveServer, live_server

CONNECTIONS = 8


def figures(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Queue and ticket over REST at two sizes, requests a second, commands a second, start, memory."""
    small, queue, asked = None, None, ("", "")
    for name, count in (("", scale.tickets), (".big", scale.big)):
        with live_server(folder / f"server{name}") as server:
            agent, teams = office(server)
            fill(server, server.operator(), count, teams)
            token = server.token(agent)
            with httpx.Client(base_url=server.url, headers=_bearer(token)) as client:
                ticket = client.get("/api/v1/tickets").json()["tickets"][0]["id"]
                limit = _bare_answer(client)
                took = repeated(lambda: client.get("/api/v1/tickets"), 50, 1000)
                queue = Figure(f"server.queue{name}", "ms", took, limit, "≤ 10; big ≤ 1.5 ×")
                yield queue
                path = f"/api/v1/tickets/{ticket}"
                took = repeated(partial(client.get, path), 50, 1000)
                yield Figure(f"server.ticket{name}", "ms", took, limit, "≤ 8")
                yield from _searches(client, name, limit)
            if small is None:
                small = queue
                asked = token, ticket
                yield _commands(server, scale)
    yield from _rates(folder / "server", *asked)
    yield from _process(folder / "server", scale)


def _searches(client: httpx.Client, name: str, limit: float) -> Iterator[Figure]:
    """The whole history through its door: a word of one ticket, a word of half of all messages."""
    for word, key, budget in (("b77", "rare", "≤ 5"), ("parcel", "common", "≤ 20")):
        asked = codec.encode(Search(text=f"{word} ", now=datetime.now(UTC)))
        took = repeated(partial(client.post, "/sync/v1/search", content=asked), 50, 1000)
        yield Figure(f"server.search.{key}{name}", "ms", took, limit, budget)


def office(server: LiveServer) -> tuple[User, list[UUID]]:
    """An agent in two teams, and the teams' ids."""
    agent = server.add_user("Ana Kovac", teams=("Europe", "Payments"))
    teams: list[UUID] = server.write(lambda tx: [stored.record.id for stored in tx.all(TEAM)])
    return agent, teams


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _bare_answer(client: httpx.Client) -> float:
    """The cheapest authenticated answer: what HTTP and signing in cost by themselves, in ms."""
    return sorted(repeated(lambda: client.get("/api/v1/tickets?limit=1&view=hold"), 30, 1000))[15]


def _rates(data: Path, token: str, ticket: str) -> Iterator[Figure]:
    """Requests a second of a server process of its own, which shares no interpreter with us."""
    paths = {
        "server.rps.queue": ("/api/v1/tickets", "≥ 300"),
        "server.rps.ticket": (f"/api/v1/tickets/{ticket}", "≥ 700"),
    }
    for key, (path, budget) in paths.items():
        with served(data) as server:
            samples = [asyncio.run(_hammer(server.url, token, path)) for _ in range(3)]
        yield Figure(key, "requests/s", tuple(samples), None, budget)


async def _hammer(url: str, token: str, path: str, total: int = 1_200) -> float:
    """Requests a second over CONNECTIONS kept open, by a client that costs next to nothing."""
    host, port = url.removeprefix("http://").split(":")
    asked = f"GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n"

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(total // CONNECTIONS):
            writer.write(asked.encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert head.startswith("http/1.1 200"), head
            await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r")[0]))
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return total / (time.perf_counter() - begun)


def _commands(server: LiveServer, scale: Scale) -> Figure:
    """Tag changes on many tickets, decided and durable, as many as wait at once."""
    actor = server.operator()
    found = server.call(
        server.core.read(lambda reader: reader.rows("SELECT id FROM tickets LIMIT 2000"))
    )
    targets = [UUID(bytes=bytes(row[0])) for row in found]
    samples = []
    for run in range(scale.runs):
        wishes: list[Command] = [
            command(target, ChangeTags(add=(f"run-{run}",)), cmd_id=new_id()) for target in targets
        ]
        begun = time.perf_counter()
        server.execute(actor, *wishes)
        samples.append(len(wishes) / (time.perf_counter() - begun))
    return Figure("server.commands", "commands/s", tuple(samples), None, "≥ 3,000")


def _process(data: Path, scale: Scale) -> Iterator[Figure]:
    """A real server process: command to ready line, and its memory then."""
    starts, memory = [], []
    for _ in range(scale.runs):
        begun = time.perf_counter()
        with served(data) as server:
            starts.append((time.perf_counter() - begun) * 1000)
            memory.append(pss_mb(server.pid))
    bare = repeated(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 5, 1000)
    yield Figure("server.start", "ms", tuple(starts), percentile(bare, 0.5), "≤ 1,000")
    yield Figure("server.memory", "MB PSS", tuple(memory), None, "≤ 100")
