"""The broker over a real NATS: heard by the others of one installation, away without harm."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from console.server import nats_broker
from console.server.nats_broker import MAX_WAITING, MAX_WORD_BYTES, NatsBroker
from console.sync.server.broker import Alone, Subject
from tests.parts import nats
from tests.parts.nats import Nats
from tests.parts.until import until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(bool(nats.missing()), reason=f"not installed: {', '.join(nats.missing())}"),
]


class Ears:
    """What one node heard."""

    def __init__(self, broker: NatsBroker) -> None:
        self.broker = broker
        self.heard: list[tuple[Subject, bytes]] = []
        self._more = asyncio.Event()
        broker.hear(self._take)

    def _take(self, subject: Subject, data: bytes) -> None:
        self.heard.append((subject, data))
        self._more.set()

    async def until(self, word: tuple[Subject, bytes], by: NatsBroker) -> None:
        """Have `by` say it again and again until it is heard: words may be lost, that is allowed."""
        async with asyncio.timeout(30):
            while word not in self.heard:
                by.tell(*word)
                self._more.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self._more.wait()
                except TimeoutError:
                    pass


class Away(logging.Handler):
    """How often it was said that NATS is away."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._more = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.count += record.msg == "nats_away"
        self._more.set()

    async def said(self, times: int) -> None:
        """Wait until it was said so often."""
        await until(lambda: self.count >= times, "nats_away", news=self._more)


@pytest.fixture
async def away() -> AsyncIterator[Away]:
    handler = Away()
    nats_broker.log.addHandler(handler)
    yield handler
    nats_broker.log.removeHandler(handler)


@pytest.fixture
def server() -> Iterator[Nats]:
    running = Nats()
    yield running
    running.kill()


@pytest.fixture
async def ears(server: Nats) -> AsyncIterator[list[Ears]]:
    """Two nodes of installation 7, one of installation 8."""
    made = [Ears(NatsBroker(server.url, number)) for number in (7, 7, 8)]
    yield made
    for each in made:
        await each.broker.close()


async def test_the_others_of_the_installation_hear_it(ears: list[Ears]) -> None:
    first, second, stranger = ears
    await second.until(("wake", b"1"), first.broker)
    await first.until(("wake", b"2"), second.broker)
    first.heard.clear()
    first.broker.tell("recheck", b"u" * 16)
    first.broker.tell("eph", b"{}")
    first.broker.tell("wake", b"last")
    await second.until(("wake", b"last"), first.broker)
    said = [("recheck", b"u" * 16), ("eph", b"{}"), ("wake", b"last")]
    assert [word for word in second.heard if word in said][:3] == said
    assert first.heard == [], "nobody hears themselves"
    assert stranger.heard == []


async def test_nats_that_dies_and_comes_back_is_found_again(
    ears: list[Ears], server: Nats, monkeypatch: pytest.MonkeyPatch, away: Away
) -> None:
    monkeypatch.setattr(nats_broker, "AGAIN_S", 0.02)
    first, second, _ = ears
    await second.until(("wake", b"1"), first.broker)
    server.kill()
    await away.said(3)
    first.broker.tell("wake", b"lost")
    server.start()
    await second.until(("wake", b"2"), first.broker)
    assert ("wake", b"lost") not in second.heard
    assert away.count == 3, "each node says so once"


async def test_a_nats_that_is_not_there_is_waited_for(
    server: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nats_broker, "AGAIN_S", 0.02)
    server.kill()
    first, second = Ears(NatsBroker(server.url, 7)), Ears(NatsBroker(server.url, 7))
    first.broker.tell("wake", b"before")
    server.start()
    await second.until(("wake", b"1"), first.broker)
    for each in (first, second):
        await each.broker.close()


async def test_whoever_is_no_nats_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, away: Away
) -> None:
    monkeypatch.setattr(nats_broker, "AGAIN_S", 0.02)
    monkeypatch.setattr(nats_broker, "CONNECT_S", 0.05)
    with nats.stranger() as silent:
        broker = NatsBroker(f"nats://127.0.0.1:{silent.getsockname()[1]}", 7)
        await away.said(1)
        await broker.close()


async def test_what_waits_is_bounded(server: Nats) -> None:
    server.kill()
    broker = NatsBroker(server.url, 7)
    for number in range(2 * MAX_WAITING):
        broker.tell("eph", b"%d" % number)
    broker.tell("eph", b"x" * (MAX_WORD_BYTES + 1))
    assert (len(broker._waiting), broker._waiting[-1]) == (
        MAX_WAITING,
        ("eph", b"%d" % (2 * MAX_WAITING - 1)),
    )
    await broker.close()


async def test_a_server_alone_tells_nobody() -> None:
    broker = Alone()
    broker.hear(lambda *_: pytest.fail("nobody is there"))
    broker.tell("wake", b"1")
    await broker.close()
