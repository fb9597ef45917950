"""The session against a real server and against one that misbehaves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from console.catalog import catalog
from console.kernel.clock import SystemClock
from console.kernel.errors import Refused, SignedOut, Unavailable
from console.kernel.ids import new_id
from console.kernel.tasks import Tasks
from console.store.worker import Worker
from console.sync import wire
from console.sync.client import line
from console.sync.client.fetching import Web
from console.sync.client.http import Elsewhere, check
from console.sync.client.line import FRAMES_AHEAD
from console.sync.client.link import Status
from console.sync.client.replica import Replica, open_replica
from console.sync.client.session import Identity, Session, Told
from console.sync.client.standing import Boot
from console.sync.client.voice import Voice
from console.sync.frames import SUBPROTOCOL, Batch, Ephemeral, Hello, Welcome
from console.sync.presence import topic_of
from console.sync.records import Commands, Epoch, Results
from tests.parts.acts import AT
from tests.parts.until import until

pytestmark = pytest.mark.anyio
KEY = bytes(range(32))


class Heard:
    """What a session told, waited for."""

    def __init__(self) -> None:
        self.statuses: list[Status] = []
        self.stopped: list[str] = []
        self.present: list[Ephemeral] = []
        self._news = asyncio.Event()

    def told(self) -> Told:
        return Told(
            self._status, lambda _: self._news.set(), lambda _: None, self._stop,
            lambda _: None, lambda *_: None, self._presence,
            lambda _: None, lambda _: None, lambda: None,
        )  # fmt: skip

    def _status(self, status: Status) -> None:
        self.statuses.append(status)
        self._news.set()

    def _presence(self, frame: Ephemeral) -> None:
        self.present.append(frame)
        self._news.set()

    def _stop(self, reason: str) -> None:
        self.stopped.append(reason)
        self._news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        await until(holds, news=self._news)


class Party:
    """A session with its replica on a server at `url`."""

    def __init__(self, replica: Replica, worker: Worker, url: str) -> None:
        self.heard, self.replica = Heard(), replica
        identity = Identity(url, "token", UUID(int=1), new_id())
        self.voice = Voice(SystemClock())
        told = self.heard.told()
        self.session = Session(identity, replica, worker, SystemClock(), told, self.voice)


Talk = Callable[[ServerConnection], Coroutine[Any, Any, None]]


@pytest.fixture
async def meet(tmp_path: Any) -> AsyncIterator[Callable[[Talk], Any]]:
    """Meet a scripted server with a cache that stands at cursor 10."""
    tasks, worker = Tasks(), Worker("cache")
    replica = open_replica(tmp_path / "cache.db", KEY, catalog())
    replica.begin_boot(Boot(start=10, epoch=Epoch(5, 6), granted=(2,)))
    replica.end_boot()

    @asynccontextmanager
    async def meeting(talk: Talk) -> AsyncIterator[Party]:
        async with serve(
            talk, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL], close_timeout=0.2
        ) as server:
            port = server.sockets[0].getsockname()[1]
            party = Party(replica, worker, f"http://127.0.0.1:{port}")
            tasks.spawn(party.session.run(), name="session")
            yield party
            await tasks.close()

    yield meeting
    replica.close()
    worker.close()


async def greet(socket: ServerConnection, head: int) -> Hello:
    hello = wire.unpack_client(await socket.recv())
    assert isinstance(hello, Hello)
    mode: Any = "live" if head == hello.cursor else "catchup"
    await socket.send(wire.pack(Welcome(new_id(), 1, Epoch(5, 6), head, AT, (2,), mode, 0)))
    return hello


async def test_the_hello_says_where_the_replica_stands(meet: Any) -> None:
    hellos: list[Hello] = []

    async def talk(socket: ServerConnection) -> None:
        hellos.append(await greet(socket, 10))
        await socket.wait_closed()

    async with meet(talk) as party:
        await party.heard.until(lambda: party.session._link.status.mode == "live")
    assert (hellos[0].cursor, hellos[0].hwm, hellos[0].epoch) == (10, 10, Epoch(5, 6))
    assert hellos[0].token == "token"


async def acked(meet: Any, *, more: bool) -> list[int]:
    """What is acknowledged, up to 30, of four batches that come one soon after the other."""
    seqs, done = list[int](), asyncio.Event()

    async def talk(socket: ServerConnection) -> None:
        await greet(socket, 30)
        for at in range(10, 30, 5):
            await socket.send(wire.pack(Batch(at, at + 5, (), more=more)))
            if more:
                seqs.append(wire.unpack_client(await socket.recv()).seq)
        async for data in socket:
            seqs.append(wire.unpack_client(data).seq)
            done.set()

    async with meet(talk) as party:
        await party.heard.until(lambda: party.replica.standing.cursor == 30)
        if not more:
            await done.wait()
    return seqs


async def test_what_comes_within_a_moment_is_acknowledged_in_one(
    meet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "ACK_WITHIN_S", 0.5)  # also on a busy machine
    assert await acked(meet, more=False) == [30]


async def test_where_the_server_waits_it_is_told_at_once(
    meet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "ACK_WITHIN_S", 1e6)
    assert await acked(meet, more=True) == [15, 20, 25, 30]


async def test_batches_are_acknowledged_once_they_are_in_the_cache(meet: Any) -> None:
    acked: list[int] = []
    done = asyncio.Event()

    async def talk(socket: ServerConnection) -> None:
        await greet(socket, 30)
        for at in range(10, 30, 5):
            await socket.send(wire.pack(Batch(at, at + 5, (), more=True)))
        async for data in socket:
            acked.append(wire.unpack_client(data).seq)
            if acked[-1] == 30:
                done.set()

    async with meet(talk) as party:
        await party.heard.until(lambda: party.session._link.status.mode == "live")
        assert party.replica.standing.cursor == 30
        async with asyncio.timeout(20):
            await done.wait()
    assert acked == sorted(acked)


async def test_sockets_that_break_off_leave_room_for_the_frames_of_later_ones(meet: Any) -> None:
    """Each breaks off in the middle of more frames than are taken in at once."""
    calls, wrong = 0, 4

    async def talk(socket: ServerConnection) -> None:
        nonlocal calls
        calls += 1
        await greet(socket, 10)
        if calls > wrong:
            await socket.send(wire.pack(Batch(10, 11, ())))
        else:
            with contextlib.suppress(ConnectionClosed):
                for _ in range(FRAMES_AHEAD + 20):
                    await socket.send(wire.pack(Batch(50, 51, ())))
        await socket.wait_closed()

    async with meet(talk) as party:
        for _ in range(wrong):
            known = len(party.heard.statuses)
            await party.heard.until(
                lambda n=known: any(s.mode == "offline" for s in party.heard.statuses[n:])
            )
            party.session.hurry()
        await party.heard.until(lambda: party.replica.standing.cursor == 11)
        assert party.session._line._room._value == FRAMES_AHEAD


async def test_frames_that_are_not_understood_close_the_socket(meet: Any) -> None:
    calls = 0

    async def talk(socket: ServerConnection) -> None:
        nonlocal calls
        calls += 1
        await greet(socket, 10)
        if calls == 1:
            await socket.send('{"t":"teleport"}')
        await socket.wait_closed()

    async with meet(talk) as party:
        await party.heard.until(lambda: "offline" in [s.mode for s in party.heard.statuses])
        party.session.hurry()
        await party.heard.until(lambda: party.heard.statuses[-1].mode == "live" and calls == 2)
    assert calls == 2


async def test_staying_offline_and_coming_back(meet: Any) -> None:
    async def talk(socket: ServerConnection) -> None:
        await greet(socket, 10)
        await socket.wait_closed()

    async with meet(talk) as party:
        await party.heard.until(lambda: party.session._link.status.mode == "live")
        party.session.stay_offline(True)
        await party.heard.until(lambda: party.session._link.status.mode == "offline")
        party.session.hurry()
        known = len(party.heard.statuses)
        await party.heard.until(
            lambda: party.heard.statuses[-1].mode == "offline" and len(party.heard.statuses) > known
        )
        party.session.stay_offline(False)
        await party.heard.until(lambda: party.session._link.status.mode == "live")
    assert "live" in [status.mode for status in party.heard.statuses]


async def test_where_somebody_is_is_said_to_every_new_socket_and_others_are_heard(
    meet: Any,
) -> None:
    ticket, ben = new_id(), new_id()
    said: list[list[Ephemeral]] = []

    async def talk(socket: ServerConnection) -> None:
        await greet(socket, 10)
        said.append([])
        async for data in socket:
            frame = wire.unpack_client(data)
            assert isinstance(frame, Ephemeral)
            said[-1].append(frame)
            await socket.send(wire.pack(Ephemeral(frame.topic, "viewing", ben)))
            if len(said) == 1:
                await socket.close()

    async with meet(talk) as party:
        party.voice.attend(ticket, "typing:buyer")
        await party.heard.until(lambda: len(party.heard.present) == 1)
        await party.heard.until(lambda: party.session._link.status.mode == "offline")
        party.session.hurry()
        await party.heard.until(lambda: len(party.heard.present) == 2)
        party.session.stay_offline(True)
        await party.heard.until(lambda: party.session._link.status.mode == "offline")
        party.voice.attend(None, "viewing")
        assert party.session._line._speaking is None
    mine, others = (
        Ephemeral(topic_of(ticket), "typing:buyer"),
        Ephemeral(topic_of(ticket), "viewing", ben),
    )
    assert said == [[mine], [mine]]
    assert party.heard.present == [others, others]


async def test_nothing_is_said_before_the_server_has_answered(meet: Any) -> None:
    frames: list[Any] = []
    done = asyncio.Event()

    async def talk(socket: ServerConnection) -> None:
        frames.append(wire.unpack_client(await socket.recv()))
        await (await socket.ping())  # whatever was said before its answer is here by now
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                frames.append(await socket.recv())
        done.set()
        await socket.wait_closed()

    async with meet(talk) as party:
        party.voice.attend(new_id(), "typing")
        async with asyncio.timeout(20):
            await done.wait()
    assert [type(frame) for frame in frames] == [Hello]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(401), SignedOut),
        (httpx.Response(503, headers={"retry-after": "7"}), Unavailable),
        (httpx.Response(500, text="<html>"), Unavailable),
        (httpx.Response(429), Unavailable),
        (httpx.Response(422, json={"code": "bad_resume", "message": "No."}), Refused),
        (httpx.Response(403), Refused),
        (httpx.Response(302), Elsewhere),
        (httpx.Response(302, text="<html>"), Elsewhere),
        (httpx.Response(401, text="<html>"), Elsewhere),
        (httpx.Response(403, json={"error": "blocked"}), Elsewhere),
        (httpx.Response(404, text="<html>"), Elsewhere),
    ],
)
def test_answers_that_are_no_success(response: httpx.Response, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        check(response)
    if response.status_code == 503:
        assert raised.value.retry_after_s == 7.0
    if response.status_code == 422:
        assert raised.value.code == "bad_resume"


@pytest.mark.parametrize("page", [b"<html>Sign in to the network</html>", b"", b'{"results":[{}]}'])
async def test_a_success_that_is_none_of_ours_decides_nothing(page: bytes) -> None:
    """Commands go again with their ids: taken for refused, they might be done twice."""
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=page))
    client = httpx.AsyncClient(transport=answer, base_url="http://desk")
    web = Web(client, "token", asyncio.Event())
    with pytest.raises(Unavailable):
        await web.ask("/sync/v1/commands", Commands(commands=()), Results)
    await web.close()


def test_a_success_is_silent() -> None:
    assert check(httpx.Response(204)) is None
