"""Merging at the desk: what is offered and told before, done offline, undone, and read as one."""

from typing import Any

import pytest

from console.conversations.tables.rows import PAGE
from console.kernel import codec
from console.sync.client import pipe
from console.sync.client.scratch import Draft
from console.sync.records import Accepted, Rejected
from console.tickets.model import Priority, Status, Ticket
from console.tickets.records import (
    TICKET,
    ChangeTags,
    MarkRead,
    Merge,
    SetPriority,
    SetStatus,
    Unmerge,
)
from console.tickets.viewmodel.merging import OFFERED
from console.tickets.viewmodel.triage import Triage
from tests.parts.acts import act
from tests.parts.console import Console
from tests.tickets.viewmodel.merging import Desk

pytestmark = pytest.mark.anyio


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


async def test_what_is_done_all_at_once_never_shows_a_ticket_in_itself(desk: Desk) -> None:
    """Offline: some of it stands against what the rest does, and the server will refuse that."""
    office, boss = desk.console.office, desk.console.actor(desk.console.cara)
    first, second, sam = (case.ticket.id for case in desk.cases)
    office.run(boss, act(second, Merge(ticket=sam, mixed=True)))
    desk.console.pull()
    for target, args in (
        (first, Merge(ticket=second)),
        (second, Unmerge(ticket=sam)),
        (sam, Merge(ticket=first, mixed=True)),
        (second, Unmerge(ticket=first)),
        (second, ChangeTags(add=("late",))),
        (first, ChangeTags(add=("late",))),
    ):
        await desk.local.do(TICKET, target, args, lane=target, about="")
        into = {each.id: each.merged_into for each in map(desk.now, desk.cases)}
        for each in into:
            way = [each]
            while way[-1] in into and len(way) <= len(into):
                way.append(into[way[-1]])
            assert way[-1] not in into, f"a circle after {args}: {way}"
