"""A network that does its worst between console and server: the console comes back, all agree."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from console.conversations.records import AddNote
from console.kernel.ids import new_id
from console.people.model import Party
from console.people.records import PARTY
from console.sync.client import pipe
from console.sync.records import Accepted
from console.sync.server.tx import Tx
from tests.faults.proxy import FaultProxy, Side
from tests.faults.storm import FAULTS, Behind, Storm, quick
from tests.parts.acts import act, received
from tests.parts.compare import assert_shows, projection
from tests.parts.databases import Databases
from tests.parts.desk import Desk
from tests.parts.server import LiveServer, live_server
from tests.parts.until import until

pytestmark = pytest.mark.anyio
ROWS = 1_500
NOTES = 6
CUTS = 4
GUSTS = 12


@pytest.fixture
def server(databases: Databases, tmp_path: Path) -> Iterator[LiveServer]:
    url = databases.fresh("sqlite", migrated=True)
    with quick(), live_server(tmp_path / "server", url) as running:
        yield running


@pytest.fixture
async def proxy(server: LiveServer) -> AsyncIterator[FaultProxy]:
    opened = await FaultProxy(server.port).open()
    yield opened
    await opened.close()


class Case:
    """Ana behind the proxy; a conversation on the server; what she wrote."""

    def __init__(self, server: LiveServer, proxy: FaultProxy, folder: Path) -> None:
        self.server, self.proxy = server, proxy
        self.user = server.add_user("Ana Kovac")
        first = received()
        server.execute(server.operator(), first)
        self.talk = first.target
        folder.mkdir()
        self.desk = Desk(folder, Behind(server, proxy), self.user)
        self.written: list[UUID] = []

    async def write(self, count: int = NOTES) -> None:
        for _ in range(count):
            body = f"note {len(self.written)}"
            note = act(self.talk, AddNote(message_id=new_id(), body=body))
            self.written.append(note.cmd_id)
            await self.desk.do(note, self.talk)

    def buyer(self) -> None:
        self.server.execute(self.server.operator(), received(self.talk, "And now?"))

    async def hurry(self) -> None:
        heard = len(self.desk.said)
        await self.desk.tell(pipe.Hurry())
        await self.desk.until(lambda: len(self.desk.said) > heard, "a word")

    async def converge(self) -> None:
        """Back in fine weather everything arrives once, in order, and both sides agree."""
        desk = self.desk
        while desk.mode != "live":
            await self.hurry()
        await desk.settled()
        await desk.until(self._agrees, "the same on both sides")
        assert all(isinstance(desk.outcome(cmd_id), Accepted) for cmd_id in self.written)
        rows = desk.reader.rows("SELECT plain(doc) FROM messages ORDER BY pos")
        mine = [n for n in range(len(self.written)) for (doc,) in rows if f'"note {n}"' in doc]
        assert Counter(mine) == Counter(range(len(self.written)))
        docs = [doc for (doc,) in rows if '"note ' in doc]
        assert [f'"note {n}"' in doc for n, doc in enumerate(docs)] == [True] * len(self.written)

    def _agrees(self) -> bool:
        try:
            assert_shows(self.desk, *projection(self.desk, self.server))
        except AssertionError:
            return False
        return True

    async def gone(self) -> None:
        """Wait until the console knows that it has no connection."""
        self.desk.said.clear()
        await self.desk.until(lambda: self.desk.mode in ("offline", "connecting"), "offline")


@pytest.fixture
async def case(server: LiveServer, proxy: FaultProxy, tmp_path: Path) -> AsyncIterator[Case]:
    made = Case(server, proxy, tmp_path / "ana")
    yield made
    await made.desk.close()


def fill(server: LiveServer) -> None:
    def work(tx: Tx) -> None:
        for n in range(ROWS):
            tx.add(PARTY, Party(id=new_id(), side="buyer", name=f"p{n}"), frozenset({4}))

    server.write(work)


def far_away(proxy: FaultProxy) -> None:
    proxy.up.latency_s = proxy.down.latency_s = 0.03


def narrow(proxy: FaultProxy) -> None:
    proxy.up.bytes_per_s = proxy.down.bytes_per_s = 200_000


def in_crumbs(proxy: FaultProxy) -> None:
    proxy.up.slice_bytes, proxy.down.slice_bytes = 1, 7


def twice(proxy: FaultProxy) -> None:
    proxy.duplicate = True


def cut_short(proxy: FaultProxy) -> None:
    dice = random.Random(3)
    proxy.reset_after = lambda: dice.randint(300, 20_000)


@pytest.mark.parametrize("fault", [far_away, narrow, in_crumbs, twice, cut_short])
async def test_a_desk_fetches_writes_and_hears_through_bad_weather(case: Case, fault: Any) -> None:
    fill(case.server)
    fault(case.proxy)
    await case.desk.open()
    await case.write()
    case.buyer()
    while fault is cut_short and case.proxy.cut < CUTS:
        await case.write(1)
        await case.hurry()
    if fault is cut_short:
        case.proxy.calm()
    await case.converge()
    await case.write()
    case.buyer()
    await case.converge()


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_a_desk_notices_that_nothing_gets_through_and_comes_back(
    case: Case, direction: str
) -> None:
    await case.desk.open()
    await case.desk.live()
    weather = getattr(case.proxy, direction)
    weather.hole = True
    await case.write()
    case.buyer()
    await case.gone()
    await case.write()
    case.proxy.calm()
    await case.converge()


@pytest.mark.parametrize("side", ["server", "client"])
async def test_whoever_is_left_alone_notices_it(case: Case, side: Side) -> None:
    await case.desk.open()
    await case.desk.live()
    (before,) = case.server.core.hub.listeners
    case.proxy.vanish(side)
    await case.write()
    case.buyer()
    await case.gone()
    await case.converge()
    await until(lambda: before not in case.server.core.hub.listeners, "the ghost's end")
    await case.write()
    await case.converge()


async def test_a_desk_is_cut_off_over_and_over_while_it_works(case: Case) -> None:
    await case.desk.open()
    for _ in range(4):
        await case.desk.live()
        await case.write(2)
        case.proxy.reset()
        case.buyer()
        case.desk.said.clear()
        await case.desk.tell(pipe.Hurry())
    await case.converge()


@pytest.mark.parametrize("seed", range(2))
async def test_two_desks_work_through_a_storm(
    server: LiveServer, proxy: FaultProxy, tmp_path: Path, seed: int
) -> None:
    storm = await Storm(server, proxy, tmp_path, seed).open()
    try:
        found = await storm.rage(gusts=GUSTS)
        assert found.clean, f"seed {seed}: {found}: {found.lost + found.doubled + found.leaked}"
        assert storm.gusts.keys() <= {fault.__name__ for fault in FAULTS}
    finally:
        await storm.close()
