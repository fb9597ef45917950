"""Splitting on the server: two tickets as if each had had its own messages, and one again."""

from typing import Any

import pytest

from console.conversations.model import Conversation, Message
from console.conversations.records import CONVERSATION, MESSAGE
from console.conversations.tables import rows as conversation_rows
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.orders.records import ORDER
from console.orders.server import order_id_of
from console.people.model import Actor
from console.people.records import PARTY
from console.sync.records import Outcome, Rejected
from console.tickets.model import Priority, Status, Ticket
from console.tickets.model.splitting import MOST_SPLIT
from console.tickets.records import TICKET, Merge, MoveToTeam, SetPriority, Split, Unmerge
from tests.parts.acts import Case, act, begin_case, note, reply, team_named
from tests.parts.office import Office


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__.lower()


@pytest.fixture
def boss(office: Office) -> Actor:
    team_named(office, "Asia")
    return office.actor(office.user("Boss", "supervisor"))


@pytest.fixture
def case(office: Office) -> Case:
    """Four messages of a buyer and a seller, the first answered."""
    case = begin_case(office, order_number="A-1")
    boss = office.actor(office.user("Ana Kovac"))
    for body, more in (
        ("I sent it.", {"side": "seller", "name": "Cups", "email": "cups@shop.test"}),
        ("By the way: the invoice?", {}),
        ("Hello?", {}),
    ):
        office.clock.advance(60)
        if body.startswith("By"):
            office.run(boss, reply(case.conversation_id, "Soon."))
            office.clock.advance(60)
        case.hear(body, at=office.clock.now(), **more)
    return case


def messages(office: Office, conversation_id: Any) -> list[Message]:
    return office.read(lambda reader: conversation_rows.messages(reader, conversation_id))


def said(office: Office, conversation_id: Any) -> list[str]:
    return [message.body for message in messages(office, conversation_id)]


def split(
    office: Office, who: Actor, case: Case, *bodies: str, **more: Any
) -> tuple[Outcome, Split]:
    chosen = [m.id for m in messages(office, case.conversation_id) if m.body in bodies]
    fields = {"ticket_id": new_id(), "conversation_id": new_id(), "messages": tuple(chosen)}
    args = Split(**{**fields, **more})
    return office.run(who, act(case.ticket.id, args)), args


def ticket(office: Office, ticket_id: Any) -> Ticket:
    found = office.record(TICKET, ticket_id)
    assert isinstance(found, Ticket)
    return found


def conversation(office: Office, conversation_id: Any) -> Conversation:
    found = office.record(CONVERSATION, conversation_id)
    assert isinstance(found, Conversation)
    return found


def test_messages_become_a_ticket_of_their_own(office: Office, case: Case, boss: Actor) -> None:
    wish = SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL)
    office.run(boss, act(case.ticket.id, wish))
    before = case.ticket
    done, args = split(
        office, boss, case, "By the way: the invoice?", "Hello?", subject="  Invoice "
    )
    assert code(done) == "accepted"
    assert said(office, case.conversation_id) == ["Where is my parcel?", "I sent it.", "Soon."]
    assert said(office, args.conversation_id) == ["By the way: the invoice?", "Hello?"]
    assert [m.pos for m in messages(office, args.conversation_id)] == [1, 2]
    old, new = ticket(office, before.id), ticket(office, args.ticket_id)
    assert (new.number, new.subject, new.priority) == (2, "Invoice", Priority.HIGH)
    assert (new.unread, new.snippet, new.order_ids) == (2, "Hello?", before.order_ids)
    assert new.waiting_since == messages(office, args.conversation_id)[0].at
    assert new.split is not None
    assert (new.split.by, new.split.ticket_id) == (boss.user_id, old.id)
    assert (old.unread, old.waiting_since, old.parts) == (0, None, (new.id,))
    assert old.status == before.status


def test_each_conversation_has_who_speaks_in_it(office: Office, case: Case, boss: Actor) -> None:
    _, args = split(office, boss, case, "I sent it.")
    fresh, old = conversation(office, args.conversation_id), case.conversation_id
    assert [lane.name for lane in fresh.lanes] == ["seller"]
    assert (fresh.count, fresh.last_lane, fresh.answered) == (1, "seller", NIL)
    answer = next(m.id for m in messages(office, old) if m.body == "Soon.")
    assert conversation(office, old).answered == answer
    assert ticket(office, args.ticket_id).side == "seller"
    split(office, boss, case, "Soon.")
    assert conversation(office, old).answered == NIL


def test_later_messages_keep_their_place(office: Office, case: Case, boss: Actor) -> None:
    split(office, boss, case, "Soon.")
    assert [m.pos for m in messages(office, case.conversation_id)] == [1, 2, 4, 5]
    case.hear("More", at=office.clock.now())
    assert messages(office, case.conversation_id)[-1].pos == 6


def test_what_is_refused(office: Office, case: Case, boss: Actor) -> None:
    everything = said(office, case.conversation_id)
    assert code(split(office, boss, case, *everything)[0]) == "nothing_stays"
    assert code(split(office, boss, case)[0]) == "bad_split"
    many = tuple(new_id() for _ in range(MOST_SPLIT + 1))
    assert code(split(office, boss, case, messages=many)[0]) == "bad_split"
    assert code(split(office, boss, case, messages=(new_id(),))[0]) == "messages_moved"
    _, args = split(office, boss, case, "Hello?")
    again, _ = split(office, boss, case, "Soon.", ticket_id=args.ticket_id)
    assert code(again) == "already_there"
    assert code(split(office, boss, case, messages=args.messages)[0]) == "messages_moved"
    other = begin_case(office)
    all_of_it = tuple(m.id for m in messages(office, other.conversation_id))
    office.run(boss, act(case.ticket.id, Merge(ticket=other.ticket.id)))
    assert code(split(office, boss, case, messages=all_of_it)[0]) == "nothing_stays"
    third = begin_case(office)
    office.run(boss, act(third.ticket.id, Merge(ticket=case.ticket.id)))
    assert code(split(office, boss, case, "Soon.")[0]) == "merged"


def test_both_are_seen_where_they_are(office: Office, case: Case, boss: Actor) -> None:
    asia = team_named(office, "Asia")
    _, args = split(office, boss, case, "I sent it.")
    office.run(boss, act(args.ticket_id, MoveToTeam(team_id=asia.id)))
    (moved,) = messages(office, args.conversation_id)
    assert moved.author_id != case.ticket.requester_id
    intake = office.get(TICKET, case.ticket.id)
    assert intake is not None
    for kind, record_id, there in (
        (MESSAGE, moved.id, {asia.scope}),
        (PARTY, moved.author_id, {asia.scope, *intake.scopes}),
        (ORDER, order_id_of("A-1"), {asia.scope, *intake.scopes}),
    ):
        stored = office.get(kind, record_id)
        assert stored is not None
        assert stored.scopes == there


def test_merging_it_back_takes_it_back(office: Office, case: Case, boss: Actor) -> None:
    office.run(boss, note(case.conversation_id, "Two things"))
    before = case.ticket
    _, args = split(office, boss, case, "By the way: the invoice?", "Hello?")
    office.run(boss, act(before.id, Merge(ticket=args.ticket_id)))
    back = ticket(office, before.id)
    assert (back.unread, back.waiting_since, back.status) == (
        before.unread, before.waiting_since, before.status,
    )  # fmt: skip
    office.run(boss, act(before.id, Unmerge(ticket=args.ticket_id)))
    assert ticket(office, args.ticket_id).unread == 2
    assert ticket(office, args.ticket_id).status == Status.NEW or before.status != Status.NEW


def test_messages_of_what_is_merged_in_are_split_off_too(office: Office, boss: Actor) -> None:
    into, other = begin_case(office), begin_case(office, email="sam@mail.test", name="Sam")
    other.hear("Second", email="sam@mail.test", name="Sam", at=office.clock.now())
    office.run(boss, act(into.ticket.id, Merge(ticket=other.ticket.id, mixed=True)))
    chosen = [m.id for m in messages(office, other.conversation_id) if m.body == "Second"]
    fields = {"ticket_id": new_id(), "conversation_id": new_id(), "messages": tuple(chosen)}
    args = Split(**fields)
    assert code(office.run(boss, act(into.ticket.id, args))) == "accepted"
    assert said(office, args.conversation_id) == ["Second"]
    assert ticket(office, args.ticket_id).requester_id == other.ticket.requester_id
    assert ticket(office, into.ticket.id).unread == 2


def test_who_wrote_what_was_split_off_is_seen_there_when_the_merged_part_again(
    office: Office, boss: Actor
) -> None:
    other = begin_case(office, email="sam@mail.test", body="Sam's", team="Asia")
    office.clock.advance(60)
    case = begin_case(office, body="Mine", at=office.clock.now())
    case.hear("More", at=office.clock.now())
    other.hear("More", email="sam@mail.test", at=office.clock.now())
    sam = other.ticket.requester_id
    office.run(boss, act(case.ticket.id, Merge(ticket=other.ticket.id, mixed=True)))
    chosen = [
        message.id
        for conversation_id in (case.conversation_id, other.conversation_id)
        for message in messages(office, conversation_id)
        if message.body in ("Mine", "Sam's")
    ]
    done, args = split(office, boss, case, messages=tuple(chosen))
    assert code(done) == "accepted"
    office.run(boss, act(case.ticket.id, Unmerge(ticket=other.ticket.id)))
    places = [office.get(TICKET, each) for each in (args.ticket_id, other.ticket.id)]
    seen = office.get(PARTY, sam)
    assert seen is not None
    assert seen.scopes == frozenset().union(*(each.scopes for each in places if each))
