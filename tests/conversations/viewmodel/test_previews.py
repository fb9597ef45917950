"""Previews of replies and notes: what the overlay shows is what the server then decides."""

from typing import Any

import pytest

from console.conversations.model import Conversation, Message
from console.conversations.records import CONVERSATION, AddNote, SeeMention, SendReply
from console.conversations.tables import rows
from console.conversations.viewmodel.previews import PREVIEWS
from console.kernel.codec import Strict
from console.kernel.ids import new_id
from tests.parts.acts import Case, reply
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


def said(body: str = "On its way", **more: Any) -> SendReply:
    return SendReply(message_id=new_id(), lane="buyer", body=body, **more)


def shown(console: Console, case: Case) -> tuple[Conversation | None, list[Message]]:
    assert console.local.reader is not None
    reader, conversation_id = console.local.reader, case.conversation_id
    return rows.conversation(reader, conversation_id), rows.messages(reader, conversation_id)


async def do(console: Console, case: Case, args: Strict) -> None:
    target, lane = case.conversation_id, case.ticket.id
    await console.local.do(CONVERSATION, target, args, lane=lane, about="")


@pytest.mark.parametrize("internal", [False, True])
async def test_the_preview_is_what_the_server_makes_of_it(console: Console, internal: bool) -> None:
    case = console.case()
    console.pull()
    await do(console, case, AddNote(message_id=new_id(), body="Ask.") if internal else said())
    before = shown(console, case)
    assert len(before[1]) == 2
    await console.push()
    assert console.local.entries == {}
    assert shown(console, case) == before


async def test_a_reply_in_a_lane_nobody_is_in_is_shown_until_it_is_refused(
    console: Console,
) -> None:
    case = console.case()
    console.pull()
    await do(console, case, SendReply(message_id=new_id(), lane="seller", body="Hello?"))
    assert len(shown(console, case)[1]) == 2
    await console.push()
    assert len(shown(console, case)[1]) == 1
    assert [entry.state for entry in console.local.waiting(case.ticket.id)] == ["rejected"]


async def test_to_a_conversation_that_is_not_here_nothing_is_laid(console: Console) -> None:
    case = console.case(team="Asia")
    console.pull()
    await do(console, case, said())
    assert shown(console, case) == (None, [])
    assert len(console.local.entries) == 1


async def test_a_message_that_has_arrived_is_not_shown_twice(console: Console) -> None:
    case = console.case()
    console.pull()
    await do(console, case, said())
    (entry,) = console.local.entries.values()
    console.office.run(console.actor(), entry.command)
    console.pull()
    assert [m.pos for m in shown(console, case)[1]] == [1, 2]


async def test_a_colleagues_message_pushes_the_waiting_one_down(console: Console) -> None:
    case = console.case()
    console.pull()
    await do(console, case, said("mine"))
    case.hear("theirs")
    console.pull()
    conversation, messages = shown(console, case)
    assert [(m.pos, m.body) for m in messages] == [
        (1, "Where is my parcel?"),
        (2, "theirs"),
        (3, "mine"),
    ]
    assert conversation is not None
    assert conversation.count == 3


async def test_a_refused_reply_sent_anyway_goes(console: Console) -> None:
    case = console.case()
    console.pull()
    await do(console, case, said("mine"))
    console.office.run(console.actor(console.ben), reply(case.conversation_id, "theirs"))
    await console.push()
    (entry,) = console.local.waiting(case.ticket.id)
    await console.local.retry(entry)
    assert [m.body for m in shown(console, case)[1]][-1] == "mine"
    await console.push()
    assert console.local.entries == {}
    assert [m.body for m in shown(console, case)[1]] == ["Where is my parcel?", "theirs", "mine"]


def test_every_command_of_the_room_that_staff_give_has_a_preview() -> None:
    assert {known.args for known in PREVIEWS} == {SendReply, AddNote, SeeMention}
