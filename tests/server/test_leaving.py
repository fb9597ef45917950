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
from console.server.leaving import BUSY_S, COME_BACK_S, MAX_BOOTSTRAPS, Guests, Turnstile
from console.sync import wire
from console.sync.asking import PAGE_ROWS, BootEnd, Bootstrap
from console.sync.frames import BYE_RESTART, Bye, Welcome
from console.sync.records import Retry
from tests.parts import web
from tests.parts.acts import received
from tests.parts.server import LiveServer
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


async def until_free(server: LiveServer) -> None:
    await until(lambda: server.core.bootstraps._free == MAX_BOOTSTRAPS, "every place to be free")


def test_a_turnstile_counts() -> None:
    turnstile = Turnstile(1)
    turnstile.enter()
    with pytest.raises(Unavailable) as busy:
        turnstile.enter()
    assert BUSY_S[0] <= (busy.value.retry_after_s or 0) <= BUSY_S[1]
    turnstile.leave()
    turnstile.enter()


@pytest.mark.anyio
async def test_guests_are_waited_for_so_long_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from console.server import leaving

    guests = Guests()
    await guests.gone()
    monkeypatch.setattr(leaving, "GONE_S", 0.01)
    with guests.seat():
        await guests.gone()
    await guests.gone()
