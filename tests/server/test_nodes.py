"""Several nodes over one PostgreSQL with NATS: any may die, and nobody at a desk notices."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest

from console.catalog import catalog
from console.kernel.ids import new_id
from console.people.model import User
from console.people.server import accounts
from console.server.config import ServerConfig
from console.store.engine import open_database
from console.sync import wire
from console.sync.frames import BYE_SIGNED_OUT, Batch, ScopeFrame, Welcome
from console.sync.records import Accepted
from console.sync.server import live, tail
from tests.parts import nats as nats_parts
from tests.parts import web
from tests.parts.acts import received
from tests.parts.compare import assert_shows, shown
from tests.parts.desk import Desk
from tests.parts.forwarder import Forwarder
from tests.parts.nats import Nats
from tests.parts.process import ServerProcess
from tests.parts.server import PASSWORD, LiveServer, live_server
from tests.server.test_sync_routes import bye, hear, hello, post, socket

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(
        bool(nats_parts.missing()), reason=f"not installed: {', '.join(nats_parts.missing())}"
    ),
]
FOR_EVER_S = 3_600.0


@pytest.fixture
def nats() -> Iterator[Nats]:
    running = Nats()
    yield running
    running.kill()


# -- two nodes in this process, whose constants a test can reach


@pytest.fixture
def nodes(postgres_url: str, nats: Nats, tmp_path: Path) -> Iterator[tuple[LiveServer, LiveServer]]:
    with ExitStack() as stack:
        first, second = [
            stack.enter_context(live_server(tmp_path / name, postgres_url, nats=nats.url))
            for name in ("a", "b")
        ]
        yield first, second


def connected(nodes: tuple[LiveServer, LiveServer]) -> None:
    """Wait until each node's words reach the other."""
    import asyncio

    async def heard_by(teller: LiveServer, word: asyncio.Event) -> None:
        async with asyncio.timeout(30):
            while not word.is_set():
                teller._loop.call_soon_threadsafe(teller.core.broker.tell, "eph", b"hello")
                await asyncio.wait([asyncio.ensure_future(word.wait())], timeout=0.05)

    for teller, hearer in (nodes, nodes[::-1]):
        word = asyncio.Event()

        def take(subject: str, _: bytes, word: asyncio.Event = word) -> None:
            if subject == "eph":
                word.set()

        hearer._loop.call_soon_threadsafe(hearer.core.broker.hear, take)
        hearer.call(heard_by(teller, word))


def test_a_command_at_one_node_wakes_the_consoles_of_the_other(
    nodes: tuple[LiveServer, LiveServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the wake-up alone: the polls are a lifetime apart."""
    monkeypatch.setattr(tail, "POLL_S", FOR_EVER_S)
    connected(nodes)
    here, there = nodes
    ana, device = here.add_user("Ana Kovac", teams=("Europe",)), new_id()
    token = here.token(ana, device)
    head = here.call(here.core.read(here.core.feed.head))
    with socket(there) as opened:
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        assert isinstance(hear(opened), Welcome)
        here.execute(here.operator(), received())
        batch = hear(opened)
        while not isinstance(batch, Batch) or not batch.changes:
            batch = hear(opened)
        assert {change.k for change in batch.changes} >= {"ticket", "message"}


def test_without_nats_the_poll_brings_it(
    nodes: tuple[LiveServer, LiveServer], nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    nats.kill()
    here, there = nodes
    ana, device = here.add_user("Ana Kovac", teams=("Europe",)), new_id()
    token = here.token(ana, device)
    head = here.call(here.core.read(here.core.feed.head))
    with socket(there) as opened:
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        assert isinstance(hear(opened), Welcome)
        here.execute(here.operator(), received())
        batch = hear(opened)
        while not isinstance(batch, Batch) or not batch.changes:
            batch = hear(opened)
        assert {change.k for change in batch.changes} >= {"ticket", "message"}


def test_signing_out_at_one_node_ends_the_session_at_the_other(
    nodes: tuple[LiveServer, LiveServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PING_INTERVAL_S", FOR_EVER_S)  # it is not the silence that tells
    connected(nodes)
    here, there = nodes
    ana, device = here.add_user("Ana Kovac", teams=("Europe",)), new_id()
    token = here.token(ana, device)
    head = here.call(here.core.read(here.core.feed.head))
    with socket(there) as opened:
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        assert isinstance(hear(opened), Welcome)
        post(here, "/auth/sign-out", token, b"")
        assert bye(opened) == BYE_SIGNED_OUT


def test_who_loses_a_team_at_one_node_is_told_by_the_other(
    nodes: tuple[LiveServer, LiveServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PING_INTERVAL_S", FOR_EVER_S)
    here, there = nodes
    ana, device = here.add_user("Ana Kovac", teams=("Europe",)), new_id()
    token = here.token(ana, device)
    head = here.call(here.core.read(here.core.feed.head))
    with socket(there) as opened:
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        assert isinstance(hear(opened), Welcome)
        here.write(lambda tx: accounts.set_teams(tx, ana.id, []))
        frame = hear(opened)
        while not isinstance(frame, ScopeFrame):
            frame = hear(opened)
        assert len(frame.remove) >= 1
        assert not frame.add


# -- two server processes, killed and stopped


@dataclass
class Installation:
    """Two server processes over one PostgreSQL, behind one address."""

    first: ServerProcess
    second: ServerProcess
    door: Forwarder
    database_url: str

    @property
    def url(self) -> str:
        """Where consoles sign in."""
        return self.door.url

    def token(self, user: User, device: UUID | None = None) -> str:
        """A session, by the front door."""
        body = {"email": user.email, "password": PASSWORD, "device": str(device)}
        answer = web.post(f"{self.url}/auth/sign-in", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    def move(self, how: Literal["kill", "stop"]) -> None:
        """End the node of the day; the other one's day begins."""
        dying, other = self.first, self.second
        if self.door.target == other.port:
            dying, other = other, dying
        if how == "stop":
            self.door.target = other.port
            assert dying.stop() == 0
        else:
            dying.kill()
            self.door.target = other.port
        dying.start()

    def assert_shows(self, desk: Desk) -> None:
        """The desk holds what the database would show its user."""
        database = open_database(self.database_url)
        with database.reading() as reader:
            sql = "SELECT scope_id FROM scope_grant WHERE user_id = :u"
            rows = reader.rows(sql, u=desk.user.id.bytes)
            there = shown(reader, catalog(), frozenset(row[0] for row in rows))
        database.close()
        assert_shows(desk, *there)


@pytest.fixture
async def user(postgres_url: str, tmp_path: Path) -> User:
    """Ana, of a team with everything, made before any node starts."""
    tool = ServerProcess(tmp_path / "tool", postgres_url)
    return await tool.add_user("Ana Kovac", "admin", teams=("Europe",))


@pytest.fixture
def installation(
    postgres_url: str, nats: Nats, tmp_path: Path, user: User
) -> Iterator[Installation]:
    first, second = [ServerProcess(tmp_path / name, postgres_url, nats.url) for name in ("a", "b")]
    door = Forwarder(first.port)
    try:
        first.start()
        second.start()
        yield Installation(first, second, door, postgres_url)
    finally:
        door.close()
        first.stop()
        second.stop()


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_a_console_moves_between_nodes_and_nothing_is_lost_or_doubled(
    installation: Installation, user: User, tmp_path: Path, how: Literal["kill", "stop"]
) -> None:
    """Nodes are killed, or restarted one after another, in the middle of what it sends."""
    (tmp_path / "desk").mkdir()
    desk = await Desk(tmp_path / "desk", installation, user).open()
    await desk.live()
    wishes = [received(email=f"{n}@mail.test", body=f"message {n}") for n in range(120)]
    for number, wish in enumerate(wishes):
        await desk.do(wish, new_id())
        if number in (40, 80):
            done = number - 20
            await desk.until(lambda done=done: answered(desk) >= done, "some are answered")
            installation.move(how)
    await desk.settled()
    assert all(isinstance(desk.outcome(wish.cmd_id), Accepted) for wish in wishes)
    await desk.live()
    database = open_database(installation.database_url)
    with database.reading() as reader:
        counts = [
            reader.rows(f"SELECT count(*) FROM {table}")[0][0]
            for table in ("messages", "tickets", "conversations", "parties")
        ]
    database.close()
    assert counts == [len(wishes)] * 4
    await desk.until(lambda: len(desk.rows("messages")) == len(wishes), "all of it")
    installation.assert_shows(desk)
    await desk.close()


def answered(desk: Desk) -> int:
    sql = "SELECT (SELECT count(*) FROM outbox WHERE outcome IS NOT NULL) + (SELECT count(*) FROM journal)"
    return int(desk.work.execute(sql).fetchone()[0])


async def test_nodes_that_start_together_over_an_empty_database_agree(
    databases: object, nats: Nats, tmp_path: Path
) -> None:
    import threading

    url = databases.fresh("postgresql", migrated=False)
    processes = [ServerProcess(tmp_path / name, url, nats.url) for name in ("a", "b")]
    starting = [threading.Thread(target=process.start) for process in processes]
    for each in starting:
        each.start()
    for each in starting:
        each.join(60)
    for process in processes:
        assert process.stop() == 0
    database = open_database(url)
    with database.reading() as reader:
        assert reader.rows("SELECT count(*) FROM epoch")[0][0] == 1
        names = [row[0] for row in reader.rows("SELECT name FROM scope ORDER BY name")]
    database.close()
    assert names == ["intake", "org"]


async def test_a_node_starts_without_nats(
    postgres_url: str, nats: Nats, tmp_path: Path, user: User
) -> None:
    nats.kill()
    alone = ServerProcess(tmp_path / "a", postgres_url, nats.url)
    alone.start()
    assert alone.token(user, new_id())
    assert alone.stop() == 0
    assert '"nats_away"' in ServerConfig(tmp_path / "a").logs.joinpath("server.log").read_text()
