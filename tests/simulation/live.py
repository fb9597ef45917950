"""The live socket in memory: an ASGI WebSocket on the server's side, a console's socket on the other."""

import asyncio
from collections import deque
from types import SimpleNamespace
from typing import Any, Self

from uvicorn.protocols.utils import ClientDisconnected
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK
from websockets.frames import Close

from console.server.sockets import PUT
from console.sync import wire
from console.sync.client.http import CONNECT_S
from console.sync.frames import SUBPROTOCOL, Welcome
from tests.simulation.path import SILENCE_S, Direction, Path
from tests.simulation.server import SimServer
from tests.simulation.wires import short

SCOPE: dict[str, Any] = {
    "type": "websocket",
    "asgi": {"version": "3.0", "spec_version": "2.4"},
    "http_version": "1.1",
    "scheme": "ws",
    "server": ("127.0.0.1", 8425),
    "root_path": "",
    "path": "/sync/v1/live",
    "raw_path": b"/sync/v1/live",
    "query_string": b"",
    "headers": [(b"host", b"127.0.0.1:8425")],
    "subprotocols": [SUBPROTOCOL],
}
NORMAL, GOING_AWAY = 1000, 1012


async def open_live(path: Path) -> "Socket":
    """A console's live socket over this path. Raises what the real one raises."""
    await asyncio.sleep(path.latency())
    if not path.reachable:
        raise ConnectionRefusedError("nobody listens")
    line = Line(path, path.server)
    try:
        async with asyncio.timeout(CONNECT_S):
            await line.accepted
    except BaseException:
        line.cut()
        raise
    return line.socket


class Line:
    """One socket's connection and the server's end of it."""

    def __init__(self, path: Path, server: SimServer) -> None:
        self.path = path
        self.accepted: asyncio.Future[None] = path.loop.create_future()
        self.up = path.wire("up", self._to_server)
        self.down = path.wire("down", self._to_desk)
        self.socket = Socket(self)
        self._server = server
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._gone = False  # the server's end knows that nobody is there
        self._incoming.put_nowait({"type": "websocket.connect"})
        path.opened(self)
        server.process.at_death(self.cut)
        server.connections[self] = None
        server.process.spawn(self._serve(), "socket")

    # -- the server's end

    async def _serve(self) -> None:
        client = (f"desk-{self.path.name}", 1)
        scope = {**SCOPE, "client": client, "state": {}, "extensions": {PUT: {"put": self._put}}}
        try:
            await self._server.app(scope, self._receive, self._send)
        except ClientDisconnected:
            pass  # what uvicorn does
        finally:
            self._server.connections.pop(self, None)
            if self._server.process.alive:
                self.down.put(Close(NORMAL, ""))

    async def _receive(self) -> dict[str, Any]:
        return await self._incoming.get()

    async def _send(self, message: dict[str, Any]) -> None:
        if self._gone:
            raise ClientDisconnected
        match message["type"]:
            case "websocket.accept":
                self.down.put(None)
            case "websocket.send":
                data = message.get("text") or message.get("bytes") or b""
                frame = wire.unpack_server(data)
                self._server.sends(self.path, frame)
                await self.down.send(data)
                if self._gone:
                    raise ClientDisconnected
            case "websocket.close":
                self.down.put(Close(message["code"], ""))

    def _put(self, data: str | bytes) -> bool:
        if self._gone or not self.down.has_room:
            return False
        self._server.sends(self.path, wire.unpack_server(data))
        self.down.put(data)
        return True

    def _to_server(self, thing: Any) -> None:
        if isinstance(thing, Close):
            self._lost(thing.code)
            return
        kind = "text" if isinstance(thing, str) else "bytes"
        self.path.note(f"→ {_told(wire.unpack_client(thing))}")
        self._incoming.put_nowait({"type": "websocket.receive", kind: thing})
        self.path.counted(self)

    def _lost(self, code: int) -> None:
        if not self._gone:
            self._gone = True
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": code})
            self.down.cut()

    def go_away(self) -> None:
        """The server stops: it says so to both ends."""
        self.down.put(Close(GOING_AWAY, ""))
        if not self._gone:
            self._gone = True
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": GOING_AWAY})

    # -- the desk's end

    def _to_desk(self, thing: Any) -> None:
        if thing is None:
            if not self.accepted.done():
                self.accepted.set_result(None)
        elif isinstance(thing, Close):
            self.socket.end(thing)
            self._lost(thing.code)
            self.path.closed(self)
        else:
            self.down.unread += 1
            frame = wire.unpack_server(thing)
            self.path.note(f"← {_told(frame)}")
            if isinstance(frame, Welcome):
                self.path.welcomed(self, frame)
            self.socket.arrived(thing)
            self.path.counted(self)

    # -- faults

    def cut(self) -> None:
        """Both ends learn that the connection is broken."""
        self._drop("up")
        self._drop("down")

    def lose(self, end: Direction) -> None:
        """One end gives the connection up: `up` the server's, `down` the desk's.

        The other learns of it when its pings go unanswered.
        """
        self._drop(end)
        other: Direction = "down" if end == "up" else "up"
        self.path.loop.call_later(self.path.dice.uniform(*SILENCE_S), self._drop, other)

    def _drop(self, end: Direction) -> None:
        if end == "up":
            self._lost(1006)
        else:
            self.up.cut()
            if not self.accepted.done():
                self.accepted.set_exception(ConnectionResetError("connection lost"))
                self.accepted.exception()  # whoever waits gets it; nobody may
            self.socket.end(None)
            self.path.closed(self)


class Socket:
    """What `console.sync.client.line` uses of a websockets connection."""

    def __init__(self, line: Line) -> None:
        self.transport = SimpleNamespace(abort=line.cut)
        self._line = line
        self._arrived: deque[str | bytes] = deque()
        self._news = asyncio.Event()
        self._ended = False
        self._close: Close | None = None

    def arrived(self, data: str | bytes) -> None:
        """A frame of the server's is here."""
        self._arrived.append(data)
        self._news.set()

    def end(self, close: Close | None) -> None:
        """Nothing comes any more; `close` is what the server said, None when it was cut off."""
        if not self._ended:
            self._ended, self._close = True, close
            self._news.set()

    def _error(self) -> Exception:
        if self._close is not None and self._close.code in (NORMAL, 1001):
            return ConnectionClosedOK(self._close, None)
        return ConnectionClosedError(self._close, None)

    async def send(self, data: str | bytes) -> None:
        if self._ended:
            raise self._error()
        self._line.up.put(data)

    async def close(self) -> None:
        if not self._ended:
            self.end(Close(NORMAL, ""))
            self._line.up.put(Close(NORMAL, ""))
            self._line.path.closed(self._line)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __aiter__(self) -> "Socket":
        return self

    async def __anext__(self) -> str | bytes:
        while not self._arrived:
            if self._ended:
                error = self._error()
                if isinstance(error, ConnectionClosedOK):
                    raise StopAsyncIteration
                raise error
            self._news.clear()
            await self._news.wait()
        self._line.down.taken()
        return self._arrived.popleft()


def _told(frame: Any) -> str:
    """A frame in a few words, for the trace."""
    told = [type(frame).__name__.lower()]
    for name in ("cursor", "hwm", "from_seq", "to_seq", "seq", "head", "mode", "add", "remove",
                 "reason", "code", "scopes", "last_n", "at"):  # fmt: skip
        value = getattr(frame, name, None)
        if isinstance(value, int | str | tuple):
            told.append(f"{name}={short(value)}")
    told += [
        f"{change.op}:{change.k}:{str(change.id)[-4:]}@{short(change.rev)}"
        for change in getattr(frame, "changes", ())
    ]
    return " ".join(told)
