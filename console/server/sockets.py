"""The web server's sockets, with a way to send what many are sent alike without a turn for each."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN

from console.sync.server.fanout import KEPT_MOST

PUT = "parley.put"
"""What the sockets' scope has among its extensions: `{"put": put}`, see `Sockets.put`."""


class Sockets(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket, which can also send at once.

    Its own way, a coroutine and the protocol's state for each frame and console, took twice the
    time of all else that one more console costs in telling it a change.
    """

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"] or {}
        self.scope["extensions"] = {**extensions, PUT: {"put": self.put}}
        await super().run_asgi()

    def put(self, data: str | bytes) -> bool:
        """Send one message now; False when it would have to wait, or nobody listens any more."""
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        if not self.handshake_complete or self.conn.state is not OPEN:
            return False
        self.transport.write(framed(data))
        return True


@lru_cache(maxsize=KEPT_MOST)
def framed(data: str | bytes) -> bytes:
    """A message in the one frame that a server sends it in, RFC 6455 section 5.2: it masks nothing."""
    if isinstance(data, str):
        return Frame(Opcode.TEXT, data.encode()).serialize(mask=False)
    return Frame(Opcode.BINARY, data).serialize(mask=False)


def put_of(scope: dict[str, Any]) -> Callable[[str | bytes], bool]:
    """How to send at once on the socket of this scope; where it cannot, that always says False."""
    found: Callable[[str | bytes], bool] | None = (
        scope.get("extensions", {}).get(PUT, {}).get("put")
    )
    return found or _cannot


def _cannot(_: str | bytes) -> bool:
    return False
