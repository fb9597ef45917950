"""Everything that is asked for over HTTP: pages, what is lacking, older parts, comparisons.

Each is a coroutine that ends when it is in the cache, and raises what went wrong.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import httpx
from msgspec import Struct, structs

from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.crash import crash_here
from console.kernel.errors import Refused, Unavailable
from console.store.worker import Worker
from console.sync import wire
from console.sync.asking import (
    BootEnd,
    BootLine,
    BootPage,
    BootStart,
    Bootstrap,
    Digests,
    Found,
    Older,
    Summed,
)
from console.sync.client.actions import Fetch
from console.sync.client.holdings import Guard
from console.sync.client.http import JSON, check, read
from console.sync.client.replica import Replica
from console.sync.client.standing import Boot, Touched
from console.sync.records import Change

T = TypeVar("T")
COMPARED_AT_ONCE = 4_096

Write = Callable[[Callable[[], Touched | None]], Awaitable[None]]


class Web:
    """The server's HTTP doors for one session; nothing goes out while `offline` is set.

    `client` becomes its own: it is closed with it.
    """

    def __init__(self, client: httpx.AsyncClient, token: str, offline: asyncio.Event) -> None:
        self._client = client
        self._client.headers["authorization"] = f"Bearer {token}"
        self._offline = offline

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def refuse_offline(self) -> None:
        """Raise Unavailable while somebody works offline."""
        if self._offline.is_set():
            raise Unavailable("Kept offline.")

    async def post(self, path: str, body: bytes) -> bytes:
        """The answer's body. Raises Unavailable, SignedOut, Refused."""
        self.refuse_offline()
        try:
            response = await self._client.post(path, content=body, headers=JSON)
        except httpx.TransportError as error:
            raise Unavailable("The server does not answer.") from error
        check(response)
        return response.content

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer, whatever it says. Raises Unavailable offline, httpx.TransportError."""
        self.refuse_offline()
        return await self._client.request(method, path, **more)

    @asynccontextmanager
    async def stream(self, method: str, path: str, **more: Any) -> AsyncIterator[httpx.Response]:
        """The answer as it comes in. Raises what `request` raises."""
        self.refuse_offline()
        async with self._client.stream(method, path, **more) as answer:
            yield answer

    async def ask(self, path: str, asked: Struct, kind: type[T]) -> T:
        """The answer to a question, typed. Raises what `post` raises."""
        return read(await self.post(path, codec.encode(asked)), kind)

    async def lines(self, path: str, asked: Struct) -> AsyncIterator[BootLine | Change]:
        """The lines of a bootstrap as they come in. Also raises httpx.TransportError."""
        self.refuse_offline()
        request = self._client.build_request(
            "POST", path, content=codec.encode(asked), headers=JSON
        )
        response = await self._client.send(request, stream=True)
        try:
            if response.status_code != 200:
                await response.aread()
            check(response)
            lines = wire.Lines()
            async for chunk in response.aiter_raw():
                self.refuse_offline()
                for line in lines.feed(chunk):
                    yield line
        finally:
            await response.aclose()


class Fetching:
    """Fetches into the replica. `write` runs a transaction and tells what it touched."""

    def __init__(
        self, web: Web, replica: Replica, worker: Worker, clock: Clock, write: Write
    ) -> None:
        self._web = web
        self._replica = replica
        self._worker = worker
        self._clock = clock
        self._write = write

    # -- everything, in pages

    async def everything(self, asked: Fetch, paged: Callable[[Boot], None]) -> None:
        """Fetch all pages, on from the boot's token; compare at the end if that was asked."""
        crash_here("engine.fetch")
        guard = self._replica.guard()
        try:
            boot = asked.boot
            if boot is None or not boot.paged:
                boot = await self._pages(asked, guard, paged)
            if boot.compare:
                await self._compare(boot.border, None, force=boot.force)
            crash_here("engine.fetched")
            await self._write(self._replica.end_boot)
            crash_here("engine.fetch.done")
        finally:
            self._replica.release(guard)

    async def _pages(self, asked: Fetch, guard: Guard, paged: Callable[[Boot], None]) -> Boot:
        boot, rows = asked.boot, list[Change]()
        body = Bootstrap(
            scopes=asked.scopes, resume=boot.token if boot else None, working=True,
            since=boot.since if boot else asked.since,
        )  # fmt: skip
        async for line in self._web.lines("/sync/v1/bootstrap", body):
            match line:
                case Change():
                    rows.append(line)
                case BootStart() if boot is None:
                    boot = _begun(line, asked)
                    begin = partial(self._replica.begin_boot, boot, line.installation)
                    await self._worker.run(begin)
                    crash_here("engine.fetch.begun")
                case BootStart() if self._replica.standing.is_of_another(line.installation):
                    raise Refused("bad_resume", "Another installation gave that token.")
                case BootPage(token, as_of) if boot is not None:
                    boot = structs.replace(boot, token=token, got=boot.got + len(rows))
                    await self._take(rows, boot, as_of, guard)
                    crash_here("engine.page")
                    paged(boot)
                    rows = []
                case BootEnd(as_of) if boot is not None:
                    boot = structs.replace(boot, paged=True, got=boot.got + len(rows))
                    await self._take(rows, boot, as_of, guard)
                    paged(boot)
                    return boot
        raise Unavailable("The bootstrap ended early.")

    async def _take(self, rows: list[Change], boot: Boot, as_of: int, guard: Guard) -> None:
        await self._write(lambda: self._replica.absorb_page(rows, boot, as_of, guard))

    # -- beside the live frames

    async def supply(self) -> None:
        """Fetch what surrounds some of the records that lack it."""
        for wanted in await self._worker.run(self._replica.lacking):
            guard = self._replica.guard()
            try:
                found = await self._web.ask("/sync/v1/records", wanted, Found)
                crash_here("engine.supply")
                await self._write(partial(self._replica.supply, wanted, found, guard))
                crash_here("engine.supplied")
            finally:
                self._replica.release(guard)

    async def older(self, asked: Older) -> None:
        """Fetch older children of a parent."""
        guard = self._replica.guard()
        try:
            found = await self._web.ask("/sync/v1/older", asked, Found)
            await self._write(partial(self._replica.deepen, asked.parent, found, guard))
        finally:
            self._replica.release(guard)

    async def audit(self) -> None:
        """Compare the whole cache with the server and mend what differs."""
        guard = self._replica.guard()
        try:
            await self._compare(self._replica.standing.border, guard, force=False)
        finally:
            self._replica.release(guard)
        now = self._clock.now()
        await self._write(lambda: self._replica.audited(now))

    async def _compare(self, border: int, guard: Guard | None, *, force: bool) -> None:
        crash_here("engine.compare")
        told = await self._web.ask("/sync/v1/digests", Summed(border=border), Digests)
        for kind in told.kinds:
            asked = partial(self._replica.comparing.questions, kind, told, border, COMPARED_AT_ONCE)
            for question in await self._worker.run(asked):
                found = await self._web.ask("/sync/v1/compare", question, Found)
                if found.changes:
                    crash_here("engine.mend")
                    await self._write(partial(self._replica.mend, found, guard, force=force))
                    crash_here("engine.mended")


def _begun(start: BootStart, asked: Fetch) -> Boot:
    return Boot(
        start=start.start, epoch=start.epoch, totals=start.totals, scopes=asked.scopes,
        granted=start.scopes, since=asked.since, border=start.border, compare=asked.compare,
        force=asked.force,
    )  # fmt: skip
