"""What is begun on one ticket is not done to another that is in sight by the time it is done."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.desktop.popped import Popped
from console.desktop.settings import Settings
from console.macros.model import Content
from console.tickets.model import Priority, Status, Ticket, View, ViewName
from console.tickets.records import Take
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.desktop.at import pick
from tests.desktop.test_writing import Desk
from tests.parts.acts import act
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(console: Console, theme: Theme, qtbot: QtBot, tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(console, theme, qtbot, tmp_path)
    yield desk
    await desk.workspace.end()


def trigger(desk: Desk, title: str) -> None:
    """Press a command's key."""
    (action,) = [each for each in desk.workspace.actions() if each.text() == title]
    action.trigger()
    QApplication.processEvents()


def ticket(desk: Desk, ticket_id: UUID) -> Ticket:
    found = desk.workspace.triage.ticket(ticket_id)
    assert found is not None
    return found


async def unsettled(desk: Desk) -> UUID:
    """Something done to the bare ticket waits in the outbox, and is chosen there."""
    bare = desk.bare.ticket.id
    await desk.workspace.triage.set_priority(bare, Priority.HIGH)
    desk.workspace.show_outbox()
    QApplication.processEvents()
    assert desk.workspace.outbox.ticket_id == bare
    return bare


async def taken(desk: Desk) -> UUID:
    """In the view of what nobody has Lena's ticket is open; Ben takes it. What is open then."""
    workspace, lena = desk.workspace, desk.case.ticket.id
    ben = desk.console.actor(desk.console.ben)
    desk.console.office.run(ben, act(lena, Take()))
    desk.console.pull()
    QApplication.processEvents()
    follower = workspace.opened.ticket_id
    assert follower != lena, "the list has gone on"
    return follower


# -- the outbox


async def test_in_the_outbox_a_command_is_about_its_ticket_and_not_about_those_selected(
    desk: Desk,
) -> None:
    lena = desk.case.ticket.id
    desk.workspace.show_ticket(lena)
    desk.workspace.many.toggle()
    bare = await unsettled(desk)
    trigger(desk, "Solve")
    await desk.turn()
    assert ticket(desk, bare).status == Status.SOLVED
    assert ticket(desk, lena).status != Status.SOLVED


async def test_with_nothing_in_the_outbox_no_ticket_out_of_sight_is_solved(desk: Desk) -> None:
    desk.workspace.show_outbox()
    trigger(desk, "Solve")
    await desk.turn()
    assert desk.ticket().status != Status.SOLVED
    assert desk.workspace.toast._text.text().startswith("No ticket is in sight here")


async def test_in_a_tickets_own_window_the_outbox_leaves_that_ticket_alone(
    desk: Desk, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    slots, lena = Slots(), desk.case.ticket.id
    alone = Popped(desk.console.local, Settings(tmp_path), theme, desk.console.clock, slots)
    qtbot.addWidget(alone)
    alone.resize(1280, 800)
    alone.alone(lena)
    alone.show()
    wanted: list[object] = []
    alone.elsewhere_wanted.connect(wanted.append)
    bare = await unsettled(desk)
    alone.show_outbox()
    (solve,) = [each for each in alone.actions() if each.text() == "Solve"]
    solve.trigger()
    await desk.console.settled(slots)
    await alone.end()
    assert wanted == [bare]
    assert ticket(desk, lena).status != Status.SOLVED


# -- what is picked


@pytest.mark.parametrize(("command", "typed"), [("Priority…", "urgent"), ("Snooze…", "2h")])
async def test_what_is_picked_is_for_the_ticket_it_was_asked_for(
    desk: Desk, command: str, typed: str
) -> None:
    lena = desk.case.ticket.id
    desk.workspace.show_view(View(name=ViewName.UNASSIGNED))
    desk.workspace.show_ticket(lena)
    trigger(desk, command)
    follower = await taken(desk)
    before = ticket(desk, follower)
    pick(typed)
    await desk.turn()
    assert ticket(desk, follower) == before
    now = ticket(desk, lena)
    assert now.priority == Priority.URGENT or now.snoozed_until is not None


# -- macros


async def test_a_macros_files_stay_with_the_message_they_were_chosen_for(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "own.txt").write_text("For Omar alone")
    workspace = desk.workspace
    lena, omar = desk.case.ticket.id, desk.bare.ticket.id
    workspace.writing.use(await desk.macro_with_file(tmp_path))
    desk.open(desk.bare)
    await desk.turn()
    files = desk.console.local.files
    assert [file.name for file in files.of(omar)] == []
    assert [file.name for file in files.of(lena)] == ["terms.txt"]
    workspace.page.attach([tmp_path / "own.txt"])
    await desk.turn()
    workspace.undo()
    await desk.turn()
    assert [file.name for file in files.of(omar)] == ["own.txt"]
    assert [file.name for file in files.of(lena)] == []


async def test_a_macro_is_used_where_it_was_asked_for(desk: Desk) -> None:
    await desk.macro(Content(name="Hello", text="Hello {recipient.first}."))
    lena = desk.case.ticket.id
    desk.workspace.show_view(View(name=ViewName.UNASSIGNED))
    desk.workspace.show_ticket(lena)
    trigger(desk, "Use a macro…")
    follower = await taken(desk)
    pick("Hello")
    await desk.turn()
    assert desk.workspace.opened.ticket_id == lena
    assert desk.text == "Hello Lena."
    assert follower not in desk.console.local.drafts


async def test_undoing_a_macro_leaves_a_sent_message_its_file(desk: Desk, tmp_path: Path) -> None:
    macro = await desk.macro_with_file(tmp_path)
    desk.workspace.writing.use(macro)
    await desk.turn()
    desk.workspace.opened.composer.undo_s = 0
    await desk.send()
    desk.workspace.undo()
    await desk.turn()
    (sent,) = [e for e in desk.console.local.entries.values() if e.command.type == "SendReply"]
    held = desk.console.local.files.of(sent.command.cmd_id)
    assert [file.id for file in held] == list(sent.command.requires)
    assert len(held) == 1


# -- the question about many


async def test_a_question_about_many_goes_with_the_view_it_was_asked_in(desk: Desk) -> None:
    workspace = desk.workspace
    desk.console.cases(*(f"More {n}" for n in range(6)))
    desk.console.pull()
    workspace.show_view(View(name=ViewName.ACTIVE))
    workspace.many.every()
    trigger(desk, "Solve")
    await desk.turn()
    assert workspace.many.bulk.asked is not None
    workspace.show_view(View(name=ViewName.UNASSIGNED))
    assert workspace.many.bulk.asked is None
    assert workspace.list.hasFocus()
