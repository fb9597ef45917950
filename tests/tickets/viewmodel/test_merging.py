"""Merging at the desk: what is offered and told before, done offline, undone, and read as one."""

from typing import Any

import pytest

from console.conversations.records import AddNote, SendReply
from console.conversations.tables.rows import PAGE
from console.conversations.viewmodel.items import MergedItem, MessageItem
from console.kernel import codec
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.files import Pasted
from console.sync.client.scratch import Draft
from console.sync.records import Accepted, Outcome, Rejected
from console.tickets.model import Priority, Status, Ticket, View, ViewName
from console.tickets.records import ChangeTags, MarkRead, Merge, SetPriority, SetStatus
from console.tickets.tables import rows
from console.tickets.viewmodel.attention import Attention
from console.tickets.viewmodel.merging import OFFERED, Merging, Plan
from console.tickets.viewmodel.opened import Opened
from console.tickets.viewmodel.triage import Done, Triage
from tests.parts.acts import Case, act, reply
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Desk:
    """Two tickets of one buyer, one of another, and all that merging said."""

    def __init__(self, console: Console) -> None:
        self.console, self.local = console, console.local
        at = console.clock
        self.first = console.case("Broken cup", body="It broke.", at=at.now())
        at.advance(60)
        self.second = console.case("Where is the cup?", body="Hello?", at=at.now())
        at.advance(60)
        self.sam = console.case("Bill", name="Sam Roe", email="sam@mail.test", at=at.now())
        console.pull()
        self.directory = Directory(console.local)
        self.merging = Merging(console.local, self.directory)
        self.opened = Opened(console.local, self.directory)
        self.done: list[Done] = []
        self.refused: list[str] = []
        self.merging.done.connect(self.done.append)
        self.merging.refused.connect(self.refused.append)

    def now(self, case: Case) -> Ticket:
        reader = self.local.reader
        assert reader is not None
        found = rows.by_number(reader, case.ticket.number)
        assert found is not None
        return found

    def plan(self, into: Case, *others: Case) -> Plan:
        plan = self.merging.plan(into.ticket.id, [case.ticket.id for case in others])
        assert plan is not None
        return plan

    async def merge(self, into: Case, *others: Case) -> None:
        await self.merging.carry_out(self.plan(into, *others))

    async def undo(self) -> None:
        undo = self.done[-1].undo
        assert undo is not None
        await undo()

    def active(self) -> set[int]:
        reader = self.local.reader
        assert reader is not None
        view = View(name=ViewName.ACTIVE)
        found = rows.places(reader, view, self.local.me, rows.Sort.NEWEST, 50)
        ids = [self.local.reader and raw for _, raw in found]
        known = {case.ticket.id.bytes: case.ticket.number for case in self.cases}
        return {known[raw] for raw in ids if raw in known}

    @property
    def cases(self) -> list[Case]:
        return [self.first, self.second, self.sam]

    @property
    def said(self) -> list[str]:
        """The bodies in the timeline, and `+2` where another ticket came in."""
        found = []
        for item in self.opened.timeline.items.values():
            if isinstance(item, MessageItem):
                found.append(item.message.body)
            elif isinstance(item, MergedItem):
                found.append(f"+{item.joined.number}")
        return found


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


def numbers(tickets: Any) -> list[int]:
    return [ticket.number for ticket in tickets]


# -- offered and told before


async def test_what_is_offered(desk: Desk) -> None:
    second = desk.second.ticket.id
    assert numbers(desk.merging.offered([second])) == [1]
    assert numbers(desk.merging.offered([second], "#3")) == [3]
    assert numbers(desk.merging.offered([second], "sam roe")) == [3]
    assert numbers(desk.merging.offered([second], "bill")) == [3]
    assert desk.merging.offered([second], "nothing of that name") == []
    assert desk.merging.offered([second], "2") == []  # itself
    many = [desk.sam.ticket.id, second, desk.first.ticket.id]
    assert numbers(desk.merging.offered(many)) == [1, 2, 3]
    assert numbers(desk.merging.offered(many, "2")) == [2]


async def test_only_so_many_are_offered(desk: Desk) -> None:
    for n in range(OFFERED):
        desk.console.case(f"cup {n}")
    desk.console.pull()
    assert len(desk.merging.offered([desk.first.ticket.id])) == OFFERED


async def test_a_plan_tells_what_happens(desk: Desk) -> None:
    office, boss = desk.console.office, desk.console.actor(desk.console.cara)
    second = desk.second.ticket
    for args in (
        ChangeTags(add=("late",)),
        SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL),
    ):
        office.run(boss, act(second.id, args))
    office.run(boss, act(desk.first.ticket.id, SetStatus(status=Status.SOLVED, seen=Status.NEW)))
    desk.console.pull()
    plan = desk.plan(desk.first, desk.second)
    assert plan.sentences == [
        "#2 leaves its queue; its messages go on in #1.",
        "#1 gets: Open, Urgent, +late.",
    ]
    assert plan.warning == ""
    both = desk.plan(desk.first, desk.second, desk.sam)
    assert both.sentences[0] == "2 tickets leave their queues; their messages go on in #1."
    assert both.warning == (
        "Different people asked: Lena Braun here, Sam Roe there. Look whom you answer."
    )


async def test_what_cannot_be_merged_is_told_and_left_out(desk: Desk) -> None:
    office, boss = desk.console.office, desk.console.actor(desk.console.cara)
    office.run(boss, act(desk.first.ticket.id, SetStatus(status=Status.CLOSED, seen=Status.NEW)))
    desk.console.pull()
    plan = desk.plan(desk.first, desk.second)
    assert (plan.others, plan.sentences) == ([], ["1 cannot: this ticket is closed."])
    desk.first.hear("Again!", at=desk.console.clock.now())  # a fresh ticket over its conversation
    desk.console.pull()
    old = desk.merging.plan(
        desk.first.ticket.id, [desk.now(desk.second).id, desk.cases[0].ticket.id]
    )
    assert old is not None
    assert numbers(old.others) == [2]


async def test_who_sees_it_then_is_told_when_it_moves(desk: Desk) -> None:
    other = desk.console.case("Cup", team=None)
    desk.console.pull()
    assert "Who sees the one" in " ".join(desk.plan(desk.first, other).sentences)


# -- done and undone


async def test_merged_at_once_and_undone_offline(desk: Desk) -> None:
    before = [desk.now(case) for case in desk.cases]
    await desk.merge(desk.first, desk.second)
    assert desk.done[-1].text == "#2 merged into #1"
    assert desk.active() == {1, 3}
    assert (desk.now(desk.first).unread, desk.now(desk.second).unread) == (2, 0)
    assert desk.now(desk.second).merged_into == desk.first.ticket.id
    await desk.undo()
    assert desk.done[-1].text == "#2 is a ticket of its own again"
    assert desk.active() == {1, 2, 3}
    assert [desk.now(case) for case in desk.cases] == before
    assert [type(each) for each in await desk.console.push()] == [Accepted, Accepted]
    assert [desk.now(case) for case in desk.cases] == before


async def test_the_preview_is_what_the_server_makes_of_it(desk: Desk) -> None:
    await desk.merge(desk.first, desk.second, desk.sam)
    assert desk.done[-1].text == "2 tickets merged into #1"
    shown = [desk.now(case) for case in desk.cases]
    assert [type(each) for each in await desk.console.push()] == [Accepted, Accepted]
    for before, case in zip(shown, desk.cases, strict=True):
        now = desk.now(case)
        if now.merger is not None and before.merger is not None:  # the server's time, and lengths
            merger = codec.decode(codec.encode(now.merger), type(before.merger))
            assert (merger.was, merger.before) == (before.merger.was, before.merger.before)
        else:
            assert now == before
    await desk.undo()
    await desk.undo()  # that, undone
    assert desk.active() == {1}
    outcomes = await desk.console.push()
    assert [type(each) for each in outcomes] == [Accepted] * 4
    assert desk.active() == {1}


async def test_it_is_still_merged_after_a_restart(desk: Desk) -> None:
    triage = Triage(desk.local, desk.directory)
    await triage.tag(desk.second.ticket.id, ("late",))
    await desk.merge(desk.first, desk.second)
    assert desk.active() == {1, 3}
    console = await desk.console.reopen()
    desk.local = console.local
    assert desk.active() == {1, 3}


async def test_a_colleague_was_faster(desk: Desk) -> None:
    office, boss = desk.console.office, desk.console.actor(desk.console.cara)
    into_sam = Merge(ticket=desk.second.ticket.id, mixed=True)
    await desk.merge(desk.first, desk.second)
    assert isinstance(office.run(boss, act(desk.sam.ticket.id, into_sam)), Accepted)
    (outcome,) = await desk.console.push()
    assert isinstance(outcome, Rejected)
    assert outcome.code == "merged_elsewhere"
    (entry,) = desk.local.entries.values()
    assert (entry.parked, entry.about) == (True, "Merge #2 into #1")
    assert desk.now(desk.second).merged_into == desk.sam.ticket.id
    assert desk.now(desk.first).merged == ()


# -- read as one


async def test_both_conversations_are_one_timeline(desk: Desk) -> None:
    desk.console.clock.advance(60)
    await desk.merge(desk.first, desk.second)
    desk.opened.open(desk.first.ticket.id)
    assert desk.said == ["It broke.", "Hello?", "+2"]
    await desk.console.push()
    desk.console.clock.advance(60)
    desk.second.hear("Anybody?", at=desk.console.clock.now())
    desk.console.pull()
    assert desk.said == ["It broke.", "Hello?", "+2", "Anybody?"]
    await desk.merging.unmerge(desk.first.ticket.id, [desk.second.ticket.id])
    assert desk.said == ["It broke."]


async def test_whoever_opens_a_merged_ticket_is_led_on(desk: Desk) -> None:
    led: list[Ticket] = []
    desk.opened.led.connect(led.append)
    desk.opened.open(desk.second.ticket.id)
    assert desk.said == ["Hello?"]
    await desk.merge(desk.first, desk.second)
    assert desk.opened.ticket_id == desk.first.ticket.id
    desk.opened.open(desk.sam.ticket.id)
    desk.opened.open(desk.second.ticket.id)
    assert desk.opened.ticket_id == desk.first.ticket.id
    assert numbers(led) == [2, 2]


async def test_what_was_begun_goes_along_to_whom_it_was_meant(desk: Desk) -> None:
    desk.opened.open(desk.sam.ticket.id)
    composer = desk.opened.composer
    composer.type("Dear Sam", 8)
    await desk.merge(desk.first, desk.sam)
    assert desk.opened.ticket_id == desk.first.ticket.id
    assert (composer.state.text, composer.state.to.name) == ("Dear Sam", "Sam Roe")
    assert list(desk.local.drafts) == [desk.first.ticket.id]


async def test_what_was_begun_there_already_is_left_alone(desk: Desk) -> None:
    desk.local.keep_draft(desk.first.ticket.id, Draft(to="buyer", body="Dear Lena"))
    desk.local.keep_draft(desk.sam.ticket.id, Draft(to="buyer", body="Dear Sam"))
    await desk.merge(desk.first, desk.sam)
    desk.opened.open(desk.sam.ticket.id)
    assert desk.opened.composer.state.text == "Dear Lena"
    assert desk.local.drafts[desk.sam.ticket.id].draft.body == "Dear Sam"


async def test_what_is_merged_in_is_fetched(desk: Desk) -> None:
    await desk.merge(desk.first, desk.second)
    told: list[pipe.ToEngine] = []
    desk.local.say = told.append
    desk.opened.open(desk.first.ticket.id)
    wanted = [frame.id for frame in told if isinstance(frame, pipe.Open)]
    assert wanted == [desk.first.ticket.id, desk.second.ticket.id]


async def test_pages_of_two_conversations_leave_no_hole(desk: Desk) -> None:
    """A long one and a short old one: the short one's words come when the long one is read so far."""
    clock = desk.console.clock
    desk.second.hear("second", at=clock.now())
    clock.advance(1)
    desk.console.talk(desk.first, *[f"{n}" for n in range(PAGE + 20)])
    desk.console.pull()
    await desk.merge(desk.first, desk.second)
    desk.opened.open(desk.first.ticket.id)
    assert desk.said[0] == "20"
    assert len(desk.said) == PAGE + 1
    desk.opened.timeline.older()
    assert desk.said[:3] == ["It broke.", "Hello?", "second"]
    assert len(desk.said) == PAGE + 20 + 4


async def test_a_message_found_in_a_merged_ticket_is_gone_to(desk: Desk) -> None:
    desk.console.talk(desk.first, *[f"{n}" for n in range(2 * PAGE)])
    desk.console.pull()
    await desk.merge(desk.first, desk.second)
    desk.opened.open(desk.sam.ticket.id)
    reader = desk.local.reader
    assert reader is not None
    (row,) = reader.rows(
        "SELECT id FROM messages WHERE conversation_id = :c", c=desk.second.conversation_id.bytes
    )
    from uuid import UUID

    message = UUID(bytes=bytes(row[0]))
    desk.opened.open(desk.second.ticket.id)
    assert "Hello?" not in desk.said
    desk.opened.timeline.seeking.seek(desk.second.ticket.id, message, 1)
    assert desk.opened.timeline.seeking.marked == message


async def test_everything_in_it_is_read_together(desk: Desk) -> None:
    await desk.merge(desk.first, desk.second)
    await Triage(desk.local, desk.directory).mark_read(desk.first.ticket.id)
    assert desk.now(desk.first).unread == 0
    sent = [e for e in desk.local.entries.values() if e.command.type == MarkRead.__name__]
    assert codec.decode(bytes(sent[0].command.args), MarkRead).count == 2
    await desk.console.push()
    assert desk.now(desk.first).unread == 0


# -- written to


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
