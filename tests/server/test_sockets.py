"""A message put on a real socket at once: received as sent, refused where it would have to wait."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError
from websockets.frames import CloseCode

from console.kernel.tasks import Tasks
from console.server.config import ServerConfig
from console.server.live_socket import Receive, Scope, Send
from console.server.serve import uvicorn_config
from console.server.sockets import put_of
from console.sync.wire import MAX_ASKED_BYTES
from tests.parts.ports import listening
from tests.parts.until import until

pytestmark = pytest.mark.anyio
Put = Callable[[str | bytes], bool]
LARGE = bytes(range(256)) * 4_000


class Served:
    """A web server whose sockets are accepted and kept; what is heard on them is in `heard`."""

    def __init__(self) -> None:
        self.put: Put | None = None
        self.send: Send | None = None
        self.heard: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        self.put, self.send = put_of(scope), send
        await receive()
        assert not self.put("too early: nobody was let in yet")
        await send({"type": "websocket.accept"})
        while (event := await receive())["type"] == "websocket.receive":
            self.heard.append(event["text"])


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Served, str]]:
    app, listener, tasks = Served(), listening(), Tasks()
    server = uvicorn.Server(uvicorn_config(ServerConfig(tmp_path), app))
    running = tasks.spawn(server.serve([listener]), name="web server")
    yield app, f"ws://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await running
    listener.close()


async def seated(served: tuple[Served, str], console: ClientConnection) -> Put:
    """How to put something on the console's socket, once it listens."""
    app, _ = served
    await console.send("here")
    await until(lambda: app.heard, "the console's first word")
    assert app.put is not None
    return app.put


async def test_what_is_put_arrives_as_it_was_put(served: tuple[Served, str]) -> None:
    async with connect(served[1]) as console:
        put = await seated(served, console)
        said: list[str | bytes] = ["short", "Grüße 🎉 " * 30, b"", LARGE[:70_000], "", b"\x00"]
        for data in said:
            assert put(data)
            assert await console.recv() == data


async def test_who_does_not_read_is_put_nothing_more_and_misses_nothing(
    served: tuple[Served, str],
) -> None:
    async with connect(served[1], max_queue=1) as console:
        put = await seated(served, console)
        count = 0
        while put(LARGE):
            count += 1
            assert count < 100, "what is not read may not pile up here"
        assert served[0].send is not None
        waiting = asyncio.ensure_future(served[0].send({"type": "websocket.send", "text": "last"}))
        assert [await console.recv() for _ in range(count)] == [LARGE] * count
        assert await console.recv() == "last"
        await waiting
        assert put("and on")
        assert await console.recv() == "and on"


async def test_who_has_gone_is_put_nothing(served: tuple[Served, str]) -> None:
    async with connect(served[1]) as console:
        put = await seated(served, console)
    await until(lambda: not put("are you there?"), "the server to notice")


async def test_who_says_too_much_at_once_is_hung_up_on(served: tuple[Served, str]) -> None:
    async with connect(served[1]) as console:
        await console.send("x" * MAX_ASKED_BYTES)
        await until(lambda: served[0].heard, "what is just not too much")
        await console.send("x" * (MAX_ASKED_BYTES + 1))
        with pytest.raises(ConnectionClosedError) as closed:
            await console.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.MESSAGE_TOO_BIG
    assert [len(heard) for heard in served[0].heard] == [MAX_ASKED_BYTES]
