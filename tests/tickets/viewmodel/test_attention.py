"""What needs somebody: replies refused or held, mine beside theirs, and every way out."""

from typing import Any

import pytest
from msgspec import structs

from console.conversations.model import Attachment
from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.sync.client.outbox import Entry
from console.sync.client.scratch import Draft
from console.sync.records import Rejected
from console.tickets.viewmodel.attention import HELD, THEIRS_SHOWN, Matter, Way
from tests.parts.acts import note
from tests.parts.console import Console
from tests.tickets.viewmodel.refused import Desk, theirs, ways

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


# -- a reply that a colleague's stands against


async def stale(desk: Desk, body: str = "mine") -> Matter:
    await desk.say(body)
    desk.answers()
    await desk.console.push()
    return desk.matter


async def test_a_stale_reply_stands_whole_beside_the_newer_one(desk: Desk) -> None:
    long = "A long answer. " * 400
    matter = await stale(desk, long)
    assert matter.mine.text == matter.body == long
    assert (matter.mine.who, matter.mine.at) == ("You", desk.entry.made_at)
    assert theirs(matter) == ["Ben Ode: theirs"]
    assert matter.why == "Reply to Lena was not sent: a colleague answered meanwhile."
    assert ways(matter) == ["Send anyway", "Edit", "Copy text", "Open ticket", "Discard"]


async def test_only_what_the_author_had_not_seen_and_nothing_internal(desk: Desk) -> None:
    desk.answers("seen")
    desk.console.pull()
    await desk.say()
    ben = desk.console.actor(desk.console.ben)
    for n in range(THEIRS_SHOWN + 1):
        desk.answers(f"unseen {n}")
    desk.console.office.run(ben, note(desk.case.conversation_id, "among us"))
    desk.case.hear("Hello?")
    await desk.console.push()
    unseen = [f"Ben Ode: unseen {n}" for n in range(2, THEIRS_SHOWN + 1)]
    assert theirs(desk.matter) == [*unseen, "Lena Braun: Hello?"]


async def test_it_cannot_be_sent_anyway_before_the_newer_one_can_be_read(desk: Desk) -> None:
    """The refusal overtakes the change: the guard must not be waved through unseen."""
    await desk.say()
    desk.answers()
    await desk.console.push(pull=False)
    assert theirs(desk.matter) == ["A colleague's answer is on its way here."]
    assert "Send anyway" not in ways(desk.matter)
    desk.changed.clear()
    desk.console.pull()
    assert desk.changed != []
    assert "Send anyway" in ways(desk.matter)
    assert theirs(desk.matter) == ["Ben Ode: theirs"]


async def test_a_newer_one_that_is_not_kept_here_is_said_to_be_so(desk: Desk) -> None:
    await stale(desk)
    wish = structs.replace(desk.entry.command, base_rev=1 << 61)
    assert theirs(desk.attention.matter(desk.alter(command=wish))) == [
        "A colleague's answer, which is not kept on this computer."
    ]


async def test_sending_it_anyway_sends_it_once(desk: Desk) -> None:
    await stale(desk)
    entry = desk.entry
    await desk.attention.again(entry)
    await desk.attention.again(entry)
    assert desk.entry.state == "queued"
    assert structs.asdict(_said(desk.entry))["anyway"] is True
    await desk.console.push()
    assert desk.bodies()[-2:] == ["theirs", "mine"]


def _said(entry: Entry) -> SendReply:
    from console.kernel import codec

    return codec.decode(bytes(entry.command.args), SendReply)


async def test_a_reply_refused_for_something_else_keeps_the_guard(desk: Desk) -> None:
    await desk.say()
    desk.alter(state="rejected", outcome=Rejected("server_error"))
    assert ways(desk.matter)[0] == "Send again"
    await desk.attention.again(desk.entry)
    assert _said(desk.entry).anyway is False


# -- editing, discarding


async def test_editing_makes_a_draft_of_it(desk: Desk) -> None:
    await stale(desk, "mine 👍")
    await desk.attention.edit(desk.entry)
    kept = desk.console.local.drafts[desk.ticket].draft
    assert kept == Draft(to="buyer", body="mine 👍", caret=7)
    assert desk.console.local.entries == {}
    assert desk.writing == [desk.ticket]
    await desk.console.reopen()
    assert desk.console.local.drafts[desk.ticket].draft == kept
    assert desk.console.local.entries == {}


async def test_editing_a_note_makes_a_note_again(desk: Desk) -> None:
    args = AddNote(message_id=new_id(), body="among us")
    await desk.console.local.do(
        CONVERSATION, desk.case.conversation_id, args, lane=desk.ticket, about="Note"
    )
    desk.alter(state="rejected", outcome=Rejected("server_error"))
    await desk.attention.edit(desk.entry)
    assert desk.console.local.drafts[desk.ticket].draft.to == "internal"


async def test_a_draft_to_somebody_else_is_not_mixed_with_it(desk: Desk) -> None:
    await stale(desk)
    draft = Draft(to="internal", body="He is lying, I think.")
    desk.console.local.keep_draft(desk.ticket, draft)
    with pytest.raises(Refused, match="send or clear it, then edit this") as refused:
        await desk.attention.edit(desk.entry)
    assert refused.value.code == "other_draft"
    assert desk.console.local.drafts[desk.ticket].draft == draft
    assert desk.entry.state == "rejected"
    assert desk.writing == []


async def test_what_has_files_is_not_edited_without_them(desk: Desk) -> None:
    file = Attachment(new_id(), "a.png", "image/png", 1, "00")
    args = SendReply(message_id=new_id(), lane="buyer", body="see", attachments=(file,))
    await desk.console.local.do(
        CONVERSATION, desk.case.conversation_id, args, lane=desk.ticket, about="Reply"
    )
    desk.alter(state="rejected", outcome=Rejected("server_error"))
    assert ways(desk.matter) == ["Send again", "Copy text", "Open ticket", "Discard"]


async def test_discarding_can_be_taken_back(desk: Desk) -> None:
    await stale(desk)
    entry = desk.entry
    await desk.attention.discard(entry)
    assert desk.console.local.entries == {}
    (done,) = desk.done
    assert done.text == "Discarded: Reply to Lena"
    assert done.undo is not None
    await done.undo()
    await done.undo()
    assert desk.entry == entry
    await desk.console.reopen()
    assert (desk.entry.state, desk.entry.outcome) == ("rejected", entry.outcome)


# -- what is held


async def test_what_is_held_asks_and_is_sent_under_its_own_id(desk: Desk) -> None:
    cmd_id = await desk.say()
    held = desk.alter(state="held")
    matter = desk.matter
    assert matter.why == HELD
    assert ways(matter) == ["Send", "Copy text", "Open ticket", "Discard"]
    assert theirs(matter) == ["Lena Braun: Where is my parcel?"]
    await desk.say("and more")
    assert theirs(desk.attention.matter(held)) == theirs(matter), "pending is not there"
    desk.console.local._work.execute("UPDATE outbox SET state = 'held' WHERE pos = 1")
    await desk.attention.release(held)
    await desk.attention.release(held)
    await desk.attention.discard(held)  # a press that comes too late
    waiting = desk.console.local.waiting(desk.ticket)
    assert [entry.state for entry in waiting] == ["queued", "queued"]
    assert waiting[0].command.cmd_id == cmd_id
    assert desk.done[0].text == "Reply to Lena: on its way again"
    await desk.console.push()
    assert desk.bodies() == ["Where is my parcel?", "mine", "and more"]


async def test_what_is_held_can_be_let_go(desk: Desk) -> None:
    await desk.say()
    held = desk.alter(state="held")
    desk.console.local._work.execute("UPDATE outbox SET state = 'held'")
    await desk.attention.discard(held)
    await desk.console.reopen()
    assert desk.console.local.entries == {}


# -- what is gone


async def test_who_lost_the_ticket_keeps_their_words(desk: Desk) -> None:
    from console.people.records import USER
    from console.people.server.scopes import regrant

    await desk.say("my words")
    ana = structs.replace(desk.console.ana, teams=())

    def leave(tx: Any) -> None:
        tx.record(USER, ana)
        regrant(tx, ana)

    desk.console.office.write(leave)
    await desk.console.push(pull=False)
    office = desk.console.office
    shown = desk.console.actor().scopes
    desk.console.replica.welcome(office.epoch, shown, office.head(), 0)
    matter = desk.matter
    assert matter.body == "my words"
    assert matter.why == "Reply to Lena was not sent: you have no access to it."
    assert theirs(matter) == ["The conversation is not here any more."]
    assert ways(matter) == ["Copy text", "Open ticket", "Discard"]


# -- what goes its way


async def test_what_is_under_way_can_be_looked_at(desk: Desk) -> None:
    await desk.say()
    matter = desk.matter
    assert (matter.why, theirs(matter)) == ("", [])
    assert ways(matter) == ["Copy text", "Open ticket"]
    await desk.console.push(pull=False)
    assert desk.entry.state == "accepted"
    assert [way for way, _ in desk.matter.ways] == [Way.COPY, Way.OPEN]


async def test_nothing_is_looked_at_anew_while_nothing_needs_anybody(desk: Desk) -> None:
    desk.case.hear("Hello?")
    desk.console.pull()
    assert desk.changed == []
