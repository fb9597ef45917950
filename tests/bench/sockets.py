"""A WebSocket client that costs next to nothing: hundreds of them in one process must not be what is measured."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from urllib.parse import urlsplit

from console.sync.frames import SUBPROTOCOL

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_LAST = 0x80


class Raw(asyncio.Protocol):
    """One socket. `take(payload, is_text)` has each message, `read` follows what came at once."""

    def __init__(
        self, host: str, take: Callable[[bytes, bool], None], read: Callable[[], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        self.open: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self._host, self._take, self._read = host, take, read
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport), "a TCP connection"
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /sync/v1/live HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.open.done():
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.abort()
                return
            self._buffer = rest
            self.open.set_result(None)
        while self._frame():
            pass
        self._read()

    def _frame(self) -> bool:
        """Take one whole frame off the buffer; a server masks none and cuts none in parts."""
        buffer, start = self._buffer, 2
        if len(buffer) < start:
            return False
        kind, size = buffer[0] & 0x0F, buffer[1]
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(buffer) < start:
                return False
            (size,) = struct.unpack(">H" if start == 4 else ">Q", buffer[2:start])
        if len(buffer) < start + size:
            return False
        payload, self._buffer = buffer[start : start + size], buffer[start + size :]
        if kind in (TEXT, BINARY):
            self._take(payload, kind == TEXT)
        elif kind == PING:
            self._put(PONG, payload)
        elif kind == CLOSE:
            self.abort()
        return True

    def send(self, text: str) -> None:
        """One text message."""
        self._put(TEXT, text.encode())

    def _put(self, kind: int, payload: bytes) -> None:
        # Masked with zeros: a mask must be there, and this one costs nothing.
        size = len(payload)
        head = struct.pack(">BB", _LAST | kind, 0x80 | size) if size < 126 else (
            struct.pack(">BBH", _LAST | kind, 0x80 | 126, size)
        )  # fmt: skip
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head + bytes(4) + payload)

    def abort(self) -> None:
        """End it without a word."""
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        for waiting in (self.open, self.gone):
            if not waiting.done():
                waiting.set_result(None)


async def dial(url: str, take: Callable[[bytes, bool], None], read: Callable[[], None]) -> Raw:
    """An open socket to a server. Raises OSError."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    loop = asyncio.get_running_loop()
    _, raw = await loop.create_connection(lambda: Raw(f"{host}:{port}", take, read), host, port)
    await raw.open
    if raw.gone.done():
        raise OSError("the server does not want us")
    return raw
