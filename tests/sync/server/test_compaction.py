"""Housekeeping: what goes, what stays however old it is, and who is told that something went."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from console.kernel.ids import new_id
from console.people.model import Party, User
from console.people.records import PARTY
from console.people.server import accounts, sessions
from console.server.core import Core, open_core
from console.store.engine import open_database
from console.sync.frames import Resync
from console.sync.records import Accepted, Command, Outcome, Rejected
from console.sync.server import compaction
from console.sync.server.compaction import KEEP_ANSWERS, KEEP_LOG
from console.sync.server.tx import Tx
from tests.fakes.clock import ManualClock
from tests.parts.acts import received

pytestmark = pytest.mark.anyio
QUEUE = frozenset({20})
DAY_S = 24 * 3_600.0


@pytest.fixture
async def core(database_url: str, clock: ManualClock) -> AsyncIterator[Core]:
    made = await open_core(open_database(database_url), clock, serving=False)
    yield made
    made.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten lines are kept, and three go at a time."""
    monkeypatch.setattr(compaction, "KEEP_LOG_LINES", 10)
    monkeypatch.setattr(compaction, "BLOCK", 3)


async def rows(core: Core, sql: str, **params: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await core.read(lambda reader: reader.rows(sql, **params))]


async def seqs(core: Core, table: str = "change_log") -> list[int]:
    return [row[0] for row in await rows(core, f"SELECT DISTINCT seq FROM {table} ORDER BY seq")]


async def horizon(core: Core) -> int:
    return int((await rows(core, "SELECT v FROM sync_state WHERE k = 'horizon'"))[0][0])


async def put(core: Core, count: int) -> None:
    for _ in range(count):
        party = Party(id=new_id(), side="buyer", name="x")
        await core.write(lambda tx, p=party: tx.record(PARTY, p, QUEUE))


async def test_the_old_end_of_the_log_goes_and_the_horizon_says_so(
    core: Core, clock: ManualClock, small: None
) -> None:
    await put(core, 30)
    clock.advance(KEEP_LOG.total_seconds() + 1)
    before, parties = await seqs(core), await rows(core, "SELECT id, rev FROM parties")
    await compaction.prune_log(core)
    assert await seqs(core) == before[-10:]
    assert await seqs(core, "change_scope") == before[-10:]
    assert await horizon(core) == before[-11]
    assert await rows(core, "SELECT id, rev FROM parties") == parties
    await compaction.prune_log(core)
    assert (await seqs(core), await horizon(core)) == (before[-10:], before[-11])

    def standing(cursor: int) -> Any:
        return core.read(lambda reader: core.feed.standing(reader, cursor, cursor, None))

    told = [await standing(seq) for seq in before[-12:-9]]
    assert told == [Resync("horizon", before[-12]), "ok", "ok"]


async def test_two_weeks_stay_however_many_they_are(
    core: Core, clock: ManualClock, small: None
) -> None:
    await put(core, 5)
    old = await seqs(core)
    clock.advance(KEEP_LOG.total_seconds() - DAY_S)
    await put(core, 20)
    clock.advance(DAY_S + 1)
    await compaction.prune_log(core)
    assert await horizon(core) == old[-1]
    assert len(await seqs(core)) == 20


async def test_so_many_lines_stay_however_old_they_are(
    core: Core, clock: ManualClock, small: None
) -> None:
    before = await seqs(core)
    await put(core, 10 - len(before))
    clock.advance(100 * KEEP_LOG.total_seconds())
    await compaction.prune_log(core)
    assert (len(await seqs(core)), await horizon(core)) == (10, 0)


async def test_a_line_that_looks_old_behind_a_young_one_stays(
    core: Core, clock: ManualClock, small: None
) -> None:
    """Clocks differ and transactions end late: the place in the log decides."""
    clock.advance(KEEP_LOG.total_seconds() + 1)
    await put(core, 1)
    young = (await seqs(core))[-1]
    clock.advance(-KEEP_LOG.total_seconds())
    await put(core, 15)
    clock.advance(KEEP_LOG.total_seconds())
    await compaction.prune_log(core)
    assert (await seqs(core))[0] == young


# -- answers


class Sender:
    """A device that numbers its commands."""

    def __init__(self, core: Core, user: User) -> None:
        self.core, self.user, self.device = core, user, new_id()

    async def send(self, command: Command) -> Outcome:
        def look(reader: Any) -> Any:
            return sessions.actor_for(reader, self.user, self.device, new_id())

        actor = await self.core.read(look)
        return (await self.core.execute(actor, [command]))[0].outcome


@pytest.fixture
async def sender(core: Core) -> Sender:
    user = await core.write(lambda tx: accounts.add_user(tx, "a@x.test", "Ana", "admin", ()))
    made = Sender(core, user)
    await core.write(lambda tx: sessions.open_session(tx, user.id, made.device))
    return made


def numbered(n: int) -> Command:
    return structs.replace(received(email=f"{n}@mail.test"), n=n)


async def test_old_answers_are_forgotten_and_their_commands_still_known(
    core: Core, clock: ManualClock, sender: Sender, small: None
) -> None:
    old = [numbered(n) for n in range(1, 8)]
    for command in old:
        assert isinstance(await sender.send(command), Accepted)
    clock.advance(KEEP_ANSWERS.total_seconds() + 1)
    young = numbered(8)
    first = await sender.send(young)
    await compaction.prune_answers(core)
    assert await rows(core, "SELECT n FROM applied_command") == [(8,)]
    assert await rows(core, "SELECT last_n, pruned_n FROM device") == [(8, 7)]
    assert await sender.send(young) == first
    for command in old:
        assert await sender.send(command) == Rejected("already_processed")
    assert len(await rows(core, "SELECT id FROM messages")) == 8
    assert isinstance(await sender.send(numbered(9)), Accepted)
    assert await rows(core, "SELECT last_n, pruned_n FROM device") == [(9, 7)]


async def test_forgetting_and_commands_of_the_device_may_share_a_transaction(
    core: Core, clock: ManualClock, sender: Sender
) -> None:
    await sender.send(numbered(1))
    clock.advance(KEEP_ANSWERS.total_seconds() + 1)
    actor = await core.read(
        lambda reader: sessions.actor_for(reader, sender.user, sender.device, new_id())
    )

    def both(tx: Tx) -> None:
        core.dispatch.execute(tx, actor, numbered(2))
        compaction._forget_answers(tx)
        core.dispatch.execute(tx, actor, numbered(3))

    await core.write(both)
    assert await rows(core, "SELECT last_n, pruned_n FROM device") == [(3, 1)]


# -- the rest


async def test_sessions_that_are_over_are_forgotten(
    core: Core, clock: ManualClock, sender: Sender
) -> None:
    clock.advance(sessions.LIFETIME.total_seconds() - 10)
    fresh = await core.write(lambda tx: sessions.open_session(tx, sender.user.id, None))
    clock.advance(20)
    await sessions.delete_expired(core)
    assert await rows(core, "SELECT id FROM session") == [(fresh.id.bytes,)]


async def test_the_housekeeping_of_a_night_runs(core: Core, clock: ManualClock) -> None:
    await core.worker.turn()
    kinds = [row[0] for row in await rows(core, "SELECT kind FROM job ORDER BY kind")]
    assert kinds == [
        "collect_files",
        "delete_expired_sessions",
        "prune_answers",
        "prune_jobs",
        "prune_log",
    ]
    await core.write(lambda tx: tx.connection.exec_driver_sql("UPDATE job SET due_at = 1"))
    await core.worker.turn()
    assert [
        (row[0], row[1] > 1)
        for row in await rows(core, "SELECT kind, due_at FROM job ORDER BY kind")
    ] == [(kind, True) for kind in kinds]
    assert timedelta(0) < KEEP_LOG
