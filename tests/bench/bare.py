"""The limit of live sync: a web server that passes what is posted on to every socket, no more.

`python -m tests.bench.bare PORT`; it speaks just enough of the protocol for the same crowd.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import uvicorn

from console.kernel.ids import new_id
from console.sync import wire
from console.sync.frames import PROTO, SUBPROTOCOL, Welcome
from console.sync.records import Epoch
from tests.bench.process import Served
from tests.parts.ports import free_port

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
_sockets: set[Send] = set()


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Sockets are greeted and kept; a POST goes to all of them as text."""
    if scope["type"] == "websocket":
        with suppress(OSError):
            await _listen(receive, send)
    else:
        body, more = b"", True
        while more:
            event = await receive()
            body, more = body + event.get("body", b""), event.get("more_body", False)
        for each in list(_sockets):
            with suppress(OSError):  # it has just gone
                await each({"type": "websocket.send", "text": body.decode()})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _listen(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
    if (await receive())["type"] == "websocket.disconnect":
        return
    welcome = Welcome(
        session=new_id(), proto=PROTO, epoch=Epoch(1, 1), head=0, server_time=datetime.now(UTC),
        scopes=(), mode="live", last_n=0,
    )  # fmt: skip
    await send({"type": "websocket.send", "text": wire.pack(welcome)})
    _sockets.add(send)
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        _sockets.discard(send)


def main(port: int) -> None:
    """Serve until killed; says `ready` first."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        app, ws="websockets-sansio", ws_per_message_deflate=False, log_config=None,
        access_log=False, lifespan="off",
    )  # fmt: skip
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    asyncio.run(uvicorn.Server(config).serve([listener]))


@contextmanager
def bare() -> Iterator[Served]:
    """The process until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bare", str(port)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None, "stdout is a pipe"
    try:
        assert process.stdout.readline() == "ready\n", "it starts"
        yield Served(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.kill()
        process.wait(20)
        process.stdout.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
