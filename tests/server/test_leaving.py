"""A server that stops, and one that is stormed: who is told what, and when to come back."""

import asyncio
import threading
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from console.kernel import codec
from console.kernel.errors import Unavailable
from console.kernel.ids import new_id
from console.server import leaving
from console.server.app import make_app
from console.server.leaving import BUSY_S, COME_BACK_S, MAX_BOOTSTRAPS, Guests, Turnstile
from console.sync import wire
from console.sync.asking import PAGE_ROWS, BootEnd, BootStart, Bootstrap
from console.sync.frames import BYE_RESTART, Bye, Welcome
from console.sync.records import Retry
from tests.parts import web
from tests.parts.acts import received
from tests.parts.server import CONTROL, LiveServer
from tests.parts.until import until
from tests.server.test_sync_routes import bye, fill, hear, hello, lines, post, socket


def test_whoever_is_here_is_told_when_to_come_back(server: LiveServer) -> None:
    head = server.call(server.core.read(server.core.feed.head))
    said = []
    with ExitStack() as stack:
        sockets = []
        for name in ("Ana Kovac", "Ben Ode", "Cleo Ruiz"):
            device = new_id()
            token = server.token(server.add_user(name), device)
            opened = stack.enter_context(socket(server))
            opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
            welcome = hear(opened)
            while not isinstance(welcome, Welcome):
                welcome = hear(opened)
            sockets.append(opened)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        for opened in sockets:
            frame = hear(opened)
            while not isinstance(frame, Bye):
                frame = hear(opened)
            said.append(frame)
            with pytest.raises(ConnectionClosed):
                opened.recv(timeout=20)
        stopping.join(30)
    assert [frame.code for frame in said] == [BYE_RESTART] * 3
    waits = [frame.retry_after_s or 0 for frame in said]
    assert all(COME_BACK_S[0] <= wait <= COME_BACK_S[1] for wait in waits)
    assert len(set(waits)) > 1


def test_a_stopping_server_decides_no_more_commands_and_forgets_none(server: LiveServer) -> None:
    operator = server.operator()
    before, after = received(email="1@mail.test"), received(email="2@mail.test")

    async def work() -> tuple[Any, Any]:
        decided = server.core.write(lambda tx: server.core.dispatch.execute(tx, operator, before))
        server.core.hub.leave()
        (late,) = await server.core.execute(operator, [after])
        return (await decided).settled, late.outcome

    done, refused = server.call(work())
    assert done.seq
    assert isinstance(refused, Retry)
    assert COME_BACK_S[0] <= refused.after_s <= COME_BACK_S[1]


def test_who_comes_while_it_stops_is_sent_on(server: LiveServer) -> None:
    device = new_id()
    token = server.token(server.add_user("Ana Kovac"), device)
    head = server.call(server.core.read(server.core.feed.head))
    server.core.hub.leaving = True
    with socket(server) as opened:
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        frame = hear(opened)
        assert isinstance(frame, Welcome)
        assert bye(opened) == BYE_RESTART


def test_only_so_many_fetch_everything_at_a_time(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stampede: the first ones are served, the others are asked to come back."""
    token = server.token(server.add_user("Ana Kovac", teams=("Europe",)))
    fill(server, 2 * PAGE_ROWS)
    real, go_on = server.core.read, asyncio.Event()

    async def slow(work: Any) -> Any:
        if "_pages" in getattr(work, "__qualname__", ""):
            await go_on.wait()
        return await real(work)

    monkeypatch.setattr(server.core, "read", slow)
    answers: list[httpx.Response] = []

    def fetch() -> None:
        answers.append(post(server, "/sync/v1/bootstrap", token, Bootstrap()))

    fetching = [threading.Thread(target=fetch) for _ in range(MAX_BOOTSTRAPS)]
    for each in fetching:
        each.start()
    server.call(until_full(server))
    turned_away = [post(server, "/sync/v1/bootstrap", token, Bootstrap()) for _ in range(5)]
    server._loop.call_soon_threadsafe(go_on.set)
    for each in fetching:
        each.join(60)
    assert [answer.status_code for answer in turned_away] == [503] * 5
    waits = [int(answer.headers["retry-after"]) for answer in turned_away]
    assert all(BUSY_S[0] <= wait <= BUSY_S[1] + 1 for wait in waits)
    assert codec.decode(turned_away[0].content, dict)["code"] == "unavailable"
    assert len(answers) == MAX_BOOTSTRAPS
    assert all(isinstance(lines(answer)[-1], BootEnd) for answer in answers)
    assert post(server, "/sync/v1/bootstrap", token, Bootstrap()).status_code == 200


async def until_full(server: LiveServer) -> None:
    await until(lambda: server.core.bootstraps._free == 0, "every place to be taken")


def test_a_fetch_that_is_broken_off_gives_its_place_back(server: LiveServer) -> None:
    token = server.token(server.add_user("Ana Kovac", teams=("Europe",)))
    fill(server, 5 * PAGE_ROWS)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    body = codec.encode(Bootstrap())
    for _ in range(MAX_BOOTSTRAPS + 2):
        fetched = web.stream(
            "POST", f"{server.url}/sync/v1/bootstrap", headers=headers, content=body
        )
        with fetched as answer:
            assert answer.status_code == 200
            next(answer.iter_raw())
        server.call(until_free(server))


def test_who_stops_reading_loses_their_place(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lid that is closed in the middle of it: TCP would hold on for a quarter of an hour."""
    monkeypatch.setattr(leaving, "STALLED_S", 0.05)
    token = server.token(server.add_user("Ana Kovac", teams=("Europe",)))
    fill(server, 2 * PAGE_ROWS)
    stalled = Stalled(token)

    async def fetch() -> None:
        turnstile, app = server.core.bootstraps, make_app(server.core, CONTROL)
        fetching = asyncio.create_task(app(stalled.scope, stalled.receive, stalled.send))
        await until(stalled.waits.is_set, "the first page to be sent")
        await until_free(server)
        stalled.reads.set()
        await fetching
        assert turnstile._free == MAX_BOOTSTRAPS

    server.call(fetch())
    told = list(wire.Lines().feed(stalled.body))
    assert isinstance(told[0], BootStart)
    assert not any(isinstance(line, BootEnd) for line in told)


class Stalled:
    """Whoever asks for everything and takes no more of it than its beginning, until they read on."""

    def __init__(self, token: str) -> None:
        self.scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
            "scheme": "http", "path": "/sync/v1/bootstrap", "raw_path": b"/sync/v1/bootstrap",
            "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80), "extensions": {}, "state": {},
            "headers": [
                (b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json"),
            ],
        }  # fmt: skip
        self.waits, self.reads, self.over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.body = b""
        self._asked = [codec.encode(Bootstrap())]

    async def receive(self) -> dict[str, Any]:
        if self._asked:
            return {"type": "http.request", "body": self._asked.pop(), "more_body": False}
        await self.over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message.get("body"):
            self.body += message["body"]
            self.waits.set()
            await self.reads.wait()
        if message["type"] == "http.response.body" and not message["more_body"]:
            self.over.set()


async def until_free(server: LiveServer) -> None:
    await until(lambda: server.core.bootstraps._free == MAX_BOOTSTRAPS, "every place to be free")


def test_a_turnstile_counts() -> None:
    turnstile = Turnstile(1)
    place = turnstile.enter()
    with pytest.raises(Unavailable) as busy:
        turnstile.enter()
    assert BUSY_S[0] <= (busy.value.retry_after_s or 0) <= BUSY_S[1]
    place.leave()
    place.leave()
    turnstile.enter()
    with pytest.raises(Unavailable):
        turnstile.enter()


@pytest.mark.anyio
async def test_guests_are_waited_for_so_long_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guests = Guests()
    await guests.gone()
    monkeypatch.setattr(leaving, "GONE_S", 0.01)
    with guests.seat():
        await guests.gone()
    await guests.gone()
