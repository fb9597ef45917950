"""The log is pruned under a desk that was away: it fetches what is newer, compares, loses nothing."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from console.kernel.ids import new_id
from console.people.server import accounts
from console.sync.client import pipe
from console.sync.records import Accepted, command
from console.sync.server import compaction
from console.tickets.records import TICKET, ChangeTags, SetPriority
from tests.journeys.test_standing import at_the_head, fill, hear
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk, Desks
from tests.parts.server import LiveServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def all_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pruning leaves one line of the log, however young."""
    monkeypatch.setattr(compaction, "KEEP_LOG_LINES", 1)
    monkeypatch.setattr(compaction, "KEEP_LOG", timedelta(days=-1))


def prune(server: LiveServer) -> None:
    server.call(compaction.prune_log(server.core))


def tickets(desk: Desk) -> list[UUID]:
    return [UUID(bytes=raw) for raw in desk.rows("tickets")]


async def test_a_desk_below_the_horizon_is_mended_and_its_work_is_done(
    server: LiveServer, desks: Desks, all_goes: None
) -> None:
    ana = server.add_user("Ana Kovac", teams=("Europe",))
    server.add_user("Ben Ode", teams=("Asia",))
    fill(server, 300)
    for n in range(3):
        hear(server, "Europe", email=f"{n}@mail.test", order_number=f"A-{n}")
    desk = await desks.open(ana)
    await desk.live()
    kept = {raw: rev for raw, (rev, _) in desk.rows("tickets").items()}
    await desk.offline()
    intake = [UUID(bytes=raw) for raw, (_, doc) in desk.rows("tickets").items() if '"t1' in doc]
    first, second, *_ = intake
    tag = command(first, ChangeTags(add=("vip",)), cmd_id=new_id())
    await desk.do(tag)
    hear(server, "Europe", email="new@mail.test")
    server.write(lambda tx: tx.erase(TICKET, second))
    server.write(lambda tx: accounts.set_teams(tx, ana.id, ["Asia"]))
    hear(server, "Asia", email="asia@mail.test")
    prune(server)
    desk.said.clear()
    await desk.offline(False)
    await desk.live()
    await desk.until(lambda: isinstance(desk.outcome(tag.cmd_id), Accepted), "the tag")
    await at_the_head(server, desk)
    assert "loading" in [f.mode for f in desk.said if isinstance(f, pipe.Standing)]
    assert_replica_equals_server(desk)
    mine = {raw: rev for raw, (rev, _) in desk.rows("tickets").items()}
    assert sum(mine.get(raw) == rev for raw, rev in kept.items()) > 290, (
        "the others were not touched"
    )
    touched = {
        i for f in desk.said if isinstance(f, pipe.Changed) for i in f.kinds.get("ticket", ())
    }
    assert len(touched) < 20, "nothing was wiped and fetched anew"
    await desks.close()


async def test_pruning_in_the_middle_of_a_catch_up_changes_nothing_in_the_end(
    server: LiveServer, desks: Desks, all_goes: None
) -> None:
    ana = server.add_user("Ana Kovac")
    fill(server, 40)
    desk, other = await desks.open(ana), await desks.open(server.add_user("Ben Ode"))
    await desk.live()
    await other.live()
    await desk.offline()
    for n, ticket_id in enumerate(tickets(desk)):
        wish = SetPriority(priority="high", seen="normal")
        server.execute(server.operator(), command(ticket_id, wish, cmd_id=new_id()))
        if n == 20:
            await desk.tell(pipe.GoOffline(False))
        if n % 5 == 0:
            prune(server)
    for each in (desk, other):
        await each.live()
        await at_the_head(server, each)
        assert_replica_equals_server(each)
    await desks.close()


async def test_a_damaged_cache_is_found_by_the_weekly_look_and_mended(
    server: LiveServer, desks: Desks, tmp_path: Path
) -> None:
    ana = server.add_user("Ana Kovac")
    for n in range(3):
        hear(server, email=f"{n}@mail.test")
    desk = await desks.open(ana)
    await desk.live()
    await at_the_head(server, desk)
    session = desk.engine._session
    assert session is not None
    with session._replica._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM messages")
        connection.exec_driver_sql("UPDATE tickets SET rev = rev - 1")
    await session._fetching.audit()
    assert_replica_equals_server(desk)
    assert session._replica.standing.audited > 0
    await desks.close()
