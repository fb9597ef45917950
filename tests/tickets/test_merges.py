"""Merging on the server: its conflict rules, who sees what was merged, what comes to it later."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from console.conversations.records import CONVERSATION, MESSAGE
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.orders.records import ORDER
from console.orders.server import order_id_of
from console.people.model import INTAKE_SCOPE, Actor
from console.people.records import PARTY
from console.sync.records import Kind, Merged, Outcome, Rejected
from console.tickets.model import Priority, Status, Ticket
from console.tickets.model.merging import MOST_MERGED
from console.tickets.records import (
    TICKET,
    ChangeTags,
    MarkRead,
    Merge,
    MoveToTeam,
    SetPriority,
    SetStatus,
    Snooze,
    Unmerge,
)
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import Case, act, begin_case, note, reply, team_named
from tests.parts.office import Office


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__.lower()


@pytest.fixture
def boss(office: Office) -> Actor:
    team_named(office, "Asia")
    team_named(office, "Europe")
    return office.actor(office.user("Boss", "supervisor"))


def merge(office: Office, who: Actor, into: Ticket, other: Ticket, **more: Any) -> str:
    return code(office.run(who, act(into.id, Merge(ticket=other.id, **more))))


def unmerge(office: Office, who: Actor, into: Ticket, other: Ticket) -> str:
    return code(office.run(who, act(into.id, Unmerge(ticket=other.id))))


def now(office: Office, ticket: Ticket) -> Ticket:
    found = office.record(TICKET, ticket.id)
    assert isinstance(found, Ticket)
    return found


def scopes(office: Office, kind: Kind[Any], record_id: UUID) -> frozenset[int]:
    stored = office.get(kind, record_id)
    assert stored is not None
    return stored.scopes


def test_merged_and_apart_again_nothing_is_left(office: Office, boss: Actor) -> None:
    into, other = begin_case(office), begin_case(office, order_number="A-1")
    office.run(boss, act(other.ticket.id, ChangeTags(add=("late",))))
    one, two = into.ticket, other.ticket
    assert merge(office, boss, one, two) == "accepted"
    both, gone = now(office, one), now(office, two)
    assert (both.unread, both.tags, both.order_ids) == (2, ("late",), two.order_ids)
    assert (gone.merged_into, gone.status, gone.unread) == (one.id, Status.CLOSED, 0)
    assert merge(office, boss, one, two) == "accepted"  # done already
    assert unmerge(office, boss, one, two) == "accepted"
    assert (now(office, one), now(office, two)) == (one, two)
    head = office.head()
    assert unmerge(office, boss, one, two) == "accepted"
    assert office.head() == head


def test_no_view_has_a_merged_ticket(office: Office, boss: Actor) -> None:
    into, other = begin_case(office), begin_case(office)
    merge(office, boss, into.ticket, other.ticket)
    found = office.rows("SELECT status, active, finished FROM tickets WHERE number = 2")
    assert found == [("merged", 0, 2)]


def test_what_is_refused(office: Office, boss: Actor) -> None:
    one, two = begin_case(office).ticket, begin_case(office).ticket
    third, sam = begin_case(office).ticket, begin_case(office, email="sam@mail.test").ticket
    assert merge(office, boss, one, one) == "merge_itself"
    assert merge(office, boss, one, sam) == "other_requester"
    assert merge(office, boss, one, sam, mixed=True) == "accepted"
    merge(office, boss, one, two)
    late = office.run(boss, act(third.id, Merge(ticket=two.id)))
    assert isinstance(late, Rejected)
    assert (late.code, late.fields) == ("merged_elsewhere", {"into": "1"})
    assert unmerge(office, boss, third, two) == "merged_elsewhere"
    office.run(boss, act(third.id, SetStatus(status=Status.CLOSED, seen=Status.NEW)))
    assert merge(office, boss, third, one) == "into_closed"
    assert merge(office, boss, one, third) == "accepted"
    ghost = Ticket(
        id=new_id(), number=9, conversation_id=NIL, subject="", created_at=one.created_at,
        updated_at=one.created_at,
    )  # fmt: skip
    assert merge(office, boss, one, ghost) == "denied"


def test_two_who_merge_at_once(office: Office, boss: Actor) -> None:
    one, two = begin_case(office).ticket, begin_case(office).ticket
    ways = [
        office.run(boss, act(into.id, Merge(ticket=other.id)))
        for into, other in ((one, two), (two, one))
    ]
    assert code(ways[0]) == "accepted"
    assert isinstance(ways[1], Merged)
    assert ways[1].theirs == {"into": 1}
    assert now(office, one).merged == (two.id,)
    assert now(office, two).merged == ()


def test_into_one_that_was_merged_meanwhile_means_where_that_went(
    office: Office, boss: Actor
) -> None:
    one, two, three = (begin_case(office).ticket for _ in range(3))
    merge(office, boss, one, two)
    assert office.run(boss, act(two.id, Merge(ticket=three.id))) == Merged(
        office.head(), {"into": 1}
    )
    assert now(office, three).merged_into == one.id


def test_what_was_merged_twice_is_taken_back_from_the_outside(office: Office, boss: Actor) -> None:
    one, two, three = (begin_case(office).ticket for _ in range(3))
    merge(office, boss, two, three)
    inner = now(office, two)
    merge(office, boss, one, two)
    assert now(office, one).unread == 3
    assert unmerge(office, boss, two, three) == "merged_again"
    assert unmerge(office, boss, one, two) == "accepted"
    assert now(office, two) == inner
    assert unmerge(office, boss, two, three) == "accepted"
    assert [now(office, each) for each in (one, two, three)] == [one, two, three]


def test_one_conversation_is_not_merged_with_itself(office: Office, boss: Actor) -> None:
    case = begin_case(office)
    first = case.ticket
    office.run(boss, act(first.id, SetStatus(status=Status.CLOSED, seen=Status.NEW)))
    case.hear("Again!")
    assert merge(office, boss, case.ticket, first) == "one_conversation"


def test_only_so_many_are_one(office: Office, boss: Actor) -> None:
    from msgspec import structs

    one, two = begin_case(office).ticket, begin_case(office).ticket

    def crowd(tx: Any) -> None:
        into = tx.get(TICKET, one.id).record
        others = [
            structs.replace(into, id=new_id(), number=100 + n, merged_into=one.id)
            for n in range(MOST_MERGED - 1)
        ]
        for each in others:
            tx.add(TICKET, each, frozenset({INTAKE_SCOPE}))
        tx.record(TICKET, structs.replace(into, merged=tuple(each.id for each in others)))

    office.write(crowd)
    assert merge(office, boss, one, two) == "too_many_merged"


# -- who sees it


def test_what_is_merged_is_seen_where_the_other_is_and_nowhere_else(
    office: Office, boss: Actor
) -> None:
    asia, europe = team_named(office, "Asia"), team_named(office, "Europe")
    into = begin_case(office, team="Asia")
    other = begin_case(office, team="Europe", email="sam@mail.test", order_number="B-2")
    office.run(boss, note(other.conversation_id))
    one, two = into.ticket, other.ticket

    def seen() -> set[frozenset[int]]:
        messages = office.rows(
            "SELECT id FROM messages WHERE conversation_id = :c", c=other.conversation_id.bytes
        )
        return {
            scopes(office, TICKET, two.id),
            scopes(office, CONVERSATION, other.conversation_id),
            scopes(office, PARTY, two.requester_id),
            scopes(office, ORDER, order_id_of("B-2")),
            *(scopes(office, MESSAGE, UUID(bytes=bytes(row[0]))) for row in messages),
        }

    assert seen() == {frozenset({europe.scope})}
    assert merge(office, boss, one, two, mixed=True) == "accepted"
    assert seen() == {frozenset({asia.scope})}
    assert now(office, two).team_id == asia.id
    office.run(boss, act(one.id, MoveToTeam(team_id=NIL, seen=asia.id)))
    assert seen() == {frozenset({INTAKE_SCOPE})}
    assert unmerge(office, boss, one, two) == "accepted"
    assert seen() == {frozenset({europe.scope})}
    assert now(office, two).team_id == europe.id
    assert scopes(office, TICKET, one.id) == {INTAKE_SCOPE}


def test_who_does_not_see_both_merges_neither(office: Office, boss: Actor) -> None:
    ana = office.actor(office.user("Ana Kovac", teams=("Asia",)))
    one = begin_case(office, team="Asia").ticket
    two = begin_case(office, team="Europe").ticket
    assert merge(office, ana, one, two) == "denied"
    assert merge(office, ana, two, one) == "denied"
    merge(office, boss, two, one)
    assert unmerge(office, ana, two, one) == "denied"
    assert now(office, one).merged_into == two.id


# -- what comes later


def test_a_message_to_a_merged_ticket_is_the_others(office: Office, boss: Actor) -> None:
    into, other = begin_case(office), begin_case(office)
    one, two = into.ticket, other.ticket
    merge(office, boss, one, two)
    office.run(boss, reply(into.conversation_id))
    office.run(boss, act(one.id, SetStatus(status=Status.SOLVED, seen=Status.OPEN)))
    office.clock.advance(60)
    other.hear("And this?", at=office.clock.now())
    both = now(office, one)
    assert (both.status, both.unread, both.waiting_since) == (Status.OPEN, 1, office.clock.now())
    assert now(office, two).unread == 0
    assert unmerge(office, boss, one, two) == "accepted"
    alone, free = now(office, one), now(office, two)
    assert (alone.unread, alone.waiting_since) == (0, None)
    assert (free.status, free.unread, free.waiting_since) == (Status.NEW, 2, two.waiting_since)


def test_read_is_counted_over_all_that_is_in(office: Office, boss: Actor) -> None:
    into, other = begin_case(office), begin_case(office)
    merge(office, boss, into.ticket, other.ticket)
    one, two = (now(office, case.ticket) for case in (into, other))
    office.run(boss, act(one.id, MarkRead(count=1)))
    assert now(office, one).unread == 1
    office.run(boss, act(one.id, MarkRead(count=2)))
    assert now(office, one).unread == 0
    assert code(office.run(boss, act(two.id, MarkRead(count=1)))) == "accepted"


def test_a_real_word_to_a_merged_ticket_stands_against_a_late_snooze(
    office: Office, boss: Actor
) -> None:
    into, other = begin_case(office), begin_case(office)
    merge(office, boss, into.ticket, other.ticket)
    seen = office.head()
    other.hear("Where is it?")
    until = office.clock.now() + timedelta(days=1)
    late = office.run(boss, act(into.ticket.id, Snooze(until=until), base_rev=seen))
    assert code(late) == "wrote_meanwhile"


def test_nothing_is_done_to_a_ticket_that_is_in_another(office: Office, boss: Actor) -> None:
    one, two = begin_case(office).ticket, begin_case(office).ticket
    merge(office, boss, one, two)
    for args in (
        ChangeTags(add=("late",)),
        SetStatus(status=Status.CLOSED, seen=Status.NEW),
        SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL),
    ):
        outcome = office.run(boss, act(two.id, args))
        assert isinstance(outcome, Rejected)
        assert (outcome.code, outcome.fields) == ("merged", {"into": "1"})


def test_a_snooze_that_a_merge_ended_is_there_again(office: Office, boss: Actor) -> None:
    one, two = begin_case(office).ticket, begin_case(office).ticket
    until = office.clock.now() + timedelta(hours=2)
    office.run(boss, act(one.id, Snooze(until=until), base_rev=office.head()))
    merge(office, boss, one, two)
    assert now(office, one).snoozed_until is None
    unmerge(office, boss, one, two)
    assert now(office, one).snoozed_until == until
    merge(office, boss, one, two)
    office.clock.advance(3 * 3600)
    unmerge(office, boss, one, two)
    assert now(office, one).snoozed_until is None


def test_erasing_takes_what_is_merged_along(office: Office, boss: Actor) -> None:
    into, other = begin_case(office), begin_case(office, email="sam@mail.test")
    one, two = into.ticket, other.ticket
    merge(office, boss, one, two, mixed=True)
    done = office.write(lambda tx: erase_ticket(tx, now_in(tx, one.id)))
    assert (done.tickets, done.messages, done.parties) == (2, 2, 2)
    assert office.rows("SELECT count(*) FROM messages") == [(0,)]


def test_erasing_a_merged_one_leaves_no_trace_of_it_in_the_other(
    office: Office, boss: Actor
) -> None:
    cases = [begin_case(office, body=f"Words of {n}", order_number=f"A-{n}") for n in range(3)]
    one, two, three = (case.ticket for case in cases)
    office.run(boss, act(two.id, ChangeTags(add=("secret",))))
    merge(office, boss, one, two)
    merge(office, boss, one, three)
    office.clock.advance(60)
    cases[1].hear("The last word", at=office.clock.now())
    assert now(office, one).snippet == "The last word"
    office.write(lambda tx: erase_ticket(tx, now_in(tx, two.id)))
    assert unmerge(office, boss, one, two) == "denied"
    assert unmerge(office, boss, one, three) == "accepted"
    assert (now(office, one), now(office, three)) == (one, three)


def test_erasing_what_is_deep_inside_leaves_the_others_one(office: Office, boss: Actor) -> None:
    cases = [begin_case(office, body=f"Words of {n}", order_number=f"A-{n}") for n in range(4)]
    one, two, three, four = (case.ticket for case in cases)
    merge(office, boss, two, three)
    merge(office, boss, two, four)
    merge(office, boss, one, two)
    office.write(lambda tx: erase_ticket(tx, now_in(tx, three.id)))
    whole, inner = now(office, one), now(office, two)
    assert (whole.merged, inner.merged, inner.merged_into) == ((two.id,), (four.id,), one.id)
    assert whole.unread == 3
    assert set(whole.order_ids) == {*one.order_ids, *two.order_ids, *four.order_ids}
    assert unmerge(office, boss, one, two) == "accepted"
    assert unmerge(office, boss, two, four) == "accepted"
    assert [now(office, each) for each in (one, two, four)] == [one, two, four]


def test_erasing_what_is_deepest_leaves_the_others_where_the_outermost_is(
    office: Office, boss: Actor
) -> None:
    one, *others = (begin_case(office, team=team).ticket for team in ("Europe", *["Asia"] * 3))
    for other, into in pairwise(reversed((one, *others))):
        merge(office, boss, into, other)
    office.write(lambda tx: erase_ticket(tx, now_in(tx, others[-1].id)))
    for each in others[:-1]:
        assert now(office, each).team_id == one.team_id
        assert scopes(office, TICKET, each.id) == scopes(office, TICKET, one.id)
    assert unmerge(office, boss, one, others[0]) == "accepted"
    assert unmerge(office, boss, *others[:2]) == "accepted"
    assert [now(office, each) for each in (one, *others[:-1])] == [one, *others[:-1]]


def now_in(tx: Any, ticket_id: UUID) -> Ticket:
    stored = tx.get(TICKET, ticket_id)
    assert stored is not None
    found: Ticket = stored.record
    return found


def test_a_reply_is_held_by_a_newer_one_in_any_conversation_of_the_merged_ticket(
    office: Office, boss: Actor
) -> None:
    ana = office.actor(office.user("Ana Kovac", "agent", ("Europe",)))
    into, other = begin_case(office, team="Europe"), begin_case(office, team="Europe")
    alone = begin_case(office, team="Europe")
    assert merge(office, boss, into.ticket, other.ticket) == "accepted"

    def revision() -> int:
        both = [office.get(CONVERSATION, c.conversation_id) for c in (into, other)]
        return max(stored.rev for stored in both if stored)

    def answer(case: Case, rev: int, **more: Any) -> str:
        wish = reply(case.conversation_id, "Ours", base_rev=rev, **more)
        return code(office.run(ana, wish))

    looked = revision()
    assert code(office.run(boss, reply(other.conversation_id, "Theirs", base_rev=looked))) == (
        "accepted"
    )
    assert answer(into, looked, seen=looked) == "newer_reply"
    assert answer(alone, looked + 100, seen=looked) == "accepted", "another ticket's"
    assert answer(into, looked, seen=looked, anyway=True) == "accepted"
    seen = revision()
    assert answer(other, seen, seen=seen) == "accepted", "one's own does not hold one"
    seen = revision()
    other.hear("Are you there?")
    office.run(boss, note(other.conversation_id, "They call."))
    assert answer(into, seen, seen=seen) == "accepted", "as in a ticket that stands alone"
    seen = revision()
    assert code(office.run(boss, reply(into.conversation_id, "More", base_rev=seen + 100))) == (
        "accepted"
    )
    assert answer(other, seen + 100, seen=revision()) == "accepted", "it was seen"
    assert answer(other, seen + 100) == "accepted", "a console of the release before"
