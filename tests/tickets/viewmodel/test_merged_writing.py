"""Writing on a ticket others were merged into: to whom, with which draft, and when it is held."""

import pytest

from console.conversations.records import AddNote, SendReply
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.client.files import Pasted
from console.sync.client.scratch import Draft
from console.sync.records import Accepted, Outcome, Rejected
from console.tickets.viewmodel.attention import Attention
from console.tickets.viewmodel.opened import Opened
from tests.parts.acts import reply
from tests.parts.console import Console
from tests.tickets.viewmodel.merging import Desk

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


def keys(desk: Desk) -> list[str]:
    return [choice.name for choice in desk.opened.composer.state.choices]


async def test_a_reply_goes_where_they_wrote_last(desk: Desk) -> None:
    await desk.merge(desk.first, desk.second)
    desk.console.clock.advance(1)
    desk.opened.open(desk.first.ticket.id)
    composer = desk.opened.composer
    assert keys(desk) == ["Lena Braun", ""]  # one person, whatever they wrote to
    composer.type("Soon.", 5)
    await composer.send()
    (entry,) = [e for e in desk.local.entries.values() if e.command.type == SendReply.__name__]
    assert entry.command.target == desk.second.conversation_id
    assert entry.lane == desk.first.ticket.id
    assert desk.said[-1] == "Soon."
    assert desk.now(desk.first).unread == 0
    composer.address("internal")
    composer.type("Odd.", 4)
    await composer.send()
    (note,) = [e for e in desk.local.entries.values() if e.command.type == AddNote.__name__]
    assert note.command.target == desk.first.conversation_id
    assert {type(each) for each in await desk.console.push()} == {Accepted}


async def test_strangers_are_told_apart(desk: Desk) -> None:
    await desk.merge(desk.first, desk.sam)
    desk.opened.open(desk.first.ticket.id)
    composer = desk.opened.composer
    assert keys(desk) == ["Lena Braun", "Sam Roe", ""]
    assert composer.state.to.name == "Sam Roe"  # who wrote last
    composer.address("buyer")
    assert (composer.state.to.name, composer.state.unusual) == ("Lena Braun", True)
    sam = composer.state.choices[1].key
    composer.address(sam)
    composer.type("Dear Sam", 8)
    desk.opened.open(desk.second.ticket.id)
    desk.opened.open(desk.first.ticket.id)
    assert (composer.state.to.name, composer.state.text) == ("Sam Roe", "Dear Sam")
    sent = await composer.send()
    assert sent is not None
    entry = desk.local.entries[sent.cmd_id]
    assert (entry.about, entry.command.target) == ("Reply to Sam Roe", desk.sam.conversation_id)


async def test_a_draft_to_somebody_who_left_is_nobodys_outside(desk: Desk) -> None:
    await desk.merge(desk.first, desk.sam)
    desk.opened.open(desk.first.ticket.id)
    composer = desk.opened.composer
    composer.type("Dear Sam", 8)
    await desk.merging.unmerge(desk.first.ticket.id, [desk.sam.ticket.id])
    assert composer.state.to.lane == "internal"
    assert composer.state.text == "Dear Sam"


async def test_a_refused_reply_is_taken_back_to_whom_it_was(desk: Desk) -> None:
    await desk.merge(desk.first, desk.sam)
    await desk.console.push()
    desk.opened.open(desk.first.ticket.id)
    composer = desk.opened.composer
    composer.undo_s = 30
    composer.type("Dear Sam", 8)
    sent = await composer.send()
    assert sent is not None
    desk.opened.open(desk.second.ticket.id)
    await composer.undo_send(sent.cmd_id)
    desk.opened.open(desk.first.ticket.id)
    assert (composer.state.to.name, composer.state.text) == ("Sam Roe", "Dear Sam")


async def test_words_for_one_are_not_joined_with_words_for_another(desk: Desk) -> None:
    await desk.merge(desk.first, desk.sam)
    desk.opened.open(desk.first.ticket.id)
    composer = desk.opened.composer
    composer.undo_s = 30
    composer.type("Dear Sam", 8)
    sent = await composer.send()
    assert sent is not None
    desk.local.keep_draft(desk.first.ticket.id, Draft(to="buyer", body="Dear Lena"))
    with pytest.raises(Exception, match="to somebody else"):
        await composer.undo_send(sent.cmd_id)


async def test_what_is_not_here_is_not_planned(desk: Desk) -> None:
    assert desk.merging.plan(new_id(), [desk.first.ticket.id]) is None
    await desk.merging.unmerge(desk.first.ticket.id, [desk.second.ticket.id])
    assert desk.refused == ["That is not merged any more."]
    assert desk.local.entries == {}


async def test_a_draft_goes_along_with_its_files(desk: Desk) -> None:
    desk.opened.open(desk.second.ticket.id)
    composer, local = desk.opened.composer, desk.local
    composer.type("See the picture", 15)
    await composer.attach([Pasted(lambda: b"picture", "image/png", ".png", "cup.png")])
    (file,) = composer.state.files
    await desk.merge(desk.first, desk.second)
    assert desk.opened.ticket_id == desk.first.ticket.id, "led there while it was open"
    assert (composer.state.text, [each.id for each in composer.state.files]) == (
        "See the picture", [file.id],
    )  # fmt: skip
    assert desk.second.ticket.id not in local.drafts
    await desk.console.settled()
    await desk.console.reopen()
    again = Opened(desk.console.local, Directory(desk.console.local))
    again.open(desk.first.ticket.id)
    assert (again.composer.state.text, len(again.composer.state.files)) == ("See the picture", 1)
    sent = await again.composer.send()
    again.composer.address("buyer")
    sent = sent or await again.composer.send() or await again.composer.send()
    assert sent is not None
    assert desk.console.local.entries[sent.cmd_id].command.requires == (file.id,)


async def test_files_stay_where_something_else_is_begun(desk: Desk) -> None:
    composer, local = desk.opened.composer, desk.local
    for case, words in ((desk.first, "Dear Lena"), (desk.second, "See the picture")):
        desk.opened.open(case.ticket.id)
        composer.type(words, len(words))
    await composer.attach([Pasted(lambda: b"picture", "image/png", ".png", "cup.png")])
    await desk.merge(desk.first, desk.second)
    assert (composer.state.text, composer.state.files) == ("Dear Lena", ())
    assert [file.name for file in local.files.of(desk.second.ticket.id)] == ["cup.png"]


async def test_a_reply_waits_for_a_look_when_a_colleague_answered_in_what_was_merged(
    desk: Desk,
) -> None:
    console = desk.console
    await desk.merge(desk.first, desk.second)
    await console.push()
    desk.opened.open(desk.first.ticket.id)
    composer = desk.opened.composer
    attention = Attention(console.local, desk.directory, composer)
    ben = console.actor(console.ben)

    async def answer(words: str) -> Outcome:
        composer.address(next(each.key for each in composer.state.choices if each.name))
        composer.type(words, len(words))
        sent = await composer.send() or await composer.send()
        assert sent is not None
        (outcome,) = await console.push()
        return outcome

    there = next(
        case
        for case in (desk.first, desk.second)
        if case.conversation_id != composer.state.to.conversation_id
    )
    console.office.run(ben, reply(there.conversation_id, "A new cup comes", base_rev=1 << 60))
    outcome = await answer("Which cup?")
    assert isinstance(outcome, Rejected)
    assert outcome.code == "newer_reply"
    (entry,) = (entry for entry in console.local.entries.values() if entry.parked)
    assert [told.text for told in attention.matter(entry).theirs] == ["A new cup comes"]
    await console.local.discard(entry)
    assert isinstance(await answer("Is it the blue one?"), Accepted), "it was seen"
