"""A ticket's row in the list: how it looks, what is read aloud, what stands under the mouse."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from console.sync.client import pipe
from console.sync.client.scratch import Draft
from console.tickets.model import Priority, Ticket, ViewName
from console.tickets.records import TICKET, Assign, SetPriority
from console.tickets.widgets.row import WAIT_AMBER_S, WAIT_RED_S, label
from console.ui import words
from console.ui.theme import THEMES, Theme, ThemeName
from tests.parts.acts import act
from tests.parts.listed import Listed, listed, tickets

__all__ = ["listed", "tickets"]
pytestmark = pytest.mark.anyio
Key = Qt.Key


async def test_rows_are_read_aloud(listed: Listed, tickets: list[Ticket]) -> None:
    listed.remote(tickets[5], SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL))
    told = QAccessible.queryAccessibleInterface(listed.list)
    assert (told.text(QAccessible.Text.Name), told.role()) == ("Tickets", QAccessible.Role.List)
    assert told.childCount() == 6
    listed.console.clock.advance(5 * 60)
    name = told.child(0).text(QAccessible.Text.Name)
    assert name == (
        "1 unread message, six, from six Buyer, 5 min, urgent priority, waiting 5 min, unassigned"
    )


@pytest.mark.parametrize(
    ("waited", "ink"),
    [
        (0, "dim"),
        (WAIT_AMBER_S - 1, "dim"),
        (WAIT_AMBER_S, "amber"),
        (WAIT_RED_S - 1, "amber"),
        (WAIT_RED_S, "red"),
    ],
)
async def test_whoever_waits_long_turns_amber_then_red(
    listed: Listed, tickets: list[Ticket], waited: int, ink: str
) -> None:
    row = listed.queue.row(tickets[0].id.bytes)
    assert row is not None
    assert row.waiting_since is not None
    found = label(row, row.waiting_since + timedelta(seconds=waited))
    assert found is not None
    assert found[1] == ink


async def test_what_needs_somebody_comes_before_what_waits(
    listed: Listed, tickets: list[Ticket]
) -> None:
    console, ticket = listed.console, tickets[0]
    listed.show(ViewName.ACTIVE)

    def chip() -> str:
        row = listed.queue.row(ticket.id.bytes)
        assert row is not None
        found = label(row, console.clock.now())
        return found[0] if found else ""

    console.local.keep_draft(ticket.id, Draft(to="buyer", body="Dear"))
    assert chip() == "Draft"
    take = Assign(assignee_id=console.ana.id)
    await console.local.do(TICKET, ticket.id, take, lane=ticket.id, about="Assign")
    assert chip() == "1 waiting to send"
    console.office.run(
        console.actor(console.ben), act(ticket.id, Assign(assignee_id=console.ben.id))
    )
    await console.push()
    assert chip() == "Needs you"


@pytest.mark.parametrize("name", THEMES)
async def test_rows_are_drawn_in_every_theme(
    listed: Listed, theme: Theme, name: ThemeName, tickets: list[Ticket]
) -> None:
    for ticket, priority in zip(tickets, Priority, strict=False):
        listed.remote(ticket, SetPriority(priority=priority, seen=Priority.NORMAL))
    console = listed.console
    console.case(
        "\u202e مرحبا <b>x</b> " * 20, name="日本語 🙂", side="seller", email="j@mail.test"
    )
    console.pull()
    theme.use(name)
    QTest.mouseMove(listed.list.viewport(), QPoint(40, 90))
    picture = listed.list.grab().toImage()
    inks = {picture.pixel(x, y) for x in range(0, 370, 2) for y in range(0, 400, 2)}
    assert len(inks) > 10


async def test_the_rows_in_sight_are_told_and_none_once_the_list_is_hidden(
    listed: Listed, qtbot: QtBot
) -> None:
    told: list[pipe.ToEngine] = []
    listed.console.local.company.tell = told.append
    ids = listed.queue.ids()
    qtbot.waitUntil(lambda: bool(told))
    assert told == [pipe.Glance(tuple(ids))]
    listed.window.resize(370, 150)
    listed.list.resize(370, 150)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == pipe.Glance(tuple(ids[:3])), "one that is cut off counts"
    listed.list.verticalScrollBar().setValue(listed.list.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told[2] == pipe.Glance(tuple(ids[-3:]))
    listed.window.hide()
    assert told[3:] == [pipe.Glance(())]
    listed.window.show()
    qtbot.waitUntil(lambda: len(told) == 5)
    assert told[4] == told[2]


async def test_others_at_a_ticket_are_marked_read_aloud_and_named_under_the_mouse(
    listed: Listed, tickets: list[Ticket]
) -> None:
    plain = listed.list.grab().toImage()
    for ticket, what in ((tickets[-1], "viewing"), (tickets[-2], "typing:buyer")):
        listed.console.meet(listed.console.ben, ticket.id, what)
    texts = [
        listed.list.model().index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(3)
    ]
    assert f"{listed.console.ben.name} is viewing" in texts[0]
    assert "is typing a reply" in texts[1]
    assert "viewing" not in texts[2]
    marked = listed.list.grab().toImage()
    row = listed.list.visualRect(listed.list.model().index(2, 0))
    assert marked.copy(row) == plain.copy(row), "no other row looks different"
    first = listed.list.visualRect(listed.list.model().index(0, 0))
    assert marked.copy(first) != plain.copy(first)
    place = first.center()
    asked = QHelpEvent(QEvent.Type.ToolTip, place, listed.list.viewport().mapToGlobal(place))
    QApplication.sendEvent(listed.list.viewport(), asked)
    assert "is viewing" in QToolTip.text()
    place = row.center()
    asked = QHelpEvent(QEvent.Type.ToolTip, place, listed.list.viewport().mapToGlobal(place))
    QApplication.sendEvent(listed.list.viewport(), asked)
    assert "is viewing" not in QToolTip.text()
    assert f"Last change: {words.full(tickets[3].updated_at)}" in QToolTip.text()
    assert QToolTip.text().startswith("four\n")
