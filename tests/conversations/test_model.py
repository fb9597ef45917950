"""Conversations: bodies as they are kept, and what a message does to its conversation."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from console.conversations.model import (
    MAX_ATTACHMENTS,
    MAX_BODY_CHARS,
    SNIPPET_CHARS,
    Attachment,
    Conversation,
    Lane,
    checked_body,
    lane,
    snippet,
    staff_message,
    with_message,
)
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from tests.parts.acts import AT

FILE = Attachment(new_id(), "a.png", "image/png", 5, "00")


def conversation() -> Conversation:
    return Conversation(
        id=new_id(), subject="Parcel", created_at=AT, last_at=AT,
        lanes=(Lane("buyer", new_id(), "email"),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("hello", "hello"),
        ("\n\n hello \n", " hello"),
        ("one\r\ntwo", "one\ntwo"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("tab\tstays", "tab\tstays"),
        ("ünï ✓ 👍", "ünï ✓ 👍"),
    ],
)
def test_a_body_as_it_is_kept(body: str, kept: str) -> None:
    assert checked_body(body) == kept


@given(st.text(max_size=300))
def test_keeping_a_kept_body_changes_nothing(body: str) -> None:
    try:
        kept = checked_body(body)
    except Refused:
        kept = "empty"
    assert checked_body(kept) == kept


@pytest.mark.parametrize(
    ("body", "files", "code"),
    [
        ("", 0, "empty_message"),
        (" \n\t", 0, "empty_message"),
        ("\x00", 0, "empty_message"),
        ("x" * (MAX_BODY_CHARS + 1), 0, "message_too_long"),
        ("x", MAX_ATTACHMENTS + 1, "too_many_attachments"),
    ],
)
def test_what_is_no_message(body: str, files: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        checked_body(body, (FILE,) * files)
    assert refusal.value.code == code


def test_a_file_alone_is_a_message() -> None:
    assert checked_body("", (FILE,)) == ""


def test_a_staff_message_is_the_next_one_in_its_lanes_channel() -> None:
    before = structs.replace(conversation(), count=4)
    me, message_id = new_id(), new_id()
    message = staff_message(before, message_id, "buyer", "hello", me, AT)
    assert (message.pos, message.channel, message.author, message.author_id) == (
        5,
        "email",
        "staff",
        me,
    )
    assert staff_message(before, message_id, "internal", "hm", me, AT).channel == "web"


def test_what_messages_do_to_their_conversation() -> None:
    start = conversation()
    later = AT + timedelta(hours=1)
    note = staff_message(start, new_id(), "internal", "hm", new_id(), later)
    noted = with_message(start, note)
    assert (noted.count, noted.answered, noted.last_at, noted.last_lane) == (1, NIL, later, "buyer")
    reply = staff_message(noted, new_id(), "buyer", "hello", new_id(), AT)
    replied = with_message(noted, reply)
    assert (replied.count, replied.answered, replied.last_at) == (2, reply.id, later)
    heard = structs.replace(reply, author="party", lane="seller", pos=3)
    assert with_message(replied, heard).last_lane == "seller"
    assert with_message(replied, heard).answered == reply.id


def test_lanes_are_found_by_name() -> None:
    known = conversation()
    assert lane(known, "buyer") == known.lanes[0]
    assert lane(known, "seller") is None


@given(st.text())
def test_a_snippet_is_one_short_line(body: str) -> None:
    line = snippet(body)
    assert len(line) <= SNIPPET_CHARS
    assert "\n" not in line
