"""The list of tickets in a window over Ana's console, with six tickets."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.people.viewmodel import Directory
from console.tickets.model import Ticket, View, ViewName
from console.tickets.records import Assign, SetPriority, SetStatus
from console.tickets.viewmodel.queue import Queue
from console.tickets.widgets.queue import QueueList
from console.ui.theme import Theme
from tests.parts.acts import act
from tests.parts.console import Console


class Listed:
    """A list in a window, the tickets it has picked, checked by Qt's model tester all along."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.console = console
        self.queue = Queue(console.local, Directory(console.local))
        self.window = QWidget()
        self.list = QueueList(self.queue, theme, console.clock, self.window)
        self.tester = QAbstractItemModelTester(self.list.model())
        self.picked: list[UUID] = []
        self.list.picked.connect(self.picked.append)
        qtbot.addWidget(self.window)
        self.list.resize(370, 400)
        self.window.resize(370, 400)
        self.window.show()
        self.window.activateWindow()
        self.list.setFocus()
        self.show(ViewName.UNASSIGNED)

    def show(self, name: ViewName) -> None:
        self.queue.show(View(name=name))

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.list, key)

    def click(self, position: int) -> None:
        place = self.list.visualRect(self.list.model().index(position, 0)).center()
        QTest.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    @property
    def current(self) -> str:
        """The current ticket's subject, empty for none."""
        position = self.list.currentIndex().row()
        ids = self.queue.ids()
        row = self.queue.row(ids[position].bytes) if position >= 0 else None
        return row.subject if row else ""

    def last(self) -> str:
        """The subject of the ticket picked last."""
        row = self.queue.row(self.picked[-1].bytes)
        return row.subject if row else ""

    def remote(self, ticket: Ticket, args: Assign | SetStatus | SetPriority) -> None:
        """Ben does it, and the news arrives."""
        self.console.office.run(self.console.actor(self.console.ben), act(ticket.id, args))
        self.console.pull()

    def takes(self, ticket: Ticket) -> None:
        self.remote(ticket, Assign(assignee_id=self.console.ben.id))


@pytest.fixture
async def tickets(console: Console) -> list[Ticket]:
    """Six, the oldest first; the list shows the newest first."""
    return console.cases("one", "two", "three", "four", "five", "six")


@pytest.fixture
async def listed(console: Console, tickets: list[Ticket], theme: Theme, qtbot: QtBot) -> Listed:
    assert len(tickets) == 6
    made = Listed(console, theme, qtbot)
    made.list.choose(0)
    return made
