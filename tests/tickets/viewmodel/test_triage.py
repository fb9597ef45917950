"""Triage: each action shows at once, says what it did, and can be taken back."""

import asyncio

import pytest

from console.kernel.codec import NIL
from console.people.server import accounts
from console.people.viewmodel import Directory
from console.sync.records import Accepted, Merged, Rejected
from console.tickets.model import MAX_TAG_CHARS, MAX_TAGS, Priority, Status, Ticket
from console.tickets.records import Assign, ChangeTags, MoveToTeam, SetPriority, SetStatus
from console.tickets.server.triage import HANDLERS
from console.tickets.viewmodel.previews import PREVIEWS
from console.tickets.viewmodel.triage import Done, Triage
from tests.parts.acts import Case, act
from tests.parts.console import TEAM, Console

pytestmark = pytest.mark.anyio


class Desk:
    """Triage over one ticket, and everything it said."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.case: Case = console.case()
        console.pull()
        self.id = self.case.ticket.id
        self.triage = Triage(console.local, Directory(console.local))
        self.done: list[Done] = []
        self.refused: list[str] = []
        self.triage.done.connect(self.done.append)
        self.triage.refused.connect(self.refused.append)

    @property
    def ticket(self) -> Ticket:
        """As it looks here."""
        found = self.triage.ticket(self.id)
        assert found is not None
        return found

    @property
    def queued(self) -> list[str]:
        return [entry.about for entry in self.console.local.waiting(self.id)]

    async def undo(self) -> None:
        undo = self.done[-1].undo
        assert undo is not None
        await undo()

    async def agreed(self) -> None:
        """The server takes everything, and what is shown stays as it is."""
        before = self.ticket
        outcomes = await self.console.push()
        assert outcomes
        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert self.ticket == before == self.case.ticket
        assert self.console.local.entries == {}

    def ben(self, args: Assign | SetStatus | SetPriority | MoveToTeam | ChangeTags) -> None:
        """Ben does it on the server; nobody here has heard of it yet."""
        console = self.console
        outcome = console.office.run(console.actor(console.ben), act(self.id, args))
        assert isinstance(outcome, Accepted)


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


async def test_taking_and_giving_back(desk: Desk) -> None:
    await desk.triage.take(desk.id)
    assert (desk.ticket.assignee_id, desk.ticket.status) == (desk.console.ana.id, Status.OPEN)
    assert (desk.done[-1].text, desk.queued) == ("#1 is yours", ["Take"])
    await desk.undo()
    assert desk.ticket.assignee_id == NIL
    await desk.agreed()


async def test_what_somebody_has_is_not_taken(desk: Desk) -> None:
    await desk.triage.assign(desk.id, desk.console.ben.id)
    await desk.triage.take(desk.id)
    assert desk.refused == ["Ben Ode has it: assign instead."]
    assert desk.queued == ["Assign to Ben Ode"]
    await desk.agreed()


async def test_assigning_and_taking_back(desk: Desk) -> None:
    await desk.triage.assign(desk.id, desk.console.ben.id)
    assert (desk.ticket.assignee_id, desk.done[-1].text) == (
        desk.console.ben.id,
        "#1 assigned to Ben Ode",
    )
    await desk.agreed()
    await desk.undo()
    assert (desk.ticket.assignee_id, desk.done[-1].text) == (NIL, "#1 assigned to nobody")
    await desk.agreed()


async def test_into_another_teams_queue_and_back(desk: Desk) -> None:
    asia = desk.console.office.write(lambda tx: accounts.ensure_team(tx, "Asia"))
    desk.console.office.write(
        lambda tx: accounts.set_teams(tx, desk.console.ana.id, [TEAM, "Asia"])
    )
    desk.console.pull()
    await desk.triage.move(desk.id, asia.id)
    assert (desk.ticket.team_id, desk.done[-1].text) == (asia.id, "#1 moved to Asia")
    await desk.undo()
    assert (desk.ticket.team_id, desk.done[-1].text) == (desk.console.team.id, "#1 moved to Europe")
    await desk.agreed()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.OPEN, "#1 is open"),
        (Status.PENDING, "#1 is pending"),
        (Status.HOLD, "#1 is on hold"),
        (Status.SOLVED, "#1 solved"),
    ],
)
async def test_every_status_and_back(desk: Desk, status: Status, words: str) -> None:
    await desk.triage.set_status(desk.id, status)
    assert (desk.ticket.status, desk.done[-1].text) == (status, words)
    await desk.agreed()
    await desk.undo()
    assert desk.ticket.status == Status.OPEN, "nothing becomes new again"


async def test_closed_is_the_end(desk: Desk) -> None:
    await desk.triage.set_status(desk.id, Status.CLOSED)
    assert (desk.done[-1].text, desk.done[-1].undo) == ("#1 is closed", None)
    assert desk.triage.statuses(desk.id) == []
    await desk.triage.set_status(desk.id, Status.OPEN)
    assert desk.refused == ["A closed ticket cannot become open."]
    await desk.agreed()


async def test_the_statuses_to_choose_from(desk: Desk) -> None:
    assert desk.triage.statuses(desk.id) == list(Status)[1:]
    assert desk.triage.statuses(NIL) == []


async def test_priority_and_back(desk: Desk) -> None:
    await desk.triage.set_priority(desk.id, Priority.URGENT)
    assert (desk.ticket.priority, desk.done[-1].text) == (Priority.URGENT, "#1 is urgent")
    await desk.undo()
    assert desk.ticket.priority == Priority.NORMAL
    await desk.agreed()


async def test_tags_and_back(desk: Desk) -> None:
    await desk.triage.tag(desk.id, ("VIP  customer", "late"))
    assert desk.ticket.tags == ("late", "vip-customer")
    assert desk.done[-1].text == "#1 +vip-customer +late"
    await desk.triage.tag(desk.id, ("late", "new"), ("vip-customer", "not there"))
    assert (desk.ticket.tags, desk.done[-1].text) == (("late", "new"), "#1 +new −vip-customer")
    await desk.undo()
    assert desk.ticket.tags == ("late", "vip-customer")
    await desk.agreed()


async def test_one_tag_written_twice_is_one(desk: Desk) -> None:
    await desk.triage.tag(desk.id, ("Late", "late ", "LATE"))
    assert (desk.ticket.tags, desk.done[-1].text) == (("late",), "#1 +late")
    await desk.agreed()


@pytest.mark.parametrize("tag", ["", "   ", "x" * (MAX_TAG_CHARS + 1), "a\x00b"])
async def test_a_tag_that_cannot_be_is_refused_with_its_limit(desk: Desk, tag: str) -> None:
    await desk.triage.tag(desk.id, (tag,))
    assert desk.refused == ["A tag has 1 to 40 visible characters."]
    assert desk.queued == []


async def test_the_most_tags_and_one_more(desk: Desk) -> None:
    await desk.triage.tag(desk.id, tuple(f"t{n:02}" for n in range(MAX_TAGS)))
    assert len(desk.ticket.tags) == MAX_TAGS
    await desk.triage.tag(desk.id, ("one-more",))
    assert desk.refused == ["A ticket has at most 30 tags."]
    await desk.triage.tag(desk.id, ("one-more",), ("t00",))
    assert "one-more" in desk.ticket.tags
    await desk.agreed()


async def test_what_is_so_already_is_not_done_again(desk: Desk) -> None:
    for again in (
        desk.triage.assign(desk.id, NIL),
        desk.triage.move(desk.id, desk.console.team.id),
        desk.triage.set_status(desk.id, Status.NEW),
        desk.triage.set_priority(desk.id, Priority.NORMAL),
        desk.triage.tag(desk.id, (), ("nothing",)),
    ):
        await again
    assert (desk.queued, desk.done, desk.refused) == ([], [], [])


async def test_a_ticket_that_is_not_here_is_left_alone(desk: Desk) -> None:
    await desk.triage.take(NIL)
    await desk.triage.tag(NIL, ("x",))
    await desk.triage.mark_read(NIL)
    assert (desk.console.local.entries, desk.done, desk.refused) == ({}, [], [])


async def test_looking_marks_as_read_for_oneself_and_nobody(desk: Desk) -> None:
    assert desk.ticket.unread == 1
    await desk.triage.mark_read(desk.id)
    assert (desk.ticket.unread, desk.queued) == (0, ["Mark as read"])
    await desk.triage.mark_read(desk.id)
    assert desk.queued == ["Mark as read"]
    await desk.agreed()
    assert desk.done == [], "nobody needs to be told"


async def test_a_colleagues_ticket_stays_unread(desk: Desk) -> None:
    await desk.triage.assign(desk.id, desk.console.ben.id)
    await desk.triage.mark_read(desk.id)
    assert (desk.ticket.unread, desk.queued) == (1, ["Assign to Ben Ode"])


async def test_what_came_in_after_the_look_stays_unread(desk: Desk) -> None:
    await desk.triage.mark_read(desk.id)
    desk.case.hear("And now?")
    desk.console.pull()
    assert desk.ticket.unread == 1
    await desk.agreed()
    assert desk.ticket.unread == 1


async def test_the_tags_in_use_most_used_first(console: Console) -> None:
    triage = Triage(console.local, Directory(console.local))
    one, two, three = console.cases("one", "two", "three")
    for ticket, tags in ((one, ("vip",)), (two, ("late", "vip")), (three, ("late", "vip", "x"))):
        await triage.tag(ticket.id, tags)
    assert triage.known_tags() == ["vip", "late", "x"]
    assert triage.known_tags(1) == ["vip"]


# -- theirs and mine


async def test_who_was_faster_is_shown_and_a_second_try_takes_it_over(desk: Desk) -> None:
    await desk.triage.take(desk.id)
    desk.ben(Assign(assignee_id=desk.console.ben.id))
    (outcome,) = await desk.console.push()
    assert isinstance(outcome, Rejected)
    assert desk.ticket.assignee_id == desk.console.ben.id
    (entry,) = desk.console.local.waiting(desk.id)
    assert (entry.state, entry.outcome) == ("rejected", outcome)
    assert outcome.fields == {"assignee": str(desk.console.ben.id)}
    await desk.console.local.retry(entry)
    assert desk.ticket.assignee_id == desk.console.ana.id
    await desk.agreed()


async def test_a_status_somebody_changed_is_tried_again_on_theirs(desk: Desk) -> None:
    await desk.triage.set_status(desk.id, Status.SOLVED)
    desk.ben(SetStatus(status=Status.HOLD, seen=Status.NEW))
    (outcome,) = await desk.console.push()
    assert isinstance(outcome, Rejected)
    assert (outcome.fields, desk.ticket.status) == ({"status": "hold"}, Status.HOLD)
    (entry,) = desk.console.local.waiting(desk.id)
    await desk.console.local.retry(entry)
    assert desk.ticket.status == Status.SOLVED
    await desk.agreed()


async def test_two_presses_try_again_once(desk: Desk) -> None:
    await desk.triage.take(desk.id)
    desk.ben(Assign(assignee_id=desk.console.ben.id))
    await desk.console.push()
    (entry,) = desk.console.local.waiting(desk.id)
    local = desk.console.local
    await asyncio.gather(local.retry(entry), local.retry(entry))
    assert [waiting.state for waiting in local.waiting(desk.id)] == ["queued"]


async def test_whoever_sets_the_priority_last_has_it(desk: Desk) -> None:
    await desk.triage.set_priority(desk.id, Priority.LOW)
    desk.ben(SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL))
    (outcome,) = await desk.console.push()
    assert isinstance(outcome, Merged)
    assert outcome.theirs == {"priority": "urgent"}
    assert desk.ticket.priority == Priority.LOW


async def test_tags_of_two_hands_come_together(desk: Desk) -> None:
    await desk.triage.tag(desk.id, ("mine",))
    desk.ben(ChangeTags(add=("theirs",)))
    desk.console.pull()
    assert desk.ticket.tags == ("mine", "theirs"), "mine over theirs, before the server knows mine"
    await desk.agreed()


def test_every_action_has_a_preview() -> None:
    assert {handler.args for handler in HANDLERS} <= {known.args for known in PREVIEWS}
