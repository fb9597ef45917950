"""A TCP proxy that does to connections what networks do; every fault is switched while it runs."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from console.kernel.tasks import Tasks

READ_BYTES = 64 * 1024
_RESET_AT_ONCE = struct.pack("ii", 1, 0)
Side = Literal["client", "server"]


@dataclass
class Weather:
    """What befalls bytes in one direction. `hole` holds them back, as TCP does when packets vanish."""

    latency_s: float = 0.0
    bytes_per_s: float = 0.0
    slice_bytes: int = 0
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._open.set()

    @property
    def hole(self) -> bool:
        """Whether nothing gets through."""
        return not self._open.is_set()

    @hole.setter
    def hole(self, shut: bool) -> None:
        if shut:
            self._open.clear()
        else:
            self._open.set()

    async def passed(self) -> None:
        """Wait until bytes get through."""
        await self._open.wait()


@dataclass(eq=False)
class _Connection:
    """One connection of a client, and those of ours that stand for it."""

    client: asyncio.StreamWriter
    servers: list[asyncio.StreamWriter]
    carried: int = 0
    ghost: bool = False  # one side has vanished; the other hears nothing of it, ever

    def drop(self, *writers: asyncio.StreamWriter) -> None:
        for writer in writers or (self.client, *self.servers):
            _reset(writer)


class FaultProxy:
    """Stands before a server on loopback; `url` is where consoles call.

    `up` and `down` are the weather towards the server and back. `reset_after` cuts every
    connection, old and new, once it has carried so many bytes. With `duplicate` each new
    connection is made twice, and the server hears everything twice.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self.up, self.down = Weather(), Weather()
        self.reset_after: Callable[[], int] | None = None
        self.duplicate = False
        self.cut = 0  # how many connections `reset_after` ended
        self._connections: set[_Connection] = set()
        self._tasks = Tasks()
        self._closed = False

    async def open(self) -> "FaultProxy":
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._met, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def close(self) -> None:
        """Cut everything."""
        self._server.close()
        self._closed = True
        await self._tasks.close()
        self.reset()

    # -- faults

    def calm(self) -> None:
        """Fine weather again; what has vanished stays so."""
        for weather in (self.up, self.down):
            weather.latency_s = weather.bytes_per_s = 0.0
            weather.slice_bytes = 0
            weather.hole = False
        self.reset_after, self.duplicate = None, False

    def reset(self) -> None:
        """Cut every connection now, with RST."""
        for connection in list(self._connections):
            connection.drop()

    def vanish(self, side: Side) -> None:
        """Let one side of every connection be gone while the other hears nothing of it."""
        for connection in self._connections:
            if not connection.servers:
                continue  # nobody has met yet
            connection.ghost = True
            if side == "server":
                connection.drop(*connection.servers)
            else:
                connection.drop(connection.client)

    # -- carrying

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._closed:  # it was on its way in
            _reset(writer)
            return
        connection = _Connection(writer, [])
        self._connections.add(connection)
        self._tasks.spawn(self._meet(connection, reader), name="meet")

    async def _meet(self, connection: _Connection, reader: asyncio.StreamReader) -> None:
        heard: list[asyncio.StreamReader] = []
        try:
            for _ in range(2 if self.duplicate else 1):
                source, sink = await asyncio.open_connection("127.0.0.1", self._target)
                heard.append(source)
                connection.servers.append(sink)
        except OSError:
            connection.drop()
            self._connections.discard(connection)
            return
        first, *others = heard
        for source, sinks, weather in (
            (reader, connection.servers, self.up),
            (first, [connection.client], self.down),
            *((other, [], self.down) for other in others),
        ):
            self._tasks.spawn(self._carry(connection, source, sinks, weather), name="carry")

    async def _carry(
        self, connection: _Connection, source: asyncio.StreamReader,
        sinks: list[asyncio.StreamWriter], weather: Weather,
    ) -> None:  # fmt: skip
        limit = self.reset_after() if self.reset_after else 0
        with suppress(OSError):
            while data := await source.read(READ_BYTES):
                await self._put(connection, data, sinks, weather)
                connection.carried += len(data)
                if limit and connection.carried > limit:
                    self.cut += 1
                    connection.drop()
                    return
        if connection.ghost:
            return  # no FIN: whoever is left finds out for themselves
        await weather.passed()
        if sinks:
            connection.drop() if source.exception() else self._finish(sinks)
        if all(
            writer.transport.is_closing() for writer in (connection.client, *connection.servers)
        ):
            self._connections.discard(connection)

    async def _put(
        self, connection: _Connection, data: bytes, sinks: list[asyncio.StreamWriter],
        weather: Weather,
    ) -> None:  # fmt: skip
        if weather.latency_s:
            await asyncio.sleep(weather.latency_s)
        step = weather.slice_bytes or len(data)
        for start in range(0, len(data), step):
            await weather.passed()
            if connection.ghost:
                return
            piece = data[start : start + step]
            for sink in sinks:
                if not sink.transport.is_closing():
                    sink.write(piece)
                    await sink.drain()
            if weather.bytes_per_s:
                await asyncio.sleep(len(piece) / weather.bytes_per_s)

    def _finish(self, sinks: list[asyncio.StreamWriter]) -> None:
        for sink in sinks:
            if not sink.transport.is_closing():
                sink.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST instead of FIN."""
    raw = writer.get_extra_info("socket")
    if raw is not None and not writer.transport.is_closing():
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
    writer.transport.abort()
