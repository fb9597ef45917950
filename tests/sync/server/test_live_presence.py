"""Presence over a live session: after everything else, to who reads, and only while they may."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from console.kernel.ids import new_id
from console.kernel.tasks import Tasks
from console.people.model import User
from console.people.server import accounts
from console.server.auth import operator
from console.server.core import Core, open_core, sight
from console.store.engine import open_database
from console.store.reader import Reader
from console.sync.frames import (
    MAX_UNACKED_CHANGES,
    PING_INTERVAL_S,
    Ack,
    Batch,
    CommandFrame,
    Ephemeral,
    Hello,
    Ping,
    ResultFrame,
    ScopeFrame,
    Welcome,
)
from console.sync.presence import REPEAT_S, THROTTLE_S, topic_of
from console.sync.records import Accepted, Command, Result, Scopes
from console.sync.server.live import FRESH_S, LiveSession
from console.tickets.tables import rows as ticket_rows
from tests.fakes.clock import ManualClock
from tests.fakes.socket import FakeSocket
from tests.parts.acts import received

pytestmark = pytest.mark.anyio


class Desk:
    """One user's live session with its scripted console."""

    def __init__(self, room: "Room", user: User, socket: FakeSocket) -> None:
        self.core, self.clock, self.topic = room.core, room.clock, room.topic
        self._tasks = room.tasks
        self.user, self.socket = user, socket

    def _granted(self, reader: Reader) -> Scopes:
        return sight(reader, self.user.id)

    async def _execute(self, command: Command, epoch_no: int) -> Result:
        return Result(command.cmd_id, Accepted(5))

    async def open(self) -> "Desk":
        head = await self.core.read(self.core.feed.head)
        session = LiveSession(
            self.socket, self.core.hub, self.core.feed, self.core.database, self.clock,
            self._execute, self._granted, self.core.presence,
        )  # fmt: skip
        hello = Hello((1, 1), new_id(), "t", head, head, None, "")
        self.task = self._tasks.spawn(_quiet(session.run(hello, self.user.id, 0)), name="session")
        await self.socket.until(Welcome)
        return self

    def say(self, what: str) -> None:
        self.socket.say(Ephemeral(self.topic, what))

    @property
    def heard(self) -> list[tuple[str, str]]:
        """Who did what, in the order in which it was told."""
        return [(str(f.who), f.what) for f in self.socket.of(Ephemeral)]

    async def sync(self) -> None:
        """What the console said is decided, and what there was to tell is told or put off."""
        known = len(self.socket.of(ResultFrame))
        self.socket.say(CommandFrame(Command(new_id(), "X", new_id())))
        await self.socket.until(ResultFrame, known + 1)


async def _quiet(run: object) -> None:
    with contextlib.suppress(ConnectionError):
        await run


class Room:
    """Desks at one ticket that nobody's team has yet."""

    def __init__(self, core: Core, clock: ManualClock) -> None:
        self.core, self.clock, self.tasks = core, clock, Tasks()

    async def begin(self) -> "Room":
        wish = received()
        await self.core.execute(await operator(self.core), [wish])
        ticket = await self.core.read(lambda r: ticket_rows.by_conversation(r, wish.target))
        assert ticket is not None
        self.topic = topic_of(ticket.id)
        return self

    async def desk(self, name: str, socket: FakeSocket | None = None) -> Desk:
        email = f"{name.lower()}@desk.test"
        user = await self.core.write(lambda tx: accounts.add_user(tx, email, name, "agent", ()))
        return await Desk(self, user, socket or FakeSocket()).open()

    async def both(self) -> tuple[Desk, Desk]:
        """Ana and Ben, who know of each other."""
        ana, ben = await self.desk("Ana"), await self.desk("Ben")
        ana.say("viewing")
        await ana.sync()
        ben.say("viewing")
        await ana.socket.until(Ephemeral)
        await ben.socket.until(Ephemeral)
        self.clock.advance(THROTTLE_S)
        return ana, ben

    async def revoke(self, desk: Desk) -> None:
        user = desk.user
        await self.core.write(lambda tx: tx.set_grants(user.id, user.scope, frozenset()))

    async def mail(self, count: int) -> None:
        """So many messages of people who write for the first time."""
        wishes = [received(email=f"{new_id()}@mail.test") for _ in range(count)]
        await self.core.execute(await operator(self.core), wishes)


@pytest.fixture
async def room(database_url: str, clock: ManualClock) -> AsyncIterator[Room]:
    core = await open_core(open_database(database_url), clock, serving=True)
    made = await Room(core, clock).begin()
    yield made
    await made.tasks.close()
    await core.leave()
    core.close()


async def test_who_comes_and_who_is_there_hear_of_each_other(room: Room) -> None:
    ana, ben = await room.both()
    assert ana.heard == [(str(ben.user.id), "viewing")]
    assert ben.heard == [(str(ana.user.id), "viewing")]


async def test_who_hangs_up_has_left(room: Room) -> None:
    ana, ben = await room.both()
    ben.socket.hang_up()
    assert await ana.socket.until(Ephemeral, 2) == Ephemeral(ana.topic, "left", ben.user.id)
    await ben.task
    assert list(room.core.presence._consoles) == [
        listener for listener in room.core.hub.listeners if listener.user_id == ana.user.id
    ]


async def test_whoever_loses_their_scopes_is_told_so_and_nothing_of_others(room: Room) -> None:
    ana, ben = await room.both()
    await room.revoke(ben)
    frame = await ben.socket.until(ScopeFrame)
    assert frame.remove
    assert await ana.socket.until(Ephemeral, 2) == Ephemeral(ana.topic, "left", ben.user.id)
    ana.say("typing")
    await ana.sync()
    ben.say("typing")
    await ben.sync()
    assert len(ben.heard) == 1
    assert len(ana.heard) == 2


async def test_a_console_without_credit_hears_nothing_until_it_acknowledges(room: Room) -> None:
    ana, ben = await room.both()
    while sum(len(b.changes) for b in ben.socket.of(Batch)) < MAX_UNACKED_CHANGES:
        await room.mail(250)
        head = await room.core.read(room.core.feed.head)
        ana.socket.say(Ack(head))
        await ana.socket.until_at(head)
        ana.socket.say(Ack(head))
        await ben.sync()
    for what in ("typing", "noting", "viewing", "typing:buyer"):
        ana.say(what)
        await ana.sync()
        await ben.sync()
        room.clock.advance(THROTTLE_S / 4)
    assert len(ben.heard) == 1
    ben.socket.say(Ack(ben.socket.of(Batch)[-1].to_seq))
    assert (await ben.socket.until(Ephemeral, 2)).what == "typing:buyer", "how it is now"


async def test_a_console_that_does_not_read_costs_nothing_and_gets_nothing_old(room: Room) -> None:
    ana, ben = await room.both()
    ben.socket.stall()
    ana.say("typing")
    await ben.socket.waiting.wait()
    for _ in range(6):
        room.clock.advance(THROTTLE_S)
        ben.say("viewing")
        for what in ("viewing", "noting", "typing:buyer"):
            ana.say(what)
            await ana.sync()
    (console,) = [c for at, c in room.core.presence._consoles.items() if at.user_id == ben.user.id]
    assert console.news == {room.topic}, "a mark is all that waits for them"
    ben.socket.stall(False)
    await ben.socket.until(Ephemeral, 3)
    await ben.sync()
    assert [what for _, what in ben.heard] == ["viewing", "typing", "typing:buyer"]


async def test_what_was_lost_while_a_socket_stalled_is_not_told_after_it(room: Room) -> None:
    ana, ben = await room.both()
    ben.socket.stall()
    await room.mail(1)
    await ben.socket.waiting.wait()
    ana.say("typing")
    await ana.sync()
    await room.revoke(ben)
    ben.socket.stall(False)
    await ben.socket.until(ScopeFrame)
    await ben.sync()
    assert len(ben.heard) == 1


class Slow(FakeSocket):
    """Takes so long for a word of presence that the next one is stale by then."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    async def send(self, data: str | bytes) -> None:
        await super().send(data)
        if isinstance(self.sent[-1], Ephemeral):
            self._clock.advance(FRESH_S + 1)


async def test_what_was_looked_up_too_long_ago_is_dropped_and_told_next_time(room: Room) -> None:
    ana, ben = await room.both()
    cara = await room.desk("Cara", Slow(room.clock))
    cara.say("viewing")
    await cara.socket.until(Ephemeral)
    await cara.sync()
    (first,) = cara.heard
    (missed,) = [desk for desk in (ana, ben) if str(desk.user.id) != first[0]]
    room.clock.advance(THROTTLE_S)
    missed.say("viewing")
    told = await cara.socket.until(Ephemeral, 2)
    assert (told.who, told.what) == (missed.user.id, "viewing")


async def test_presence_does_not_count_as_an_end_of_silence(room: Room) -> None:
    ana, ben = await room.both()
    for _ in range(int(PING_INTERVAL_S / REPEAT_S) + 1):
        room.clock.advance(REPEAT_S)
        known = len(ana.heard), len(ben.heard)
        ben.say("viewing")
        ana.say("viewing")
        for desk, before in zip(
            (ana, ben), known, strict=True
        ):  # else what is looked up gets stale
            await desk.socket.until(Ephemeral, before + 1)
    assert ben.socket.of(Ping), "else nobody would look whether the session still holds"
