"""HTTP in memory: each request runs on the server's ASGI app, and the path decides what arrives."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx

from console.sync.client.http import ANSWER_S, CONNECT_S
from tests.simulation.path import Direction, Mishap, Path
from tests.simulation.server import SimServer

MANY = 1_000_000
END = None
LATE_S = (0.5, 25.0)
"""When a request comes that was given up: while its successors are decided."""


class Way(httpx.AsyncBaseTransport):
    """The transport under a console's HTTP client."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def client(self, url: str) -> httpx.AsyncClient:
        """A client over this path, with the real one's deadlines."""
        return httpx.AsyncClient(
            base_url=url,
            transport=self,
            timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path, body = self._path, await request.aread()
        await asyncio.sleep(path.latency())
        if not path.reachable:
            raise httpx.ConnectError("nobody listens")
        mishap = path.mishap()
        path.note(f"⇒ {request.url.path} {len(body)} B{f' ({mishap})' if mishap else ''}")
        if mishap in ("lose", "stale"):
            if mishap == "stale":
                path.loop.call_later(path.dice.uniform(*LATE_S), _again, path, request, body)
            raise httpx.ReadError("the connection broke before the request arrived")
        if mishap == "duplicate":
            path.loop.call_later(path.dice.uniform(0.0, 5.0), _again, path, request, body)
        if mishap == "delay":
            await asyncio.sleep(path.dice.uniform(0.5, 15.0))
        exchange = Exchange(path, path.server, request, body, mishap)
        try:
            async with asyncio.timeout(ANSWER_S):
                status, headers = await exchange.begun()
        except TimeoutError:
            exchange.leave()
            raise httpx.ReadTimeout("no answer") from None
        except BaseException:
            exchange.leave()
            raise
        return httpx.Response(status, headers=headers, stream=_Body(exchange), request=request)


def _again(path: Path, request: httpx.Request, body: bytes) -> None:
    """The same request once more; nobody waits for its answer."""
    if path.reachable:
        path.note(f"⇒ {request.url.path} {len(body)} B, late")
        Exchange(path, path.server, request, body, None)


class _Body(httpx.AsyncByteStream):
    """The answer as it comes in."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            try:
                async with asyncio.timeout(ANSWER_S):
                    chunk = await self._exchange.chunk()
            except TimeoutError:
                raise httpx.ReadTimeout("the answer stopped") from None
            if chunk is END:
                return
            yield chunk

    async def aclose(self) -> None:
        self._exchange.leave()


class Exchange:
    """One request and its answer, on a connection of its own."""

    def __init__(
        self, path: Path, server: SimServer, request: httpx.Request, body: bytes,
        mishap: Mishap | None,
    ) -> None:  # fmt: skip
        self.path = path
        self._server = server
        self._scope = _scope(path, request)
        self._body = body
        self._asked = False
        self._left = asyncio.Event()  # the desk does not listen any more
        self._answer: asyncio.Queue[Any] = asyncio.Queue()
        self._over = False
        self._told = server.listener(path, request.url.path)
        limits = {"lose_answer": 0, "cut_answer": 1 + path.dice.randrange(4)}
        self._limit = limits.get(mishap or "", MANY)
        self.up = path.wire("up", self._arrived)
        self.down = path.wire("down", self._answered)
        path.opened(self)
        server.process.at_death(self.cut)
        self.up.put("request")

    # -- the server's end

    def _arrived(self, _: Any) -> None:
        if self._server.up and self._server.process.alive:
            self._server.process.spawn(self._serve(), "request")
        else:
            self.cut()

    async def _serve(self) -> None:
        self._server.connections[self] = None
        try:
            await self._server.app(self._scope, self._receive, self._send)
        finally:
            self._server.connections.pop(self, None)

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if self._over:
            return
        self._limit -= 1
        if self._limit < 0:
            self.cut()
            return
        if message["type"] == "http.response.start":
            self.down.put(message)
            return
        self._told(message.get("body", b""))
        await self.down.send(message)

    def go_away(self) -> None:
        """The server stops; what it is answering may be finished first."""

    # -- the desk's end

    def _answered(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [(bytes(k), bytes(v)) for k, v in message["headers"]]
            self._answer.put_nowait((message["status"], headers))
            return
        if message.get("body"):
            self.down.unread += 1
            self._answer.put_nowait(message["body"])
        if not message.get("more_body"):
            self._answer.put_nowait(END)
            self.leave()

    async def begun(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Status and headers. Raises httpx.ReadError when the connection breaks before."""
        found = await self._answer.get()
        if isinstance(found, Exception):
            raise found
        status, headers = found
        self.path.note(f"⇐ {status} {self._scope['path']}")
        return status, headers

    async def chunk(self) -> bytes | None:
        """The next part of the answer, END after the last. Raises httpx.ReadError."""
        found = await self._answer.get()
        if isinstance(found, Exception):
            raise found
        if found is not END:
            self.down.taken()
        return found

    # -- ends and faults

    def leave(self) -> None:
        """The desk is done with it."""
        self._left.set()
        self._over = True
        self.path.closed(self)
        self.up.cut()
        self.down.cut()

    def cut(self) -> None:
        """Both ends learn that the connection is broken."""
        self.lose("up")
        self.lose("down")

    def lose(self, end: Direction) -> None:
        """One end gives it up: `up` the server's, `down` the desk's."""
        if end == "up":
            self._left.set()
            return
        if not self._over:
            self._answer.put_nowait(httpx.ReadError("the connection broke"))
            self._over = True
            self.path.closed(self)
            self.up.cut()
            self.down.cut()


def _scope(path: Path, request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http",
        "method": request.method,
        "server": ("127.0.0.1", 8425),
        "client": (f"desk-{path.name}", 1),
        "root_path": "",
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "headers": [(key.lower(), value) for key, value in request.headers.raw],
        "state": {},
        "extensions": {},
    }
