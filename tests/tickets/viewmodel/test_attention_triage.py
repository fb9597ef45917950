"""Triage that a colleague was before: who did what, against a real server's refusals."""

from typing import Any

import pytest

from console.kernel.ids import new_id
from console.sync.records import Change, Rejected
from console.tickets.model import Priority, Status
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    MoveToTeam,
    SetPriority,
    SetStatus,
    Take,
)
from console.tickets.tables import rows as ticket_rows
from tests.parts.acts import act
from tests.parts.console import TEAM, Console
from tests.tickets.viewmodel.refused import Desk, theirs, ways

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


async def test_somebody_else_has_it(desk: Desk) -> None:
    matter = await desk.over(Take(), Assign(assignee_id=desk.console.ben.id))
    assert matter.why == "It was not done: somebody else has it by now."
    assert (matter.mine.text, theirs(matter)) == ("It", ["Ben Ode has it."])
    assert ways(matter) == ["Do it anyway", "Open ticket", "Discard"]
    assert matter.body == ""
    await desk.attention.again(desk.entry)
    await desk.console.push()
    assert desk.case.ticket.assignee_id == desk.console.ana.id


async def test_who_is_not_known_is_somebody_and_oneself_is_oneself(desk: Desk) -> None:
    await desk.over(Take(), Assign(assignee_id=desk.console.ben.id))
    del desk.directory.users[desk.console.ben.id]
    assert theirs(desk.matter) == ["Somebody has it."]
    desk.ben(Assign(assignee_id=desk.console.ana.id, seen=desk.console.ben.id))
    desk.console.pull()
    assert theirs(desk.matter) == ["It is yours."]


async def test_somebody_moved_it(desk: Desk) -> None:
    from console.people.server import accounts

    other = desk.console.office.write(lambda tx: accounts.ensure_team(tx, "Asia"))
    cara = desk.console.actor(desk.console.cara)
    await desk.triage(MoveToTeam(team_id=desk.console.team.id, seen=new_id()))
    assert desk.case.ticket.team_id == desk.console.team.id
    desk.alter(state="rejected", outcome=Rejected("moved"))
    assert theirs(desk.matter) == [f"It is in {TEAM}."]
    desk.console.office.run(
        cara, act(desk.ticket, MoveToTeam(team_id=other.id, seen=desk.console.team.id))
    )
    desk.console.pull()
    assert theirs(desk.matter) == ["The ticket is not here any more."], "out of Ana's sight"


@pytest.mark.parametrize(
    ("args", "before", "said"),
    [
        (SetStatus(status=Status.PENDING, seen=Status.NEW), Status.HOLD, "It is on hold."),
        (SetStatus(status=Status.PENDING, seen=Status.NEW), Status.SOLVED, "It is solved."),
    ],
)
async def test_somebody_changed_its_status(
    desk: Desk, args: Any, before: Status, said: str
) -> None:
    matter = await desk.over(args, SetStatus(status=before, seen=Status.NEW))
    assert theirs(matter) == [said]
    assert ways(matter)[0] == "Do it anyway"
    await desk.attention.again(desk.entry)
    await desk.console.push()
    assert desk.case.ticket.status == Status.PENDING


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL), ["Its priority is normal."]),
        (ChangeTags(add=("b",)), ["Its tags: a, vip."]),
        (Assign(assignee_id=new_id()), ["Nobody has it."]),
        (MarkRead(count=1), []),
    ],
)
async def test_how_it_stands_in_what_was_to_change(desk: Desk, args: Any, said: list[str]) -> None:
    desk.ben(ChangeTags(add=("vip", "a")))
    desk.console.pull()
    await desk.triage(args)
    desk.alter(state="rejected", outcome=Rejected("server_error"))
    assert theirs(desk.matter) == said
    assert ways(desk.matter)[0] == "Try again"


async def test_no_tags_and_no_team_are_told_too(desk: Desk) -> None:
    await desk.triage(ChangeTags(add=("b",)))
    desk.alter(state="rejected", outcome=Rejected("too_many_tags"))
    assert theirs(desk.matter) == ["It has no tags."]


async def test_what_the_server_said_counts_until_the_cache_has_it(desk: Desk) -> None:
    await desk.triage(Take())
    desk.ben(Assign(assignee_id=desk.console.ben.id))
    await desk.console.push(pull=False)
    assert desk.console.local.reader is not None
    here = ticket_rows.ticket(desk.console.local.reader, desk.ticket)
    assert here is not None
    assert here.assignee_id.int == 0
    assert theirs(desk.matter) == ["Ben Ode has it."]
    desk.console.pull()
    desk.ben(Assign(assignee_id=desk.console.cara.id, seen=desk.console.ben.id))
    desk.console.pull()
    assert theirs(desk.matter) == ["Cara Lind has it."], "now the cache knows better"


async def test_another_kind_of_record_says_nothing_of_this_one(desk: Desk) -> None:
    await desk.triage(Take())
    odd = Change("order", desk.ticket, 1 << 60)
    desk.alter(state="rejected", outcome=Rejected("taken_by", current=odd))
    assert theirs(desk.matter) == ["Nobody has it."]


async def test_what_followed_a_refused_reply_says_so(desk: Desk) -> None:
    first = await desk.say()
    await desk.console.local.do(
        TICKET, desk.ticket, SetStatus(status=Status.SOLVED, seen=Status.NEW),
        lane=desk.ticket, about="Set status to solved", after=first,
    )  # fmt: skip
    desk.answers()
    await desk.console.push()
    _, second = desk.console.local.waiting(desk.ticket)
    matter = desk.attention.matter(second)
    assert matter.why == "Set status to solved was not done: the action before it was refused."
    assert ways(matter)[0] == "Try again"
