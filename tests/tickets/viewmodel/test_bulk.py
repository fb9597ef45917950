"""Many tickets at once: the question before, the work in steps, the one way back, what was refused."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from console.conversations.viewmodel.composer import Composer
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.people.server import accounts
from console.people.viewmodel import Directory
from console.sync.records import Rejected
from console.tickets.model import MAX_TAGS, Priority, Status, Ticket, View, ViewName
from console.tickets.records import Assign, ChangeTags, SetPriority, SetStatus
from console.tickets.viewmodel.attention import Attention, Way
from console.tickets.viewmodel.bulk import HANDFUL, MOST_AT_ONCE, STEP, Bulk, Progress
from console.tickets.viewmodel.bulk_deeds import (
    AssignTo,
    Become,
    Deed,
    MoveTo,
    Rank,
    TagWith,
    TakeThem,
)
from console.tickets.viewmodel.heaps import heaps, needing
from console.tickets.viewmodel.queue import Queue
from console.tickets.viewmodel.selection import Selection
from console.tickets.viewmodel.triage import Done, Triage
from tests.parts.acts import act
from tests.parts.console import TEAM, Console
from tests.parts.until import until

pytestmark = pytest.mark.anyio


class Desk:
    """Bulk work over tickets, and everything it said."""

    def __init__(self, console: Console, count: int) -> None:
        self.console = console
        console.flood(count)
        console.pull()
        self.queue = Queue(console.local, Directory(console.local))
        self.queue.show(View(name=ViewName.ACTIVE))
        self.selection = Selection(self.queue)
        self.selection.every()
        self.triage = Triage(console.local, Directory(console.local))
        self.bulk = Bulk(console.local)
        self.done: list[Done] = []
        self.refused: list[str] = []
        self.progress: list[Progress | None] = []
        self.bulk.done.connect(self.done.append)
        self.bulk.refused.connect(self.refused.append)
        self.bulk.changed.connect(self._look)
        self.ids: Sequence[UUID] = self.queue.ids()

    def _look(self, _: None) -> None:
        self.progress.append(self.bulk.progress)

    def ticket(self, ticket_id: UUID) -> Ticket:
        found = self.triage.ticket(ticket_id)
        assert found is not None
        return found

    @property
    def tickets(self) -> list[Ticket]:
        return [self.ticket(ticket_id) for ticket_id in self.ids]

    async def undo(self) -> None:
        undo = self.done[-1].undo
        assert undo is not None
        await undo()

    async def whole(self, deed: Deed) -> None:
        """Do it to all, confirmed if it is asked."""
        await self.bulk.wish(deed, self.ids)
        await self.bulk.confirm()

    def ben(self, ticket_id: UUID, args: Assign | SetStatus | SetPriority | ChangeTags) -> None:
        """Ben does it on the server; nobody here has heard of it yet."""
        console = self.console
        console.office.run(console.actor(console.ben), act(ticket_id, args))


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console, HANDFUL + 3)


async def test_a_handful_is_done_at_once_and_taken_back_at_once(desk: Desk) -> None:
    few = desk.ids[:HANDFUL]
    await desk.bulk.wish(Become(Status.SOLVED), few)
    assert desk.bulk.asked is None
    assert {desk.ticket(i).status for i in few} == {Status.SOLVED}
    assert [done.text for done in desk.done] == ["5 tickets solved"]
    await desk.undo()
    assert {ticket.status for ticket in desk.tickets} == {Status.NEW, Status.OPEN}
    assert (desk.done[-1].text, desk.done[-1].undo) == ("Taken back on 5 tickets.", None)
    outcomes = await desk.console.push()
    assert not [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
    assert desk.console.local.entries == {}


async def test_more_are_asked_about_with_what_cannot_be_and_what_is_so(desk: Desk) -> None:
    await desk.triage.set_status(desk.ids[0], Status.CLOSED)
    await desk.triage.set_status(desk.ids[1], Status.PENDING)
    before = len(desk.console.local.entries)
    await desk.bulk.wish(Become(Status.PENDING), desk.ids)
    assert desk.bulk.asked is not None
    assert desk.bulk.asked.sentences == [
        "6 tickets will get the status “Pending”.", "1 cannot: closed.", "1 is so already.",
    ]  # fmt: skip
    assert len(desk.console.local.entries) == before, "nothing is done before somebody says so"
    assert desk.bulk.cancel()
    assert not desk.bulk.cancel()
    await desk.bulk.confirm()
    assert len(desk.console.local.entries) == before, "it was cancelled"
    await desk.whole(Become(Status.PENDING))
    assert len(desk.console.local.entries) == before + 6
    assert desk.done[-1].text == "6 tickets: Pending"
    assert desk.ticket(desk.ids[0]).status == Status.CLOSED


async def test_what_has_moved_on_between_question_and_answer_is_left_alone(desk: Desk) -> None:
    await desk.bulk.wish(TakeThem(desk.console.ana.id), desk.ids)
    desk.ben(desk.ids[2], Assign(assignee_id=desk.console.ben.id))
    desk.console.pull()
    await desk.bulk.confirm()
    assert desk.ticket(desk.ids[2]).assignee_id == desk.console.ben.id
    assert desk.done[-1].text == f"{HANDFUL + 2} tickets are yours"
    await desk.bulk.wish(TakeThem(desk.console.ana.id), desk.ids)
    assert desk.refused == ["1 cannot: somebody has them. 7 are so already."]


@pytest.mark.parametrize("which", ["assign", "take", "team", "status", "priority", "tag", "untag"])
async def test_each_is_done_and_taken_back_on_the_server_too(desk: Desk, which: str) -> None:
    console = desk.console
    asia = console.office.write(lambda tx: accounts.ensure_team(tx, "Asia"))
    console.office.write(lambda tx: accounts.set_teams(tx, console.ana.id, [TEAM, "Asia"]))
    console.pull()
    for ticket_id in desk.ids:
        await desk.triage.tag(ticket_id, ("vip",))
    await console.push()
    deed, look = {
        "assign": (AssignTo(console.ben.id, "Ben"), lambda t: t.assignee_id),
        "take": (TakeThem(console.ana.id), lambda t: t.assignee_id),
        "team": (MoveTo(asia.id, "Asia"), lambda t: t.team_id),
        "status": (Become(Status.HOLD), lambda t: t.status == Status.HOLD),
        "priority": (Rank(Priority.URGENT), lambda t: t.priority),
        "tag": (TagWith("lost"), lambda t: t.tags),
        "untag": (TagWith("vip", off=True), lambda t: t.tags),
    }[which]
    before = [look(ticket) for ticket in desk.tickets]
    await desk.whole(deed)
    after = [look(ticket) for ticket in desk.tickets]
    assert all(now != was for now, was in zip(after, before, strict=True))
    assert f"{HANDFUL + 3}" in desk.done[-1].text
    outcomes = await console.push()
    await desk.undo()
    assert [look(ticket) for ticket in desk.tickets] == before
    outcomes += await console.push()
    assert len(outcomes) == 2 * (HANDFUL + 3)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
    assert [look(ticket) for ticket in desk.tickets] == before


async def test_undo_leaves_what_is_not_as_it_was_set(desk: Desk) -> None:
    await desk.whole(Rank(Priority.HIGH))
    await desk.console.push()
    desk.ben(desk.ids[0], SetPriority(priority=Priority.URGENT, seen=Priority.HIGH))
    desk.console.pull()
    await desk.undo()
    assert [t.priority for t in desk.tickets] == [Priority.URGENT] + [Priority.NORMAL] * 7
    assert desk.done[-1].text == "Taken back on 7 tickets. 1 was changed meanwhile and stays."


async def test_a_full_set_of_tags_is_a_reason(desk: Desk) -> None:
    await desk.triage.tag(desk.ids[0], tuple(f"tag-{n}" for n in range(MAX_TAGS)))
    await desk.bulk.wish(TagWith("more"), desk.ids)
    assert desk.bulk.asked is not None
    assert desk.bulk.asked.cannot == {"too many tags": 1}


async def test_too_many_at_once_are_refused_and_so_is_nothing(desk: Desk) -> None:
    with pytest.raises(Refused, match="At most 10,000 tickets"):
        await desk.bulk.wish(Become(Status.SOLVED), [desk.ids[0]] * (MOST_AT_ONCE + 1))
    await desk.bulk.wish(Become(Status.SOLVED), [])
    assert desk.refused == ["Nothing is selected."]


async def test_all_of_a_view_is_done_in_steps_while_the_loop_goes_on(console: Console) -> None:
    desk = Desk(console, 3 * STEP + 1)
    turns = 0

    async def live() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    living = asyncio.ensure_future(live())
    await desk.bulk.wish(Become(Status.SOLVED), desk.selection)
    await desk.bulk.confirm()
    living.cancel()
    told = [step.done for step in desk.progress if step]
    assert told == [0, STEP, 2 * STEP, 3 * STEP, 3 * STEP + 1]
    assert desk.progress[-1] is None
    assert turns > len(told)
    assert len(desk.queue) == 0, "all have left the view"
    entries = console.local.entries.values()
    assert len(entries) == 3 * STEP + 1
    assert len(heaps(entries)) == 1, "in the outbox they are one line"


async def test_stopped_work_stays_as_far_as_it_got_and_is_taken_back(console: Console) -> None:
    desk = Desk(console, 3 * STEP)
    await desk.bulk.wish(Become(Status.SOLVED), desk.ids)

    def stop(_: None) -> None:
        if desk.bulk.progress and desk.bulk.progress.done == STEP:
            desk.bulk.stop()

    desk.bulk.changed.connect(stop)
    await desk.bulk.confirm()
    assert desk.done[-1].text == f"{STEP} tickets solved"
    await desk.undo()
    assert {t.status for t in desk.tickets} == {Status.NEW, Status.OPEN}


async def test_one_thing_at_a_time(console: Console) -> None:
    desk = Desk(console, 2 * STEP)
    await desk.bulk.wish(Become(Status.SOLVED), desk.ids)
    first = asyncio.ensure_future(desk.bulk.confirm())
    await until(lambda: desk.bulk.progress is not None, "the work to begin")
    await desk.bulk.wish(Rank(Priority.HIGH), desk.ids)
    await first
    assert desk.refused == ["One thing at a time: wait for this, or stop it."]
    assert {t.priority for t in desk.tickets} == {Priority.NORMAL}


async def test_refusals_are_one_line_with_one_way_out_for_all(desk: Desk) -> None:
    console = desk.console
    directory = Directory(console.local)
    attention = Attention(console.local, directory, Composer(console.local, directory))
    told: list[Done] = []
    attention.done.connect(told.append)
    for ticket_id in desk.ids[:3]:
        desk.ben(ticket_id, SetStatus(status=Status.PENDING, seen=Status.NEW))
    await desk.whole(Become(Status.SOLVED))
    await console.push()
    found = list(heaps(console.local.entries.values()).values())
    assert [len(heap) for heap in found] == [3]
    assert needing(console.local.entries.values()) == 1, "one decision, not three"
    matter = attention.heap(found[0])
    assert matter.why == "Not done on 3 tickets: somebody changed the status meanwhile."
    assert [told.text for told in matter.theirs] == ["It is pending."] * 3
    assert [way for way, _ in matter.ways] == [Way.AGAIN, Way.OPEN, Way.DISCARD]
    await attention.discard(*matter.heap)
    assert (told[-1].text, console.local.entries) == ("Discarded: Solve, 3 tickets", {})
    undo = told[-1].undo
    assert undo is not None
    await undo()
    (again,) = heaps(console.local.entries.values()).values()
    assert len(again) == 3
    await attention.again(*again)
    (waiting,) = heaps(console.local.entries.values()).values()
    assert (len(waiting), waiting[0].state) == (3, "queued"), "still one line"
    assert needing(waiting) == 0
    assert len(attention.heap(waiting).ways) == 1
    await console.push()
    assert {ticket.status for ticket in desk.tickets} == {Status.SOLVED}
    assert console.local.entries == {}


async def test_bulk_work_survives_a_restart_as_one_line(desk: Desk) -> None:
    await desk.whole(AssignTo(NIL, ""))
    await desk.whole(AssignTo(desk.console.ben.id, "Ben Ode"))
    await desk.console.reopen()
    (heap,) = heaps(desk.console.local.entries.values()).values()
    assert (len(heap), heap[0].about) == (HANDFUL + 3, "Assign to Ben Ode")
