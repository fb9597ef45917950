"""Tickets on the wire: defaults stay off it, strict arguments."""

import pytest

from console.kernel import codec
from console.kernel.codec import write_record
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.tickets.model import Priority, Status, Ticket
from console.tickets.records import TICKET, ImportTurn, SetStatus
from tests.parts.acts import AT


def test_a_ticket_survives_its_document() -> None:
    ticket = Ticket(
        id=new_id(), number=7, conversation_id=new_id(), subject="x", status=Status.HOLD,
        priority=Priority.URGENT, tags=("a", "b"), created_at=AT, updated_at=AT, order_ids=(new_id(),),
    )  # fmt: skip
    doc = write_record(ticket)
    assert TICKET.read(ticket.id, doc) == ticket
    assert b"unread" not in doc


@pytest.mark.parametrize("data", ['{"status":"gone","seen":"new"}', '{"status":"open"}', "{}"])
def test_what_is_no_status_is_refused(data: str) -> None:
    with pytest.raises(Refused):
        codec.decode(data, SetStatus)


def test_a_turn_may_have_no_time_but_never_one_without_a_zone() -> None:
    assert codec.decode('{"author":"buyer","body":"x"}', ImportTurn).at is None
    with pytest.raises(Refused):
        codec.decode('{"author":"buyer","body":"x","at":"2026-03-02T09:00:00"}', ImportTurn)
