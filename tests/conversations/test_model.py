"""Conversations: bodies as they are kept, and what a message does to its conversation."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from console.conversations.model import (
    MAX_ATTACHMENTS,
    MAX_BODY_CHARS,
    MAX_NAME_BYTES,
    SNIPPET_CHARS,
    Attachment,
    Conversation,
    Lane,
    checked_body,
    lane,
    safe_name,
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


# -- names of files


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("photo.png", "photo.png"),
        ("Ünïcode 文件 مرحبا.png", "Ünïcode 文件 مرحبا.png"),
        ("🙂.jpg", "🙂.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\x\\y.txt", "y.txt"),
        ("/", "file"), ("..", "file"), ("", "file"), ("   ", "file"), ("\u200b", "file"),
        ("a/", "file"),
        (".bashrc", "bashrc"),
        ("trailing. . ", "trailing"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("in\u2066voice\u2069.pdf", "invoice.pdf"),
        ("evil\u200b.e\u200dxe\ufeff", "evil.exe"),
        ("a\x00b\x1bc\x7f.txt", "abc.txt"),
        ("two\r\nlines\t.txt", "two lines.txt"),
        ("x\u2028y\u2029z", "xyz"),
        ("\u3164hidden\u115f\u2800", "hidden"),
        ("full\uff0fwidth\uff3cpath.txt", "path.txt"),
        ("frac\u2044tion\u2215.txt", "frac_tion_.txt"),
        ("ﬁle.txt", "file.txt"),
        ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
        ("CON", "_CON"), ("con.txt", "_con.txt"), ("Aux.tar.gz", "_Aux.tar.gz"),
        ("nul .txt", "_nul.txt"), ("COM1", "_COM1"), ("lpt9.prn", "_lpt9.prn"),
        ("COM¹.txt", "_COM1.txt"), ("CONIN$", "_CONIN$"),
        ("console.txt", "console.txt"), ("com10.txt", "com10.txt"),
        ("lone\ud800surrogate", "lonesurrogate"),
    ],
)  # fmt: skip
def test_names_of_files(told: str, kept: str) -> None:
    assert safe_name(told) == kept


@pytest.mark.parametrize(
    "told",
    ["x" * 500 + ".pdf", "日" * 200 + ".jpeg", "a." + "b" * 300, "🙂" * 99, "x" * 196 + ". .png"],
)
def test_long_names_keep_their_ending(told: str) -> None:
    kept = safe_name(told)
    assert 100 < len(kept.encode()) <= MAX_NAME_BYTES
    ending = told.rpartition(".")[2]
    assert len(ending) > 20 or kept.endswith(ending[-4:])


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_stays(told: str) -> None:
    kept = safe_name(told)
    assert safe_name(kept) == kept
    assert 0 < len(kept.encode()) <= MAX_NAME_BYTES
    assert Path(kept).name == kept
    assert not set(kept) & set('<>:"|?*/\\')
    assert kept == kept.strip(" .")
