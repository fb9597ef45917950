"""Conversations on the wire: messages follow their conversation, notes on its internal side."""

import pytest

from console.conversations.model import Message
from console.conversations.records import CONVERSATION, MESSAGE, ReceiveMessage
from console.kernel import codec
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from tests.parts.acts import AT, received


def message(lane: str) -> Message:
    return Message(
        id=new_id(),
        conversation_id=new_id(),
        pos=1,
        lane=lane,
        author="staff",
        body="x",
        at=AT,
    )


def test_a_message_follows_its_conversation() -> None:
    one = message("buyer")
    assert CONVERSATION.parent is None
    assert MESSAGE.parent == CONVERSATION.name
    assert MESSAGE.parent_id is not None
    assert MESSAGE.parent_id(one) == one.conversation_id


@pytest.mark.parametrize(
    ("lane", "internal"), [("buyer", False), ("seller", False), ("internal", True)]
)
def test_the_internal_lane_alone_is_internal(lane: str, internal: bool) -> None:
    assert MESSAGE.internal(message(lane)) is internal


def test_a_moment_without_a_zone_is_refused() -> None:
    args = bytes(received().args).replace(b"09:00:00Z", b"09:00:00")
    with pytest.raises(Refused) as refusal:
        codec.decode(args, ReceiveMessage)
    assert refusal.value.code == "bad_input"
