"""Tickets: the status machine, tags, and what each message does to its ticket."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from console.conversations.model import Message
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.tickets.model import (
    ACTIVE,
    FINISHED,
    MAX_SUBJECT_CHARS,
    MAX_TAGS,
    NO_SUBJECT,
    RANK,
    Priority,
    Status,
    Ticket,
    assigned,
    clean_subject,
    clean_tag,
    effect,
    next_statuses,
    with_message,
    with_status,
    with_tags,
)
from tests.parts.acts import AT

LATER = AT + timedelta(hours=2)


def ticket(**more: object) -> Ticket:
    fields = {
        "id": new_id(),
        "number": 1,
        "conversation_id": new_id(),
        "subject": "x",
        "created_at": AT,
        "updated_at": AT,
    }
    return Ticket(**{**fields, **more})


def message(lane: str = "buyer", author: str = "party", body: str = "hello") -> Message:
    return Message(
        id=new_id(),
        conversation_id=NIL,
        pos=1,
        lane=lane,
        author=author,
        body=body,
        at=LATER,
    )


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("after", list(Status))
def test_the_status_machine(before: Status, after: Status) -> None:
    start = ticket(status=before, waiting_since=AT, unread=2)
    if after == before:
        assert with_status(start, after, LATER) is start
    elif before == Status.CLOSED or after == Status.NEW:
        assert after not in next_statuses(before)
        with pytest.raises(Refused) as refusal:
            with_status(start, after, LATER)
        assert refusal.value.code == "bad_transition"
        assert refusal.value.fields == {"status": before}
    else:
        assert after in next_statuses(before)
        done = with_status(start, after, LATER)
        assert done.status == after
        finished = after in FINISHED
        assert (done.solved_at is not None, done.waiting_since is None, done.unread == 0) == (
            finished,
            finished,
            finished,
        )


def test_solved_at_stays_when_a_solved_ticket_is_closed() -> None:
    solved = with_status(ticket(status=Status.OPEN), Status.SOLVED, AT)
    assert with_status(solved, Status.CLOSED, LATER).solved_at == AT


def test_statuses_are_active_or_finished_or_neither() -> None:
    assert not ACTIVE & FINISHED
    assert sorted(RANK.values()) == list(range(len(Priority)))
    assert RANK[Priority.URGENT] > RANK[Priority.HIGH] > RANK[Priority.NORMAL] > RANK[Priority.LOW]


def test_giving_a_new_ticket_to_somebody_opens_it() -> None:
    me = new_id()
    assert assigned(ticket(), me).status == Status.OPEN
    assert assigned(ticket(), NIL).status == Status.NEW
    assert assigned(ticket(status=Status.PENDING), me).status == Status.PENDING
    assert assigned(ticket(assignee_id=me), NIL).assignee_id == NIL


@pytest.mark.parametrize(
    ("tag", "kept"), [("Refund", "refund"), ("  lost   parcel ", "lost-parcel"), ("ÜBER", "über")]
)
def test_a_tag_as_it_is_kept(tag: str, kept: str) -> None:
    assert clean_tag(tag) == kept


@pytest.mark.parametrize("tag", ["", "  ", "x" * 41, "a\x00b", "a\x1bb"])
def test_what_is_no_tag(tag: str) -> None:
    with pytest.raises(Refused) as refusal:
        clean_tag(tag)
    assert refusal.value.code == "bad_tag"


tags = st.lists(st.sampled_from(["a", "b", "c", "d"])).map(tuple)


@given(tags, tags, tags)
def test_tags_are_a_set(
    held: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]
) -> None:
    start = with_tags(ticket(), held, ())
    after = with_tags(start, add, remove)
    assert after.tags == tuple(sorted((set(held) - set(remove)) | set(add)))
    assert with_tags(after, add, remove) == after


def test_tags_have_a_bound() -> None:
    full = with_tags(ticket(), tuple(f"t{n}" for n in range(MAX_TAGS)), ())
    assert len(with_tags(full, ("new",), ("t1",)).tags) == MAX_TAGS
    with pytest.raises(Refused) as refusal:
        with_tags(full, ("one-more",), ())
    assert refusal.value.code == "too_many_tags"


@pytest.mark.parametrize("status", list(Status))
def test_word_from_outside_waits_for_us_and_opens_the_ticket_again(status: Status) -> None:
    start = ticket(status=status, solved_at=AT, unread=1)
    heard = with_message(start, message(body="Where is it?\nPlease."))
    assert (heard.waiting_since, heard.unread, heard.solved_at) == (LATER, 2, None)
    assert heard.snippet == "Where is it? Please."
    assert heard.status == (status if status in ACTIVE else Status.OPEN)
    assert with_message(heard, message()).waiting_since == LATER


def test_our_answer_ends_the_waiting() -> None:
    start = ticket(waiting_since=AT, unread=3)
    answered = with_message(start, message(author="staff"))
    assert (answered.waiting_since, answered.unread, answered.status) == (None, 0, Status.OPEN)
    pending = structs.replace(start, status=Status.PENDING)
    assert with_message(pending, message(author="staff")).status == Status.PENDING


def test_a_note_only_touches() -> None:
    start = ticket(waiting_since=AT, unread=3, snippet="before")
    noted = with_message(start, message("internal", "staff"))
    assert noted == structs.replace(start, updated_at=LATER)


def test_an_older_message_does_not_turn_time_back() -> None:
    start = ticket(updated_at=LATER + timedelta(days=1))
    assert with_message(start, message()).updated_at == start.updated_at


@pytest.mark.parametrize(
    ("lane", "author", "kind"),
    [
        ("buyer", "party", "in"),
        ("seller", "staff", "out"),
        ("internal", "staff", "note"),
        ("buyer", "system", "out"),
    ],
)
def test_what_a_message_is_to_its_ticket(lane: str, author: str, kind: str) -> None:
    assert effect(message(lane, author)) == kind


@given(st.text())
def test_a_subject_is_one_line_and_never_empty(subject: str) -> None:
    clean = clean_subject(subject)
    assert 0 < len(clean) <= MAX_SUBJECT_CHARS
    assert (
        clean == " ".join(clean.split()) or clean == NO_SUBJECT or len(clean) == MAX_SUBJECT_CHARS
    )
