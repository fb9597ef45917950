"""Triage on the server: each command with its conflict rule, and what moves along with a ticket."""

from uuid import UUID

from console.conversations.records import CONVERSATION, MESSAGE
from console.conversations.tables import rows as conversation_rows
from console.kernel.codec import NIL, Strict
from console.kernel.ids import new_id
from console.orders.records import ORDER
from console.orders.server import order_id_of
from console.people.model import INTAKE_SCOPE, Actor
from console.people.records import PARTY
from console.sync.records import Accepted, Kind, Merged, Outcome, Rejected
from console.tickets.model import Priority, Status
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    MoveToTeam,
    SetPriority,
    SetStatus,
    Take,
)
from tests.parts.acts import Case, act, begin_case, note, received, reply, team_named
from tests.parts.office import Office


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__.lower()


def do(office: Office, who: Actor, case: Case, args: Strict) -> str:
    return code(office.run(who, act(case.ticket.id, args)))


def scopes(office: Office, kind: Kind[object], record_id: UUID) -> frozenset[int]:
    stored = office.get(kind, record_id)
    assert stored is not None
    return stored.scopes


# -- assign, take


def test_giving_a_ticket_to_somebody(office: Office, case: Case, ana: Actor, ben: Actor) -> None:
    assert do(office, ana, case, Assign(assignee_id=ben.user_id)) == "accepted"
    assert (case.ticket.assignee_id, case.ticket.status) == (ben.user_id, Status.OPEN)
    late = Assign(assignee_id=ana.user_id, seen=NIL)
    outcome = office.run(ana, act(case.ticket.id, late))
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.fields) == ("taken_by", {"assignee": str(ben.user_id)})
    assert outcome.current is not None
    seen = Assign(assignee_id=ana.user_id, seen=ben.user_id)
    assert do(office, ana, case, seen) == "accepted"
    assert do(office, ana, case, Assign(assignee_id=NIL, seen=ana.user_id)) == "accepted"
    assert case.ticket.assignee_id == NIL


def test_an_equal_wish_is_done_already(office: Office, case: Case, ana: Actor, ben: Actor) -> None:
    do(office, ana, case, Assign(assignee_id=ben.user_id))
    head = office.head()
    wish = Assign(assignee_id=ben.user_id, seen=new_id())
    assert do(office, ana, case, wish) == "accepted"
    assert office.head() == head


def test_a_ticket_is_given_to_colleagues_only(office: Office, case: Case, ana: Actor) -> None:
    from msgspec import structs

    from console.people.records import USER

    gone = office.user("Gone")
    office.write(lambda tx: tx.record(USER, structs.replace(gone, active=False)))
    for wished in (new_id(), case.shop.user_id, gone.id):
        assert do(office, ana, case, Assign(assignee_id=wished)) == "no_user"


def test_who_takes_first_has_it(office: Office, case: Case, ana: Actor, ben: Actor) -> None:
    assert do(office, ana, case, Take()) == "accepted"
    assert do(office, ana, case, Take()) == "accepted"
    assert do(office, ben, case, Take()) == "taken_by"
    assert case.ticket.assignee_id == ana.user_id


def test_two_who_take_in_one_transaction(
    office: Office, case: Case, ana: Actor, ben: Actor
) -> None:
    ticket_id = case.ticket.id
    found = office.together(
        *[
            lambda tx, w=who: office.dispatch.execute(tx, w, act(ticket_id, Take()))
            for who in (ben, ana)
        ]
    )
    assert [code(decision.settled) for decision in found] == ["accepted", "taken_by"]


# -- status, priority, tags, read


def test_a_status_is_compared_and_set(office: Office, case: Case, ana: Actor) -> None:
    wish = SetStatus(status=Status.PENDING, seen=Status.NEW)
    assert do(office, ana, case, wish) == "accepted"
    assert do(office, ana, case, wish) == "accepted"
    late = SetStatus(status=Status.SOLVED, seen=Status.NEW)
    outcome = office.run(ana, act(case.ticket.id, late))
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.fields) == ("status_changed", {"status": "pending"})
    assert (
        do(office, ana, case, SetStatus(status=Status.NEW, seen=Status.PENDING)) == "bad_transition"
    )
    assert case.ticket.status == Status.PENDING


def test_the_last_priority_wins_and_tells_what_it_replaced(
    office: Office, case: Case, ana: Actor, ben: Actor
) -> None:
    ticket_id = case.ticket.id
    office.run(ana, act(ticket_id, SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL)))
    over = office.run(ben, act(ticket_id, SetPriority(priority=Priority.LOW, seen=Priority.NORMAL)))
    assert over == Merged(office.head(), {"priority": "high"})
    assert case.ticket.priority == Priority.LOW
    same = office.run(ana, act(ticket_id, SetPriority(priority=Priority.LOW, seen=Priority.HIGH)))
    assert isinstance(same, Accepted)


def test_tags_always_merge(office: Office, case: Case, ana: Actor, ben: Actor) -> None:
    assert do(office, ana, case, ChangeTags(add=("Refund", "vip"))) == "accepted"
    assert do(office, ben, case, ChangeTags(add=("late",), remove=("vip", "nothing"))) == "accepted"
    assert case.ticket.tags == ("late", "refund")
    head = office.head()
    assert do(office, ben, case, ChangeTags(add=("late",))) == "accepted"
    assert office.head() == head
    assert do(office, ben, case, ChangeTags(add=(" ",))) == "bad_tag"


def test_reading_leaves_what_came_since_unread(office: Office, case: Case, ana: Actor) -> None:
    case.hear("two")
    case.hear("three")
    assert case.ticket.unread == 3
    assert do(office, ana, case, MarkRead(count=2)) == "accepted"
    assert case.ticket.unread == 1
    do(office, ana, case, MarkRead(count=1))
    assert case.ticket.unread == 1
    do(office, ana, case, MarkRead(count=99))
    assert case.ticket.unread == 0


# -- moving


def test_everything_about_a_ticket_moves_along(office: Office, ana: Actor) -> None:
    case = begin_case(office, order_number="A-1")
    case.hear("I sent it.", side="seller", name="Cups", email="cups@shop.test")
    office.run(ana, note(case.conversation_id))
    asia = team_named(office, "Asia")
    assert do(office, ana, case, MoveToTeam(team_id=asia.id)) == "accepted"
    there = frozenset({asia.scope})
    assert case.ticket.team_id == asia.id
    assert scopes(office, TICKET, case.ticket.id) == there
    conversation = office.get(CONVERSATION, case.conversation_id)
    assert conversation is not None
    assert conversation.scopes == there
    for party in conversation.record.lanes:
        assert scopes(office, PARTY, party.party_id) == there
    assert scopes(office, ORDER, order_id_of("A-1")) == there
    for message in office.read(lambda r: conversation_rows.messages(r, case.conversation_id)):
        assert scopes(office, MESSAGE, message.id) == there
    assert do(office, ana, case, MoveToTeam(team_id=NIL, seen=asia.id)) == "denied"


def test_a_party_with_another_ticket_stays_seen_there(office: Office, ana: Actor) -> None:
    case, other = begin_case(office, order_number="A-1"), begin_case(office, order_number="A-1")
    asia = team_named(office, "Asia")
    do(office, ana, case, MoveToTeam(team_id=asia.id))
    both = frozenset({INTAKE_SCOPE, asia.scope})
    assert scopes(office, PARTY, other.ticket.requester_id) == both
    assert scopes(office, ORDER, order_id_of("A-1")) == both
    do(office, ana, other, MoveToTeam(team_id=asia.id))
    assert scopes(office, PARTY, other.ticket.requester_id) == {asia.scope}


def test_a_party_that_joined_in_the_same_transaction_moves_along(
    office: Office, ana: Actor
) -> None:
    case = begin_case(office)
    asia = team_named(office, "Asia")
    ticket_id = case.ticket.id
    joins = received(case.conversation_id, "Hi", side="seller", name="Cups", email="cups@shop.test")
    office.together(
        lambda tx: office.dispatch.execute(tx, case.shop, joins),
        lambda tx: office.dispatch.execute(tx, ana, act(ticket_id, MoveToTeam(team_id=asia.id))),
    )
    (seller,) = office.rows("SELECT id FROM parties WHERE handle = 'seller:cups@shop.test'")
    assert scopes(office, PARTY, UUID(bytes=bytes(seller[0]))) == {asia.scope}


def test_a_ticket_that_was_moved_meanwhile_stays(office: Office, ana: Actor) -> None:
    boss = office.user("Boss", "supervisor")
    asia, europe = team_named(office, "Asia"), team_named(office, "Europe")
    case = begin_case(office, team="Europe")
    who = office.actor(boss)
    assert do(office, who, case, MoveToTeam(team_id=asia.id, seen=NIL)) == "moved"
    assert do(office, who, case, MoveToTeam(team_id=europe.id, seen=NIL)) == "accepted"
    assert do(office, who, case, MoveToTeam(team_id=new_id(), seen=europe.id)) == "no_team"
    assert case.ticket.team_id == europe.id
    assert do(office, ana, case, MoveToTeam(team_id=NIL, seen=europe.id)) == "denied"


def test_tickets_over_one_conversation_move_together(office: Office) -> None:
    """Else the messages would be in one queue and a ticket over them in another."""
    boss = office.actor(office.user("Boss", "supervisor"))
    case = begin_case(office)
    first = case.ticket
    do(office, boss, case, SetStatus(status=Status.CLOSED, seen=Status.NEW))
    case.hear("Again!")
    assert case.ticket.id != first.id
    asia = team_named(office, "Asia")
    boss = office.actor(office.user("Chief", "supervisor"))
    do(office, boss, case, MoveToTeam(team_id=asia.id))
    for ticket_id in (first.id, case.ticket.id):
        assert scopes(office, TICKET, ticket_id) == {asia.scope}
        assert office.record(TICKET, ticket_id).team_id == asia.id


# -- messages


def test_what_messages_do(office: Office, case: Case, ana: Actor) -> None:
    assert (case.ticket.status, case.ticket.unread) == (Status.NEW, 1)
    assert case.ticket.waiting_since is not None
    office.run(ana, reply(case.conversation_id))
    assert (case.ticket.status, case.ticket.unread, case.ticket.waiting_since) == (
        Status.OPEN,
        0,
        None,
    )
    do(office, ana, case, SetStatus(status=Status.SOLVED, seen=Status.OPEN))
    office.clock.advance(60)
    case.hear("Still nothing", at=office.clock.now())
    assert (case.ticket.status, case.ticket.solved_at) == (Status.OPEN, None)
    assert case.ticket.waiting_since == office.clock.now()
    assert case.ticket.number == 1


def test_who_writes_to_a_closed_ticket_is_heard_in_a_fresh_one(
    office: Office, case: Case, ana: Actor
) -> None:
    first = case.ticket
    do(office, ana, case, SetStatus(status=Status.CLOSED, seen=Status.NEW))
    office.run(ana, note(case.conversation_id))
    assert case.ticket.id == first.id
    case.hear("Again!")
    fresh = case.ticket
    assert (fresh.number, fresh.status, fresh.unread) == (2, Status.NEW, 1)
    assert office.record(TICKET, first.id).status == Status.CLOSED


def test_a_fresh_ticket_is_in_the_queue_that_its_conversation_is_in(office: Office) -> None:
    asia, payments = team_named(office, "Asia"), team_named(office, "Payments")
    boss = office.actor(office.user("Boss", "supervisor"))
    case = begin_case(office, team="Asia")
    do(office, boss, case, MoveToTeam(team_id=payments.id, seen=asia.id))
    do(office, boss, case, SetStatus(status=Status.CLOSED, seen=Status.NEW))
    case.hear("Again!", team_id=asia.id)
    fresh, place = (
        office.get(TICKET, case.ticket.id),
        office.get(CONVERSATION, case.conversation_id),
    )
    assert fresh is not None
    assert place is not None
    assert (fresh.record.number, fresh.record.team_id) == (2, payments.id)
    assert fresh.scopes == place.scopes


def test_numbers_rise_in_the_order_of_arrival(office: Office) -> None:
    numbers = [begin_case(office, email=f"{n}@mail.test").ticket.number for n in range(4)]
    assert numbers == [1, 2, 3, 4]
