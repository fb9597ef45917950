"""Erasing a ticket: nothing of the person is left, and nothing of anybody else goes with them."""

from uuid import UUID

import pytest

from console.conversations.records import CONVERSATION
from console.kernel.errors import Refused
from console.orders.records import ORDER
from console.orders.server import order_id_of
from console.people.model import INTAKE_SCOPE
from console.people.records import PARTY
from console.sync.records import Accepted, Rejected
from console.tickets.model import Status
from console.tickets.records import TICKET, MoveToTeam, SetStatus
from console.tickets.server.erasure import TicketErased, erase_ticket, numbered
from tests.parts.acts import Case, act, begin_case, reply, team_named, told_order
from tests.parts.office import Office

INTAKE = frozenset((INTAKE_SCOPE,))
CANARY = "Kanarienvogel"


def erase(office: Office, case: Case) -> TicketErased:
    return office.write(lambda tx: erase_ticket(tx, case.ticket))


def everything(office: Office) -> str:
    """All text of all tables."""
    names = [row[0] for row in office.rows(_TABLES[office.database.dialect])]
    return repr([office.rows(f'SELECT * FROM "{name}"') for name in names])


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}


def test_nothing_of_the_person_is_left(office: Office) -> None:
    case = begin_case(
        office, body=f"I am {CANARY}", subject=CANARY, name=CANARY, email=f"{CANARY}@mail.test",
        order_number=CANARY,
    )  # fmt: skip
    ana = office.actor(office.user("Ana Kovac"))
    office.run(ana, reply(case.conversation_id, f"Dear {CANARY}"))
    assert CANARY in everything(office)
    assert erase(office, case) == TicketErased(tickets=1, messages=2, orders=1, parties=1)
    assert CANARY not in everything(office)
    kinds = [row[0] for row in office.rows("SELECT kind FROM tombstone ORDER BY kind")]
    assert kinds == ["conversation", "message", "message", "order", "party", "ticket"]


def test_every_ticket_over_the_conversation_goes(office: Office) -> None:
    case = begin_case(office)
    boss = office.actor(office.user("Sue Park", "supervisor"))
    first = case.ticket
    for status, seen in ((Status.SOLVED, Status.NEW), (Status.CLOSED, Status.SOLVED)):
        done = office.run(boss, act(first.id, SetStatus(status=status, seen=seen)))
        assert isinstance(done, Accepted)
    case.hear("me again")
    assert case.ticket.id != first.id
    gone = office.write(lambda tx: erase_ticket(tx, first))
    assert gone == TicketErased(tickets=2, messages=2, orders=0, parties=1)


def test_who_has_another_ticket_stays_and_is_seen_there_alone(office: Office) -> None:
    one = begin_case(office, team="Europe", order_number="A-1")
    two = begin_case(office, order_number="A-1")
    asia = team_named(office, "Asia")
    boss = office.actor(office.user("Root Boss", "admin"))
    office.run(boss, act(two.ticket.id, MoveToTeam(team_id=asia.id, seen=two.ticket.team_id)))
    party_id, order_id = two.ticket.requester_id, order_id_of("A-1")
    assert erase(office, one) == TicketErased(tickets=1, messages=1, orders=0, parties=0)
    for kind, kept in ((PARTY, party_id), (ORDER, order_id)):
        stored = office.get(kind, kept)
        assert stored is not None
        assert stored.scopes == frozenset((asia.scope,))
    assert erase(office, two) == TicketErased(tickets=1, messages=1, orders=1, parties=1)
    assert office.rows("SELECT linked_id FROM ticket_link") == []


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_a_party_that_an_order_names_stays(office: Office, side: str) -> None:
    case = begin_case(office, side=side)
    party_id = case.ticket.requester_id
    boss = office.actor(office.user("Root Boss", "admin"))
    assert isinstance(office.run(boss, told_order("B-9", **{f"{side}_id": party_id})), Accepted)
    assert erase(office, case).parties == 0
    stored = office.get(PARTY, party_id)
    assert stored is not None
    assert stored.scopes == frozenset(), "no ticket shows them any more"


def test_others_are_left_alone(office: Office) -> None:
    case = begin_case(office, order_number="A-1")
    other = begin_case(office, email="nora@mail.test", name="Nora", order_number="A-2")
    erase(office, case)
    assert office.get(TICKET, other.ticket.id) is not None
    assert office.get(CONVERSATION, other.conversation_id) is not None
    parties = office.rows("SELECT name FROM parties")
    assert parties == [("Nora",)]


def test_a_console_hears_of_it(office: Office) -> None:
    case = begin_case(office)
    before = office.head()
    ticket, conversation = case.ticket.id, case.conversation_id
    erase(office, case)
    found = office.read(lambda reader: office.feed.changes(reader, before, INTAKE))
    gone = {(change.k, change.id) for change in found.changes if change.op == "D"}
    assert {("ticket", ticket), ("conversation", conversation)} <= gone


def test_a_late_answer_to_what_is_gone_is_refused(office: Office) -> None:
    case = begin_case(office)
    conversation: UUID = case.conversation_id
    ana = office.actor(office.user("Ana Kovac"))
    erase(office, case)
    late = office.run(ana, reply(conversation))
    assert isinstance(late, Rejected)
    assert late.code == "denied"


def test_a_number_that_nobody_may_see_is_no_number(office: Office) -> None:
    case = begin_case(office)
    number = case.ticket.number
    assert office.write(lambda tx: numbered(tx, number, INTAKE)).id == case.ticket.id
    for wrong, scopes in ((number + 1, INTAKE), (number, frozenset({40}))):
        with pytest.raises(Refused, match=f"There is no ticket {wrong}"):
            office.write(lambda tx, w=wrong, s=scopes: numbered(tx, w, s))


def test_a_party_is_found_by_its_lane_too(office: Office) -> None:
    """An older release linked only who asked."""
    case = begin_case(office)
    office.write(lambda tx: tx.connection.exec_driver_sql("DELETE FROM ticket_link"))
    assert erase(office, case).parties == 1
