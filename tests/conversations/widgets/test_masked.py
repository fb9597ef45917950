"""Masked passages in the conversation: shown as what they are, read aloud, found around."""

from datetime import date

from console.conversations.model import Message
from console.conversations.viewmodel import rich
from console.conversations.viewmodel.items import MessageItem
from console.conversations.widgets import bubbles, lines
from console.kernel.ids import new_id
from tests.parts.acts import AT

BODY = "Write to •••• (e-mail address removed) soon"


def said(**more: object) -> Message:
    told = {"body": BODY, "masked": ("email",), **more}
    return Message(
        id=new_id(), conversation_id=new_id(), pos=1, lane="seller", author="staff", at=AT, **told
    )  # type: ignore[arg-type]


def item(message: Message) -> MessageItem:
    return MessageItem(message, "Ana", "Nord", mine=True, delivery="sent")


def test_the_passage_has_a_look_of_its_own() -> None:
    for message in (said(), said(html=f"<p><strong>a</strong> {BODY}</p>")):
        (block,) = rich.prose(message, plain=False, whole=True).blocks
        (span,) = [span for span in block.spans if span.masked]
        assert block.text[span.start : span.end] == "•••• (e-mail address removed)"
    (plain,) = rich.prose(said(masked=()), plain=False, whole=True).blocks
    assert plain.spans == (), "somebody wrote that: nothing was covered"


def test_it_is_read_aloud_in_its_words_alone() -> None:
    told = lines.spoken(item(said()), date(2026, 3, 2))
    assert "Write to (e-mail address removed) soon" in told


def test_what_went_out_as_it_is_says_so() -> None:
    _, rest = bubbles.head(item(said(body="lena@mail.test", masked=(), as_is=True)))
    assert "contact data not masked" in rest
