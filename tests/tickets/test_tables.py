"""Reads of tickets: every view in every order, page by page, is what the rule says of each ticket."""

import random
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import structs

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.tickets.model import ACTIVE, FINISHED, Priority, Sort, Status, Ticket, View, ViewName
from console.tickets.records import TICKET
from console.tickets.tables import rows
from tests.parts.acts import AT
from tests.parts.office import Office
from tests.tickets.sorts import drawn, put

ME, OTHER, TEAM, PARTY = new_id(), new_id(), new_id(), new_id()


@pytest.fixture
def tickets(office: Office) -> list[Ticket]:
    """A hundred tickets of all sorts, and twenty that are snoozed."""
    dice = random.Random(7)
    made = [
        drawn(
            dice, n, TEAM, (ME, OTHER), 20,
            requester_id=dice.choice((NIL, PARTY)), tags=dice.choice(((), ("a",), ("a", "b"))),
            created_at=AT + timedelta(minutes=dice.randint(0, 9)),
        )
        for n in range(1, 101)
    ]  # fmt: skip
    made += [
        drawn(
            dice, n, TEAM, (ME,), 20,
            status=dice.choice((Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD)),
            priority=Priority.NORMAL, created_at=AT, waiting_since=dice.choice((None, AT)),
            snoozed_until=AT + timedelta(hours=n),
        )
        for n in range(101, 121)
    ]  # fmt: skip
    put(office, made)
    return made


def awake(ticket: Ticket, *statuses: Status) -> bool:
    """In the queues and in one of these statuses, or else in our court."""
    return ticket.snoozed_until is None and ticket.status in (statuses or ACTIVE)


RULES = {
    ViewName.MINE: lambda t: awake(t) and t.assignee_id == ME,
    ViewName.UNASSIGNED: lambda t: awake(t) and t.assignee_id == NIL,
    ViewName.WAITING: lambda t: awake(t) and t.waiting_since is not None,
    ViewName.ACTIVE: awake,
    ViewName.PENDING: lambda t: awake(t, Status.PENDING),
    ViewName.HOLD: lambda t: awake(t, Status.HOLD),
    ViewName.SNOOZED: lambda t: t.snoozed_until is not None,
    ViewName.SOLVED: lambda t: t.status in FINISHED,
    ViewName.TEAM: lambda t: awake(t) and t.team_id == TEAM,
    ViewName.FILTER: lambda t: True,
}


def key(ticket: Ticket, sort: Sort) -> tuple[float, bytes]:
    if sort == Sort.NEWEST:
        return -ticket.updated_at.timestamp(), ticket.id.bytes
    if sort == Sort.OLDEST:
        return ticket.created_at.timestamp(), ticket.id.bytes
    if sort == Sort.PRIORITY:
        return float(rows.ticket_columns(ticket)["urgency"]), ticket.id.bytes
    waits = ticket.snoozed_until or ticket.waiting_since
    return (waits.timestamp() if waits else float("inf")), ticket.id.bytes


def test_every_view_in_every_order_page_by_page(office: Office, tickets: list[Ticket]) -> None:
    assert set(RULES) == set(ViewName)
    for name, rule in RULES.items():
        view = View(name=name, owner=TEAM)
        for sort in Sort:
            expected = sorted((t for t in tickets if rule(t)), key=lambda t: key(t, sort))
            found: list[UUID] = []
            after = None
            while True:
                page = office.read(lambda r: rows.places(r, view, ME, sort, 7, after=after))  # noqa: B023
                found += [UUID(bytes=raw) for _, raw in page]
                if len(page) < 7:
                    break
                after = page[-1]
            assert found == [ticket.id for ticket in expected], (name, sort)
        count = office.read(lambda r: rows.count(r, view, ME))  # noqa: B023
        assert count == len([t for t in tickets if rule(t)])


def test_only_these_of_a_view(office: Office, tickets: list[Ticket]) -> None:
    some = [t.id for t in tickets[:20]]
    view = View(name=ViewName.ACTIVE)
    found = office.read(lambda r: rows.places(r, view, ME, Sort.NEWEST, 100, only=some))
    assert {UUID(bytes=raw) for _, raw in found} == {
        t.id for t in tickets[:20] if t.status in ACTIVE
    }


def test_look_ups(office: Office, tickets: list[Ticket]) -> None:
    one = tickets[41]
    assert office.read(lambda r: rows.ticket(r, one.id)) == one
    assert office.read(lambda r: rows.ticket(r, new_id())) is None
    assert office.read(lambda r: rows.by_number(r, one.number)) == one
    assert office.read(lambda r: rows.by_number(r, 999)) is None
    assert office.read(lambda r: rows.by_conversation(r, one.conversation_id)) == one
    assert office.read(lambda r: rows.by_conversation(r, new_id())) is None
    assert office.read(lambda r: rows.tickets(r, [one.id, new_id()])) == {one.id: one}
    stored = office.get(TICKET, one.id)
    assert stored is not None
    assert office.read(lambda r: rows.revision(r, one.id)) == stored.rev
    assert office.read(lambda r: rows.revision(r, new_id())) == 0


def test_a_partys_tickets_newest_first(office: Office, tickets: list[Ticket]) -> None:
    mine = sorted(
        (t for t in tickets if t.requester_id == PARTY), key=lambda t: key(t, Sort.NEWEST)
    )
    assert office.read(lambda r: rows.of_requester(r, PARTY, 5)) == mine[:5]


def test_tags_in_use_most_used_first(office: Office, tickets: list[Ticket]) -> None:
    active = [t for t in tickets if t.status in ACTIVE]
    used = sorted("ab", key=lambda tag: -sum(tag in t.tags for t in active))
    assert office.read(lambda r: rows.tags(r, 5)) == used
    assert office.read(lambda r: rows.tags(r, 1)) == used[:1]


def test_on_how_many_of_a_users_tickets_somebody_waits(
    office: Office, tickets: list[Ticket]
) -> None:
    mine = [t for t in tickets if RULES[ViewName.MINE](t) and t.waiting_since is not None]
    assert len(mine) > 3
    assert office.read(lambda r: rows.waiting_for(r, ME)) == len(mine)
    assert office.read(lambda r: rows.waiting_for(r, new_id())) == 0


def test_half_a_transaction_in_which_two_are_in_each_other_is_read_to_an_end(
    office: Office,
) -> None:
    dice = random.Random(7)
    one, other, third = (drawn(dice, n, TEAM, (ME,), 20, created_at=AT) for n in (1, 2, 3))
    one = structs.replace(one, merged_into=other.id, merged=(other.id, third.id))
    other = structs.replace(other, merged_into=one.id, merged=(one.id,))
    third = structs.replace(third, merged_into=one.id)
    put(office, [one, other, third])
    with office.database.reading() as reader:
        assert [rows.head(reader, each).id for each in (one, other, third)] == [
            other.id, one.id, other.id,
        ]  # fmt: skip
        assert [each.id for each in rows.inside(reader, one)] == [other.id, third.id]
        assert {each.id for each in rows.inside(reader, other)} == {one.id, third.id}
