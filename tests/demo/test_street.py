"""People outside, decided without network: the same at the same times, patient, and never too many."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec import Raw

from console.conversations.model import Message
from console.conversations.records import ReceiveMessage
from console.demo.content import Library
from console.demo.street import Pace, Street
from console.kernel import codec
from console.kernel.codec import Record
from console.kernel.ids import derived_id
from console.sync.records import Change, Command
from console.tickets.model import ACTIVE, Ticket
from tests.demo.conftest import NOW, Sandbox, Shelf

FAST = Pace(every_s=(1, 1), answer_s=(1, 1))


def change(kind: str, record: Record) -> Change:
    """A record as the server tells of it."""
    return Change(k=kind, id=record.id, rev=1, op="U", doc=Raw(codec.encode(record)))


@pytest.fixture
def street(library: Library, sandbox: Sandbox, shelf: Shelf) -> Street:
    return settled(library, sandbox, shelf)


def settled(library: Library, sandbox: Sandbox, shelf: Shelf, pace: Pace = FAST) -> Street:
    """People who know the whole sandbox."""
    made = Street(library, sandbox.marker, "stream", NOW, pace)
    for kind, records in (
        ("order", shelf.orders), ("conversation", shelf.conversations), ("ticket", shelf.tickets),
    ):  # fmt: skip
        for record in records.values():
            made.know(change(kind, record))
    made.begin(NOW)
    return made


def lived(street: Street, seconds: int) -> list[Command]:
    """What is done in that time."""
    return [made for s in range(seconds) for made in street.act(NOW + timedelta(seconds=s))]


def said(commands: Sequence[Command]) -> list[ReceiveMessage]:
    return [codec.decode(c.args, ReceiveMessage) for c in commands if c.type == "ReceiveMessage"]


def test_the_same_seed_and_stream_do_the_same(
    library: Library, sandbox: Sandbox, shelf: Shelf
) -> None:
    first, second = (settled(library, sandbox, shelf) for _ in range(2))
    made = lived(first, 60)
    assert made == lived(second, 60)
    assert {c.type for c in made} == {"ReceiveMessage", "RecordOrder", "RecordOrderEvent"}
    assert len({c.cmd_id for c in made}) == len(made)


def test_nothing_happens_before_its_time(street: Street) -> None:
    assert street.act(NOW) == []
    assert street.wakes_at == NOW + timedelta(seconds=1)
    assert street.act(street.wakes_at)


def test_no_new_cases_when_enough_are_open(
    library: Library, sandbox: Sandbox, shelf: Shelf
) -> None:
    pace = Pace(every_s=(1, 1), answer_s=(1, 1), most_active=0)
    known = {ticket.conversation_id for ticket in shelf.tickets.values()}
    made = lived(settled(library, sandbox, shelf, pace), 120)
    assert {c.target for c in made if c.type == "ReceiveMessage"} <= known


def reply_to(ticket: Ticket, n: int) -> Change:
    """A colleague's answer in a ticket's conversation."""
    message = Message(
        id=derived_id("reply", str(ticket.id), str(n)),
        conversation_id=ticket.conversation_id,
        pos=90 + n,
        lane=ticket.side,
        author="staff",
        body="We are looking into it.",
        at=NOW,
    )
    return change("message", message)


def test_who_is_answered_mostly_writes_back_and_stops_at_last(
    library: Library, sandbox: Sandbox, shelf: Shelf
) -> None:
    calm = Pace(every_s=(1e6, 1e6), answer_s=(1, 1))
    street = settled(library, sandbox, shelf, calm)
    waiting = [t for t in shelf.tickets.values() if t.status in ACTIVE and t.waiting_since]
    counts = []
    for n in range(3):
        for ticket in waiting:
            street.hear(reply_to(ticket, n), NOW)
        counts.append(len(lived(street, 3)))
    assert 0.5 * len(waiting) < counts[0] <= len(waiting)
    assert counts[0] > counts[1] > counts[2]


def test_whoever_writes_back_is_who_was_written_to(street: Street, shelf: Shelf) -> None:
    ticket = next(t for t in shelf.tickets.values() if t.status in ACTIVE and t.side == "buyer")
    street.hear(reply_to(ticket, 0), NOW)
    made = [c for c in lived(street, 3) if c.target == ticket.conversation_id]
    for args in said(made):
        sender = shelf.parties[ticket.requester_id]
        assert args.sender.side == "seller" or args.sender.name == sender.name
        assert args.subject == ticket.subject
