"""What merging does to two tickets, and that it leaves nothing behind when it is taken back."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from console.conversations.model import Message
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.tickets.model import MAX_TAGS, Priority, Status, Ticket
from console.tickets.model.merging import absorbed, merged, mixed, unmerged
from tests.parts.acts import AT

ANA = new_id()
HOUR = timedelta(hours=1)
FIELD = new_id(), new_id()


def made(number: int, **more: Any) -> Ticket:
    at = more.pop("at", AT)
    return Ticket(
        id=new_id(), number=number, conversation_id=new_id(), subject=f"case {number}",
        created_at=at, updated_at=at, **more,
    )  # fmt: skip


def said(ticket: Ticket, author: str, at: Any) -> Message:
    return Message(
        id=new_id(), conversation_id=ticket.conversation_id, pos=9, lane="buyer", author=author,
        body="Still nothing.", at=at,
    )  # fmt: skip


def test_the_ticket_that_goes_on_has_all_that_mattered() -> None:
    orders = new_id(), new_id()
    into = made(
        1, status=Status.SOLVED, solved_at=AT, tags=("b",), order_ids=(orders[0],), unread=1,
        waiting_since=AT + HOUR, snippet="old",
    )  # fmt: skip
    other = made(
        2, at=AT + HOUR, status=Status.OPEN, priority=Priority.URGENT, tags=("a", "b"), unread=2,
        order_ids=(orders[1], orders[0]), assignee_id=ANA, waiting_since=AT, snippet="new",
    )  # fmt: skip
    both = absorbed(into, other)
    assert (both.status, both.solved_at, both.priority) == (Status.OPEN, None, Priority.URGENT)
    assert (both.tags, both.order_ids, both.unread) == (("a", "b"), orders, 3)
    assert (both.assignee_id, both.waiting_since) == (ANA, AT)
    assert (both.updated_at, both.snippet) == (AT + HOUR, "new")
    assert (both.id, both.number, both.conversation_id) == (into.id, 1, into.conversation_id)


def test_work_wakes_a_ticket_that_sleeps_and_more_sleep_does_not() -> None:
    asleep = made(1, status=Status.OPEN, snoozed_until=AT + 2 * HOUR)
    assert absorbed(asleep, made(2, status=Status.OPEN)).snoozed_until is None
    assert absorbed(asleep, made(2, status=Status.SOLVED)).snoozed_until == AT + 2 * HOUR
    sooner = made(2, status=Status.OPEN, snoozed_until=AT + HOUR)
    assert absorbed(asleep, sooner).snoozed_until == AT + HOUR


def test_too_many_tags_are_refused() -> None:
    tags = tuple(f"t{n:02}" for n in range(MAX_TAGS))
    with pytest.raises(Refused, match="at most"):
        absorbed(made(1, tags=tags), made(2, tags=("more",)))


def test_somebody_else_is_another_person_or_the_other_side() -> None:
    lena, sam = new_id(), new_id()
    assert not mixed(made(1, requester_id=lena), made(2, requester_id=lena))
    assert mixed(made(1, requester_id=lena), made(2, requester_id=sam))
    assert mixed(made(1, requester_id=lena), made(2, requester_id=lena, side="seller"))


def test_the_merged_one_is_in_no_queue_and_follows_the_team() -> None:
    team = new_id()
    into = made(1, team_id=team)
    other = made(2, status=Status.OPEN, unread=3, waiting_since=AT, snoozed_until=AT)
    goes_on, gone = merged(into, other, ANA, AT + HOUR)
    assert goes_on.merged == (other.id,)
    assert (gone.status, gone.unread, gone.waiting_since, gone.snoozed_until) == (
        Status.CLOSED, 0, None, None,
    )  # fmt: skip
    assert (gone.merged_into, gone.team_id) == (into.id, team)
    assert gone.merger is not None
    assert (gone.merger.by, gone.merger.at, gone.merger.team_id) == (ANA, AT + HOUR, NIL)


def several() -> tuple[Ticket, list[Ticket]]:
    into = made(
        1, status=Status.SOLVED, solved_at=AT, tags=("x",), priority=Priority.LOW,
        fields={FIELD[0]: "mine"},
    )  # fmt: skip
    others = [
        made(2, status=Status.OPEN, tags=("a",), priority=Priority.HIGH, unread=1, at=AT + HOUR,
             fields={FIELD[0]: "theirs", FIELD[1]: "second"}),
        made(3, status=Status.OPEN, tags=("a", "b"), priority=Priority.URGENT, unread=2,
             waiting_since=AT, assignee_id=ANA, order_ids=(new_id(),)),
        made(4, status=Status.PENDING, tags=("x", "c"), snippet="four", at=AT + 2 * HOUR,
             fields={FIELD[1]: "third"}),
    ]  # fmt: skip
    return into, others


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_taken_back_in_any_order_nothing_is_left(order: tuple[int, ...]) -> None:
    into, others = several()
    now, inside = into, dict[UUID, Ticket]()
    for other in others:
        now, inside[other.id] = merged(now, other, ANA, AT + 3 * HOUR)
    for n in order:
        gone = inside.pop(others[n].id)
        later = now.merged[now.merged.index(gone.id) + 1 :]
        now, free, remembered = unmerged(now, gone, [inside[each] for each in later])
        assert free == others[n]
        inside |= {each.id: each for each in remembered}
        alone = into
        for other in others:
            if other.id in inside:
                alone, _ = merged(alone, other, ANA, AT + 3 * HOUR)
        assert now == alone
    assert now == into


def test_custom_fields_without_a_value_are_filled() -> None:
    into, other = made(1, fields={FIELD[0]: "mine"}), made(2, fields=dict.fromkeys(FIELD, "theirs"))
    now, gone = merged(into, other, ANA, AT)
    assert now.fields == {FIELD[0]: "mine", FIELD[1]: "theirs"}
    changed = structs.replace(now, fields={FIELD[0]: "mine", FIELD[1]: "corrected"})
    assert unmerged(changed, gone, ())[0].fields == changed.fields
    assert unmerged(now, gone, ())[0].fields == into.fields


def test_what_was_done_since_stays_done() -> None:
    into, other = made(1, tags=("x",), assignee_id=NIL), made(2, status=Status.OPEN, tags=("a",))
    now, gone = merged(into, structs.replace(other, priority=Priority.HIGH), ANA, AT)
    done = structs.replace(
        now, priority=Priority.URGENT, tags=("a", "fresh", "x"), assignee_id=ANA, unread=0
    )
    alone, _, _ = unmerged(done, gone, ())
    assert (alone.priority, alone.assignee_id) == (Priority.URGENT, ANA)
    assert alone.tags == ("fresh", "x")


def test_what_came_since_is_with_whom_it_belongs_to() -> None:
    into = made(1, status=Status.SOLVED, solved_at=AT)
    other = made(2, status=Status.OPEN, waiting_since=AT, unread=1)
    now, gone = merged(into, other, ANA, AT)
    answered = structs.replace(now, waiting_since=None, unread=0)
    again = structs.replace(answered, waiting_since=AT + 2 * HOUR, unread=1)
    there = [said(other, "staff", AT + HOUR), said(other, "party", AT + 2 * HOUR)]
    alone, free, _ = unmerged(again, gone, (), (), there)
    assert (alone.status, alone.unread, alone.waiting_since) == (Status.SOLVED, 0, None)
    assert (free.status, free.unread, free.waiting_since) == (Status.OPEN, 1, AT + 2 * HOUR)
    here = [said(into, "party", AT + HOUR)]
    alone, free, _ = unmerged(
        structs.replace(now, unread=2, updated_at=AT + HOUR), gone, (), here, ()
    )
    assert (alone.status, alone.unread, alone.waiting_since) == (Status.OPEN, 1, AT + HOUR)
    assert free == other
