"""One live session: current within its credit, its scopes looked up again, sent away when slow."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest

from console.kernel.errors import SignedOut
from console.kernel.ids import new_id
from console.kernel.tasks import Tasks
from console.people.model import Party
from console.people.records import PARTY
from console.server.core import Core, open_core
from console.store.engine import open_database
from console.store.reader import Reader
from console.sync.frames import (
    ACK_TIMEOUT_S,
    BYE_PROTOCOL,
    BYE_SLOW,
    BYE_VERSION,
    MAX_UNACKED_BYTES,
    MAX_UNACKED_CHANGES,
    PING_INTERVAL_S,
    Ack,
    Batch,
    Hello,
    Ping,
    Resync,
    ScopeFrame,
    Welcome,
)
from console.sync.records import Accepted, Command, Epoch, Result, Scopes
from console.sync.server import live
from console.sync.server.fanout import PART_BYTES
from console.sync.server.live import Ended, LiveSession
from console.sync.server.tx import Tx
from tests.fakes.clock import ManualClock
from tests.fakes.socket import FakeSocket

pytestmark = pytest.mark.anyio
QUEUE: Scopes = frozenset({20})
ELSEWHERE: Scopes = frozenset({22})


@pytest.fixture
async def core(database_url: str, clock: ManualClock) -> AsyncIterator[Core]:
    opened = await open_core(open_database(database_url), clock, serving=True)
    yield opened
    await opened.leave()
    opened.close()


class Console:
    """A session under test with its scripted console."""

    def __init__(self, core: Core, clock: ManualClock) -> None:
        self.core, self.clock = core, clock
        self.socket = FakeSocket()
        self.scopes = QUEUE
        self.signed_out = False
        self.user = new_id()
        self.tasks = Tasks()
        self.epochs: list[int] = []
        self.may_decide = asyncio.Event()
        self.may_decide.set()
        self.failure: Exception | None = None

    def _granted(self, _: Reader) -> Scopes:
        if self.signed_out:
            raise SignedOut
        return self.scopes

    async def _execute(self, command: Command, epoch_no: int) -> Result:
        self.epochs.append(epoch_no)
        await self.may_decide.wait()
        if self.failure is not None:
            raise self.failure
        return Result(command.cmd_id, Accepted(5))

    async def hello(self, cursor: int | None = None, **more: object) -> "asyncio.Task[None]":
        """Greet from a cursor (the head by default) and wait for the welcome."""
        at = await self.core.read(self.core.feed.head) if cursor is None else cursor
        fields = {
            "proto": (1, 1),
            "device": new_id(),
            "token": "t",
            "cursor": at,
            "hwm": at,
            "epoch": None,
            "scopes": "",
        }
        hello = Hello(**{**fields, **more})
        session = LiveSession(
            self.socket, self.core.hub, self.core.feed, self.core.database, self.clock,
            self._execute, self._granted, self.core.presence,
        )  # fmt: skip
        task = self.tasks.spawn(quiet(session.run(hello, self.user, 3)), name="session")
        await asyncio.wait(
            [task, asyncio.ensure_future(self.socket.until(Welcome))], return_when="FIRST_COMPLETED"
        )
        return task

    async def write(self, count: int = 1, scopes: Scopes = QUEUE, size: int = 0) -> int:
        """So many new parties in one transaction; where the log then stands."""

        def work(tx: object) -> None:
            for _ in range(count):
                party = Party(
                    id=new_id(), side="buyer", name="x", city=secrets.token_hex(size // 2)
                )
                tx.add(PARTY, party, scopes)

        await self.core.write(work)
        return await self.core.read(self.core.feed.head)

    def nudge(self) -> None:
        """Wake the session as any commit does."""
        for listener in self.core.hub.listeners:
            listener.wake.set()


async def quiet(run: object) -> object:
    try:
        await run
    except (Ended, SignedOut, ConnectionError) as error:
        return error
    return None


async def ended(task: "asyncio.Task[None]") -> object:
    async with asyncio.timeout(20):
        return await task


@pytest.fixture
async def console(core: Core, clock: ManualClock) -> AsyncIterator[Console]:
    made = Console(core, clock)
    yield made
    await made.tasks.close()


async def test_the_welcome_says_where_things_stand(console: Console, clock: ManualClock) -> None:
    await console.write()
    await console.hello()
    welcome = console.socket.of(Welcome)[0]
    assert (welcome.mode, welcome.last_n, welcome.scopes) == ("live", 3, (20,))
    assert welcome.server_time == clock.now()
    assert welcome.head == await console.core.read(console.core.feed.head)


async def test_who_is_behind_is_brought_up_to_date_in_an_unbroken_chain(console: Console) -> None:
    start = await console.core.read(console.core.feed.head)
    head = await console.write(1_500)
    await console.hello(start)
    assert console.socket.of(Welcome)[0].mode == "catchup"
    await console.socket.until_at(head)
    console.socket.say(Ack(head))
    head = await console.write(5)
    await console.socket.until_at(head)
    batches = console.socket.of(Batch)
    assert [batch.from_seq for batch in batches] == [start, *(b.to_seq for b in batches[:-1])]
    ids = [change.id for batch in batches for change in batch.changes]
    assert len(ids) == len(set(ids)) == 1_505


async def test_who_comes_back_is_not_sent_what_was_there_before_it_could_be_seen(
    console: Console,
) -> None:
    """The ring has it as it was; since then it left, and the scope was granted after that."""
    start = await console.core.read(console.core.feed.head)
    await console.write(1, QUEUE)

    def leave(tx: Tx) -> None:
        (stored,) = tx.all(PARTY)
        tx.record(PARTY, stored.record, ELSEWHERE)

    await console.core.write(leave)
    head = await console.core.read(console.core.feed.head)
    await console.hello(start)
    await console.socket.until_at(head)
    sent = [change for batch in console.socket.of(Batch) for change in batch.changes]
    assert {change.op for change in sent} == {"X"}


async def test_who_is_behind_by_nothing_they_may_see_is_told_at_once(console: Console) -> None:
    start = await console.core.read(console.core.feed.head)
    head = await console.write(3, ELSEWHERE)
    await console.hello(start)
    assert console.socket.of(Welcome)[0].mode == "catchup"
    batch = await console.socket.until(Batch)
    assert (batch.from_seq, batch.to_seq, batch.changes) == (start, head, ())


async def test_no_more_is_sent_than_there_is_credit_for(console: Console) -> None:
    start = await console.core.read(console.core.feed.head)
    for _ in range(4):
        head = await console.write(1_000)
    await console.hello(start)
    acked, rounds = 0, 0
    while acked < 4_000:
        rounds += 1
        await console.socket.until(Batch)
        console.socket.say(Ping())
        await console.socket.until(Ping, rounds)
        sent = sum(len(batch.changes) for batch in console.socket.of(Batch))
        assert sent - acked <= MAX_UNACKED_CHANGES
        acked, known = sent, len(console.socket.of(Batch))
        console.socket.say(Ack(console.socket.of(Batch)[-1].to_seq))
        if acked < 4_000:
            await console.socket.until(Batch, known + 1)
    assert console.socket.of(Batch)[-1].to_seq == head


async def test_without_acknowledgement_sending_stops_and_later_goes_on(console: Console) -> None:
    await console.hello()
    size = MAX_UNACKED_BYTES // 4
    heads = [await console.write(2, size=size) for _ in range(6)]
    await console.socket.until(Batch)
    console.socket.say(Ping())
    await console.socket.until(Ping)
    sent = sum(len(batch.changes) for batch in console.socket.of(Batch))
    assert 0 < sent < 12
    console.socket.say(Ack(console.socket.of(Batch)[-1].to_seq))
    async with asyncio.timeout(20):
        while not any(batch.to_seq >= heads[-1] for batch in console.socket.of(Batch)):
            known = len(console.socket.of(Batch))
            console.socket.say(Ack(console.socket.of(Batch)[-1].to_seq))
            await console.socket.until(Batch, known + 1)
    assert sum(len(batch.changes) for batch in console.socket.of(Batch)) == 12


async def test_who_acknowledges_nothing_is_sent_away_also_while_others_are_busy(
    console: Console, clock: ManualClock
) -> None:
    task = await console.hello()
    await console.socket.until_at(await console.write())
    clock.advance(ACK_TIMEOUT_S + 1)
    await console.write(scopes=ELSEWHERE)
    over = await ended(task)
    assert isinstance(over, Ended)
    assert over.bye is not None
    assert (over.bye.code, over.bye.retry_after_s) == (BYE_SLOW, 5.0)
    assert console.core.hub.listeners == set()


async def test_who_reads_nothing_is_hung_up_on(
    console: Console, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "ACK_TIMEOUT_S", 0.02)
    task = await console.hello()
    console.socket.stall()
    await console.write()
    await console.socket.waiting.wait()
    clock.advance(1)
    over = await ended(task)
    assert isinstance(over, Ended)
    assert over.bye is None
    assert console.core.hub.listeners == set()


async def test_silence_is_broken_also_while_others_are_busy(
    console: Console, clock: ManualClock
) -> None:
    await console.hello()
    start = console.socket.of(Welcome)[0].head
    head = await console.write(3, ELSEWHERE)
    clock.advance(PING_INTERVAL_S + 1)
    console.nudge()
    batch = await console.socket.until(Batch)
    assert (batch.from_seq, batch.to_seq, batch.changes) == (start, head, ())
    clock.advance(PING_INTERVAL_S + 1)
    console.nudge()
    assert (await console.socket.until(Ping)).head == head


async def test_a_ping_is_answered_with_where_the_console_stands(console: Console) -> None:
    await console.hello()
    console.socket.say(Ping())
    assert (await console.socket.until(Ping)).head == console.socket.of(Welcome)[0].head


@pytest.mark.parametrize("data", ["{", '{"t":"teleport"}', "hello"])
async def test_what_is_not_understood_ends_the_session(console: Console, data: str) -> None:
    task = await console.hello()
    console.socket.say_raw(data)
    over = await ended(task)
    assert isinstance(over, Ended)
    assert over.bye is not None
    assert over.bye.code == BYE_PROTOCOL


async def test_a_second_hello_ends_the_session(console: Console) -> None:
    task = await console.hello()
    console.socket.say(Hello((1, 1), new_id(), "t", 0, 0, None, ""))
    over = await ended(task)
    assert isinstance(over, Ended)
    assert over.bye is not None
    assert over.bye.code == BYE_PROTOCOL


@pytest.mark.parametrize("proto", [(0, 0), (3, 4)])
async def test_another_protocol_is_told_so(console: Console, proto: tuple[int, int]) -> None:
    over = await ended(await console.hello(proto=proto))
    assert isinstance(over, Ended)
    assert over.bye is not None
    assert over.bye.code == BYE_VERSION
    assert console.socket.sent == []


@pytest.mark.parametrize("ahead", ["hwm", "cursor", "tag"])
async def test_a_fork_is_told_and_ends_the_session(console: Console, ahead: str) -> None:
    head = await console.write()
    life = await console.core.read(lambda r: tuple(r.row("SELECT no, tag FROM epoch") or ()))
    more: dict[str, object] = {"hwm": head + 1} if ahead == "hwm" else {}
    if ahead == "tag":
        more = {"epoch": Epoch(life[0], life[1] + 1)}
    task = await console.hello(head + 1 if ahead == "cursor" else head, **more)
    over = await ended(task)
    assert isinstance(over, Ended)
    assert over.bye is None
    assert console.socket.of(Welcome)[0].mode == "resync"
    assert console.socket.of(Resync) == [Resync("fork")]


async def test_what_is_new_is_told_in_the_turn_that_commits_it(console: Console) -> None:
    await console.hello()
    await console.socket.until_at(await console.write())
    told = console.socket.put_at_once
    console.socket.say(Ack(await console.write()))
    head = await console.write(3)
    await console.socket.until_at(head)
    assert console.socket.put_at_once == told + 2
    batches = console.socket.of(Batch)
    assert [batch.from_seq for batch in batches[1:]] == [batch.to_seq for batch in batches[:-1]]


async def test_nothing_is_told_before_what_still_waits_for_the_socket(console: Console) -> None:
    await console.hello()
    start = console.socket.of(Welcome)[0].head
    await console.write(1, ELSEWHERE)
    (listener,) = console.core.hub.listeners
    tell = listener.tell

    def just_read() -> bool:
        console.socket.stall(False)
        return tell()

    listener.tell = just_read
    console.socket.stall()
    console.socket.say(Ping())  # the answer says how far the log was looked at, and waits
    await console.socket.waiting.wait()
    head = await console.write()
    await console.socket.until_at(head)
    batches = console.socket.of(Batch)
    assert [batch.from_seq for batch in batches] == [start, batches[0].to_seq]
    assert [len(batch.changes) for batch in batches] == [0, 1]


async def test_a_change_of_grants_is_told(console: Console) -> None:
    await console.hello()
    console.scopes = frozenset({22, 23})
    console.core.hub.recheck(console.user)
    frame = await console.socket.until(ScopeFrame)
    assert (frame.add, frame.remove) == ((22, 23), (20,))
    head = await console.write(1, ELSEWHERE)
    await console.socket.until_at(head)


async def test_nothing_of_a_lost_scope_is_sent_after_it_was_lost(console: Console) -> None:
    """The console stalls in the middle of a batch; meanwhile it loses the scope and more comes."""
    await console.hello()
    console.socket.stall()
    first = await console.write()
    await console.socket.waiting.wait()
    console.scopes = ELSEWHERE
    console.core.hub.recheck(console.user)
    for _ in range(3):
        await console.write()
    head = await console.write(1, ELSEWHERE)
    console.socket.stall(False)
    await console.socket.until_at(head)
    assert [c.rev for batch in console.socket.of(Batch) for c in batch.changes] == [first, head]
    order = [type(frame) for frame in console.socket.sent]
    assert order == [Welcome, Batch, ScopeFrame, Batch]


async def test_who_signed_out_hears_nothing_more(console: Console) -> None:
    task = await console.hello()
    console.signed_out = True
    console.core.hub.recheck(console.user)
    assert isinstance(await ended(task), SignedOut)
    assert console.core.hub.listeners == set()


async def test_a_session_is_looked_up_again_when_it_was_silent_for_long(
    console: Console, clock: ManualClock
) -> None:
    task = await console.hello()
    console.signed_out = True
    clock.advance(PING_INTERVAL_S + 1)
    console.nudge()
    assert isinstance(await ended(task), SignedOut)


async def test_a_batch_too_large_for_a_frame_comes_in_parts(console: Console) -> None:
    await console.hello()
    start = console.socket.of(Welcome)[0].head
    head = await console.write(6, size=PART_BYTES // 2)
    await console.socket.until_at(head)
    batches = console.socket.of(Batch)
    assert [batch.to_seq for batch in batches] == [start] * (len(batches) - 1) + [head]
    assert len(batches) > 1
    assert [batch.more for batch in batches] == [True] * (len(batches) - 1) + [False]
    assert len({c.id for batch in batches for c in batch.changes}) == 6


async def test_a_console_that_hangs_up_is_forgotten(console: Console) -> None:
    task = await console.hello()
    assert len(console.core.hub.listeners) == 1
    console.socket.hang_up()
    assert isinstance(await ended(task), ConnectionError)
    assert console.core.hub.listeners == set()
