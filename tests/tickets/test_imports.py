"""Imports: one command brings a whole conversation, or nothing of it."""

from datetime import timedelta

import pytest

from console.conversations.records import CONVERSATION, Sender
from console.conversations.tables import rows
from console.kernel.codec import NIL
from console.kernel.ids import derived_id
from console.orders.records import ORDER
from console.orders.server import order_id_of
from console.people.model import Actor
from console.sync.records import Accepted, Command, Rejected
from console.tickets.model import Priority, Status, Ticket
from console.tickets.records import ImportConversation, ImportTurn
from console.tickets.server.imports import MAX_ORDERS, MAX_TURNS
from tests.parts.acts import AT, Case, act, reply, team_named
from tests.parts.office import Office


@pytest.fixture
def admin(office: Office) -> Actor:
    return office.actor(office.user("Root", "admin"))


def turn(author: str, body: str = "hello", **more: object) -> ImportTurn:
    return ImportTurn(author=author, body=body, **more)


def bring(external_id: str, *turns: ImportTurn, **more: object) -> Command:
    requester = more.pop("requester", Sender(side="buyer", name="Lena", email="lena@mail.test"))
    args = ImportConversation(external_id=external_id, turns=turns, requester=requester, **more)
    return act(derived_id("test", external_id), args)


def ticket(office: Office, command: Command) -> Ticket:
    return Case(office, None, command.target).ticket


def test_everything_comes_at_once(office: Office, admin: Actor) -> None:
    turns = [
        turn("buyer", "Where?", at=AT),
        turn("agent", "There.", at=AT + timedelta(hours=1)),
        turn("note", "Hm."),
    ]
    command = bring(
        "c1", *turns, subject="Parcel", order_numbers=("A-1", "A-2"), tags=("b", "a", "b"),
        status=Status.PENDING, priority=Priority.HIGH,
    )  # fmt: skip
    assert isinstance(office.run(admin, command), Accepted)
    made = ticket(office, command)
    assert (made.subject, made.status, made.priority, made.tags) == (
        "Parcel",
        Status.PENDING,
        Priority.HIGH,
        ("a", "b"),
    )
    assert made.order_ids == (order_id_of("A-1"), order_id_of("A-2"))
    assert (made.unread, made.number) == (0, 1)
    found = office.read(lambda r: rows.messages(r, command.target))
    assert [(m.pos, m.lane, m.author) for m in found] == [
        (1, "buyer", "party"),
        (2, "buyer", "staff"),
        (3, "internal", "staff"),
    ]
    assert [m.at for m in found[:2]] == [AT, AT + timedelta(hours=1)]
    conversation = office.record(CONVERSATION, command.target)
    assert (conversation.count, conversation.answered) == (3, found[1].id)
    order = office.record(ORDER, order_id_of("A-2"))
    assert order.buyer_id == made.requester_id


def test_turns_without_a_time_are_a_minute_apart_and_end_now(office: Office, admin: Actor) -> None:
    command = bring("c1", *[turn("buyer") for _ in range(3)])
    office.run(admin, command)
    found = office.read(lambda r: rows.messages(r, command.target))
    now = office.clock.now()
    assert [now - m.at for m in found] == [timedelta(minutes=2), timedelta(minutes=1), timedelta(0)]


def test_a_second_run_adds_nothing(office: Office, admin: Actor) -> None:
    command = bring("c1", turn("buyer"))
    office.run(admin, command)
    head = office.head()
    again = office.run(admin, bring("c1", turn("buyer")))
    assert isinstance(again, Rejected)
    assert again.code == "already_there"
    assert office.head() == head


@pytest.mark.parametrize(
    ("turns", "more", "code"),
    [
        ([], {}, "bad_size"),
        ([turn("buyer")] * (MAX_TURNS + 1), {}, "bad_size"),
        ([turn("buyer")], {"order_numbers": tuple(map(str, range(MAX_ORDERS + 1)))}, "bad_size"),
        ([turn("buyer"), turn("alien")], {}, "bad_author"),
        ([turn("buyer"), turn("buyer", " ")], {}, "empty_message"),
        ([turn("buyer")], {"order_numbers": ("A-1", " ")}, "bad_order_number"),
        ([turn("buyer")], {"team_id": derived_id("x")}, "no_team"),
    ],
    ids=["none", "too many", "orders", "author", "empty", "number", "team"],
)
def test_half_a_conversation_is_none(
    office: Office, admin: Actor, turns: list[ImportTurn], more: dict[str, object], code: str
) -> None:
    outcome = office.run(admin, bring("c1", *turns, **more))
    assert isinstance(outcome, Rejected)
    assert outcome.code == code
    for table in ("conversations", "messages", "tickets", "parties", "orders"):
        assert office.rows(f"SELECT id FROM {table}") == []


def test_an_imported_answer_is_seen_by_whoever_sees_the_conversation(
    office: Office, admin: Actor
) -> None:
    """A first reply to an imported conversation, written on what the desk shows, goes through."""
    command = bring("c1", turn("buyer"), turn("agent"))
    office.run(admin, command)
    stored = office.get(CONVERSATION, command.target)
    assert stored is not None
    ana = office.actor(office.user("Ana Kovac"))
    assert isinstance(office.run(ana, reply(command.target, base_rev=stored.rev)), Accepted)


def test_into_a_teams_queue(office: Office, admin: Actor) -> None:
    europe = team_named(office, "Europe")
    command = bring(
        "c1", turn("seller"), team_id=europe.id, requester=Sender(side="seller", name="Cups")
    )
    office.run(admin, command)
    stored = office.get(CONVERSATION, command.target)
    assert stored is not None
    assert stored.scopes == {europe.scope}
    made = ticket(office, command)
    assert (made.team_id, made.side) == (europe.id, "seller")
    assert made.requester_id != NIL


def test_a_requester_without_an_address_is_somebody_new_each_time(
    office: Office, admin: Actor
) -> None:
    anonymous = Sender(side="buyer", name="Lena")
    for n in range(2):
        office.run(admin, bring(f"c{n}", turn("buyer"), requester=anonymous))
    assert len(office.rows("SELECT id FROM parties")) == 2
