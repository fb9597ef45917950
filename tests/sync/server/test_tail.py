"""The tail: the ring of one node holds what every node commits, in order, without a hole."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from msgspec import structs
from sqlalchemy.exc import OperationalError

from console.kernel.ids import new_id
from console.kernel.tasks import Tasks
from console.people.model import Party
from console.people.records import PARTY
from console.people.server import accounts
from console.sync.frames import Batch
from console.sync.server import epoch, tail
from console.sync.server.hub import Hub, Listener
from console.sync.server.tail import Tail, Tailed, read_tail
from console.sync.server.tx import Tx
from tests.fakes.clock import ManualClock
from tests.parts.office import Office

pytestmark = pytest.mark.anyio
HERE, THERE = frozenset({20}), frozenset({22})


@pytest.fixture
def here(postgres_url: str, clock: ManualClock) -> Iterator[Office]:
    opened = Office(postgres_url, clock)
    yield opened
    opened.close()


@pytest.fixture
def there(here: Office, postgres_url: str, clock: ManualClock) -> Iterator[Office]:
    """A second node over the same database."""
    opened = Office(postgres_url, clock, joins=True)
    yield opened
    opened.close()


@pytest.fixture
def hub(here: Office) -> Hub:
    """What the first node knows: nothing since it started."""
    return Hub(here.head())


@pytest.fixture
def following(here: Office, hub: Hub) -> Tail:
    return Tail(hub, here.feed, here.database.read)


def put(
    office: Office, party_id: UUID, name: str = "x", scopes: frozenset[int] | None = HERE
) -> int:
    """Write a party; returns its place in the log."""
    seen: list[int] = []

    def work(tx: Tx) -> None:
        tx.record(PARTY, Party(id=party_id, side="buyer", name=name), scopes)
        tx.when_numbered(lambda entries: seen.append(entries[-1].seq))

    office.write(work)
    return seen[0]


def told(hub: Hub, cursor: int, scopes: frozenset[int] = HERE) -> list[tuple[int, str]]:
    batch = hub.batch(cursor, scopes)
    assert isinstance(batch, Batch)
    return [(change.rev, change.op) for change in batch.changes]


async def test_what_another_node_commits_joins_the_ring(
    there: Office, hub: Hub, following: Tail
) -> None:
    start, party_id = hub.tail, new_id()
    seq = put(there, party_id)
    await following.catch_up()
    batch = hub.batch(start, HERE)
    assert batch is not None
    (change,) = batch.changes
    assert (change.k, change.id, change.rev, change.sc) == ("party", party_id, seq, (20,))
    assert PARTY.read(party_id, bytes(change.doc)).name == "x"
    assert (hub.tail, batch.to_seq, batch.more) == (seq, seq, False)


async def test_our_own_commit_joins_directly_when_it_is_the_next(
    here: Office, there: Office, hub: Hub, following: Tail
) -> None:
    start = hub.tail
    logs = []
    here.writer._committed = lambda tx: logs.append(tx.log)
    first = put(here, new_id())
    following.committed(logs[0])
    assert hub.tail == first
    second = put(there, new_id())
    third = put(here, new_id())
    following.committed(logs[1])
    assert (hub.tail, following._wake.is_set()) == (first, True)
    await following.catch_up()
    assert told(hub, start) == [(first, "U"), (second, "U"), (third, "U")]


async def test_our_own_commits_meanwhile_are_in_the_ring_once(
    here: Office, there: Office, hub: Hub
) -> None:
    logs = []
    here.writer._committed = lambda tx: logs.append(tx.log)
    start = hub.tail
    first = put(here, new_id())

    async def read(work: object) -> Tailed:
        found = await here.database.read(work)
        following.committed(logs[0])  # committed while the read was under way
        return found

    following = Tail(hub, here.feed, read)
    await following.catch_up()
    assert told(hub, start) == [(first, "U")]


async def test_revisions_are_those_of_the_rows(there: Office, hub: Hub, following: Tail) -> None:
    start, party_id = hub.tail, new_id()
    put(there, party_id, "old")
    newer = put(there, party_id, "new")
    await following.catch_up()
    batch = hub.batch(start, HERE)
    assert batch is not None
    assert [(c.rev, PARTY.read(party_id, bytes(c.doc)).name) for c in batch.changes] == [
        (newer, "new"),
        (newer, "new"),
    ]


async def test_who_lost_sight_of_it_meanwhile_is_not_shown_it(
    there: Office, hub: Hub, following: Tail
) -> None:
    start, party_id = hub.tail, new_id()
    first = put(there, party_id)
    second = put(there, party_id, "secret", THERE)
    await following.catch_up()
    assert told(hub, start, HERE) == [(first, "X"), (second, "X")]
    assert hub.batch(start, THERE) is None, "who gained it needs its children: from the log"
    assert told(hub, start, HERE | THERE) == [(second, "U"), (second, "U")]


async def test_what_was_erased_is_told_so(there: Office, hub: Hub, following: Tail) -> None:
    start, party_id = hub.tail, new_id()
    first = put(there, party_id)
    there.write(lambda tx: tx.erase(PARTY, party_id))
    await following.catch_up()
    assert told(hub, start) == [(first, "D"), (hub.tail, "D")]


async def test_grants_wake_their_user_before_anything_newer_is_shown(
    there: Office, hub: Hub, following: Tail, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = there.user("Ana Kovac", teams=("Europe",))
    await following.catch_up()
    listener = Listener(ana.id, new_id(), HERE)
    hub.listeners.add(listener)
    put(there, new_id())
    there.write(lambda tx: accounts.set_teams(tx, ana.id, []))
    # Only the first line is taken, and yet it says whose grants changed after it.
    monkeypatch.setattr(tail, "TAIL_LINES", 1)
    found = await there.database.read(lambda r: read_tail(there.feed, hub.tail, r))
    assert (found.more, found.regrants, len(found.entries)) == (True, [ana.id], 1)
    await following.catch_up()
    assert listener.regrant is not None


async def test_a_long_log_is_read_in_pieces(
    there: Office, hub: Hub, following: Tail, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = hub.tail
    there.write(
        lambda tx: [
            tx.record(PARTY, Party(id=new_id(), side="buyer", name="x"), HERE) for _ in range(7)
        ]
    )
    monkeypatch.setattr(tail, "TAIL_LINES", 3)
    await following.catch_up()
    assert len(told(hub, start)) == 7
    assert hub.tail == there.head()


async def test_a_new_epoch_without_a_change_moves_the_tail(
    there: Office, hub: Hub, following: Tail, clock: ManualClock
) -> None:
    with there.database.writing() as connection:
        begun = epoch.begin(connection, clock.now())
    await following.catch_up()
    assert hub.tail == epoch.first_seq(begun.no)


async def test_a_lost_wake_up_costs_one_poll(
    there: Office, hub: Hub, following: Tail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 16; the poll is brought forward, the wake-up is never sent."""
    monkeypatch.setattr(tail, "POLL_S", 0.01)
    listener = Listener(new_id(), new_id(), HERE)
    hub.listeners.add(listener)
    tasks = Tasks()
    tasks.spawn(following.follow(), name="tail")
    seq = put(there, new_id())
    while hub.tail < seq:
        listener.wake.clear()
        await listener.wake.wait()
    await tasks.close()


async def test_a_wake_up_is_heard_only_of_what_is_new(hub: Hub, following: Tail) -> None:
    following.wake(hub.tail)
    assert not following._wake.is_set()
    following.wake(hub.tail + 1)
    assert following._wake.is_set()


async def test_a_database_that_is_away_is_asked_again(
    there: Office,
    hub: Hub,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(tail, "POLL_S", 0.001)
    failures = 3

    async def read(work: object) -> Tailed:
        nonlocal failures
        if failures:
            failures -= 1
            raise OperationalError("SELECT", {}, Exception("away"))
        return await there.database.read(work)

    listener = Listener(new_id(), new_id(), HERE)
    hub.listeners.add(listener)
    tasks = Tasks()
    seq = put(there, new_id())
    tasks.spawn(Tail(hub, there.feed, read).follow(), name="tail")
    while hub.tail < seq:
        listener.wake.clear()
        await listener.wake.wait()
    await tasks.close()
    assert caplog.messages.count("log_not_followed") == 1


async def test_a_change_of_a_child_is_told_where_its_parent_is(
    there: Office, hub: Hub, following: Tail
) -> None:
    from console.conversations.model import Conversation, Message
    from console.conversations.records import CONVERSATION, MESSAGE
    from tests.parts.acts import AT

    talk = Conversation(id=new_id(), subject="s", created_at=AT, last_at=AT)
    note = Message(
        id=new_id(), conversation_id=talk.id, pos=1, lane="internal", author="staff",
        author_id=new_id(), body="b", at=AT, channel="email",
    )  # fmt: skip
    there.write(lambda tx: tx.record(CONVERSATION, talk, HERE))
    await following.catch_up()
    start = hub.tail
    there.write(lambda tx: tx.record(MESSAGE, note))
    await following.catch_up()
    assert told(hub, start, frozenset({20})) == []
    assert told(hub, start, frozenset({20, 21})) == [(hub.tail, "U")]
    there.write(lambda tx: tx.record(CONVERSATION, structs.replace(talk, subject="t"), THERE))
    await following.catch_up()
    assert told(hub, start, frozenset({20, 21})) == [(hub.tail - 1, "U"), (hub.tail, "X")]
