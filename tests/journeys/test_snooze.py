"""A ticket is snoozed at one desk, by a real server, and wakes at another when its time has come."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from console.kernel.clock import whole_ms
from console.sync.records import Accepted
from console.tickets.model import Ticket
from console.tickets.records import TICKET, Snooze
from tests.parts.acts import act, received
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk, Desks
from tests.parts.server import LiveServer

pytestmark = pytest.mark.anyio
LENGTH = timedelta(seconds=2)


def ticket(desk: Desk) -> Ticket:
    ((raw, doc),) = desk.reader.rows("SELECT id, doc FROM tickets")
    return TICKET.read(UUID(bytes=raw), doc)


async def test_a_ticket_wakes_on_time_everywhere(server: LiveServer, desks: Desks) -> None:
    ana, ben = server.add_user("Ana Kovac"), server.add_user("Ben Ode")
    (heard,) = server.execute(server.operator(), received())
    assert isinstance(heard.outcome, Accepted)
    here, there = await desks.open(ana), await desks.open(ben)
    try:
        await here.live()
        await there.live()
        before = ticket(here)
        base = here.rows("tickets")[before.id.bytes][0]
        until = whole_ms(datetime.now(UTC)) + LENGTH
        await here.do(act(before.id, Snooze(until=until), base_rev=base))
        await there.until(lambda: ticket(there).snoozed_until == until, "it is snoozed")
        await there.until(lambda: ticket(there).snoozed_until is None, "it is awake")
        await here.until(lambda: ticket(here).snoozed_until is None, "it is awake here too")
        assert ticket(there).updated_at == until
        assert datetime.now(UTC) >= until
        await here.settled()
        for desk in (here, there):
            await desk.live()
            assert_replica_equals_server(desk)
    finally:
        await desks.close()
