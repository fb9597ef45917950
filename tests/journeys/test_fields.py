"""Fields and customer notes between two desks and a real server: one offline, then all the same."""

from uuid import UUID

import pytest

from console.fields.model import Content
from console.fields.records import CreateField
from console.kernel.ids import new_id
from console.people.records import DeletePartyNote, NoteParty
from console.sync.records import Accepted, Merged
from console.tickets.model import Status, Ticket
from console.tickets.records import TICKET, SetField, SetStatus
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import act, received
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk, Desks
from tests.parts.server import LiveServer

pytestmark = pytest.mark.anyio


def ticket(desk: Desk) -> Ticket:
    ((raw, doc),) = desk.reader.rows("SELECT id, doc FROM tickets")
    return TICKET.read(UUID(bytes=raw), doc)


async def test_fields_and_notes_are_the_same_everywhere_and_go_with_the_person(
    server: LiveServer, desks: Desks
) -> None:
    ana, sue = server.add_user("Ana Kovac"), server.add_user("Sue Park", "supervisor")
    (heard,) = server.execute(server.operator(), received())
    assert isinstance(heard.outcome, Accepted)
    here, there = await desks.open(ana, "ana"), await desks.open(sue, "sue")
    try:
        for desk in (here, there):
            await desk.live()
        field_id, note_id = new_id(), new_id()
        content = Content(name="Claim", required=True)
        await there.do(act(field_id, CreateField(content=content)))
        await here.until(lambda: field_id.bytes in here.rows("fields"), "the field")
        before = ticket(here)
        solve = act(before.id, SetStatus(status=Status.SOLVED, seen=Status.NEW))
        await here.do(solve)
        await here.until(lambda: here.outcome(solve.cmd_id) is not None, "an answer")
        assert getattr(here.outcome(solve.cmd_id), "code", "") == "fields_missing"
        await here.offline()
        mine = act(before.id, SetField(field_id=field_id, value="written offline"))
        note = NoteParty(party_id=before.requester_id, body="Calls on Mondays")
        await here.do(mine)
        await here.do(act(note_id, note), note_id)
        theirs = act(before.id, SetField(field_id=field_id, value="written meanwhile"))
        await there.do(theirs)
        await there.until(lambda: bool(ticket(there).fields), "a value")
        await here.offline(False)
        await there.until(lambda: note_id.bytes in there.rows("party_notes"), "the note")
        await there.until(
            lambda: ticket(there).fields == {field_id: "written offline"}, "the last value"
        )
        await here.until(lambda: here.outcome(mine.cmd_id) is not None, "an answer")
        outcome = here.outcome(mine.cmd_id)
        assert isinstance(outcome, Merged)
        assert outcome.theirs == {"field": str(field_id), "value": "written meanwhile"}
        await here.live()
        assert_replica_equals_server(here)
        assert_replica_equals_server(there)
        server.write(lambda tx: erase_ticket(tx, ticket(there)))
        for desk in (here, there):
            await desk.until(lambda d=desk: not d.rows("tickets"), "erased")
            await desk.until(lambda d=desk: not d.rows("party_notes"), "erased with the person")
            assert field_id.bytes in desk.rows("fields")
            assert_replica_equals_server(desk)
        gone = act(note_id, DeletePartyNote())
        await there.do(gone)
        await there.until(lambda: there.outcome(gone.cmd_id) is not None, "an answer")
        assert getattr(there.outcome(gone.cmd_id), "code", "") == "denied"
    finally:
        await desks.close()
