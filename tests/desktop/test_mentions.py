"""Mentions of me in the real window: counted while unseen, seen once they were before one's eyes."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.conversations.model import Mention
from console.desktop.news import News
from console.desktop.settings import Settings
from console.desktop.workspace import Workspace
from console.kernel.clock import SystemClock
from console.people.viewmodel import Directory
from console.tickets.viewmodel.views import MENTIONS
from console.tickets.widgets.row import spoken
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.parts.acts import Case, note
from tests.parts.console import Console
from tests.parts.seat import press

pytestmark = pytest.mark.anyio
LINES = 60


class Desk:
    """Ana's workspace; Ben mentioned her in a ticket, and much was said in it since."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot, folder: Path) -> None:
        self.console, self.slots = console, Slots()
        self.case: Case = console.case("Parcel", name="Lena Braun")
        self.other: Case = console.case("Wrong size", email="o@mail.test")
        self.mention(self.case)
        console.talk(self.case, *(f"and {n}" for n in range(LINES)))
        console.pull()
        settings = Settings(folder)
        self.news = News(console.local, Directory(console.local), settings)
        self.workspace = Workspace(console.local, settings, theme, console.clock, self.slots)
        self.workspace.current.read_timer.setInterval(3_600_000)
        self.workspace.page.sights.timer.setInterval(3_600_000)
        qtbot.addWidget(self.workspace)
        self.workspace.resize(1280, 800)
        self.workspace.show()
        self.workspace.activateWindow()

    def mention(self, case: Case) -> None:
        ana = self.console.ana
        named = (Mention(ana.id, ana.name),)
        told = note(case.conversation_id, f"What does @{ana.name} say?", mentions=named)
        self.console.office.run(self.console.actor(self.console.ben), told)

    @property
    def count(self) -> int:
        """What stands beside the view."""
        views = self.workspace.views
        views.load()
        while views.count_next():
            pass
        line = views.row(MENTIONS)
        assert line is not None
        return line.count

    @property
    def rows(self) -> list[str]:
        """The list as it is read aloud."""
        queue, now = self.workspace.queue, SystemClock().now()
        found = [queue.row(each.bytes) for each in queue.ids()]
        return [spoken(row, now) for row in found if row]

    async def look(self) -> None:
        """Somebody looks for as long as it takes."""
        await self.turn()
        sights = self.workspace.page.sights
        if sights.timer.isActive():
            sights.timer.stop()
            sights.look()
        await self.turn()

    async def turn(self) -> None:
        QApplication.processEvents()
        await self.console.settled(self.slots)
        QApplication.processEvents()

    def seen(self) -> list[UUID]:
        """What the server knows of."""
        found = self.console.office.rows("SELECT message_id FROM sightings")
        return [UUID(bytes=bytes(row[0])) for row in found]


@pytest.fixture
async def desk(console: Console, theme: Theme, qtbot: QtBot, tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(console, theme, qtbot, tmp_path / "settings")
    yield desk
    await desk.workspace.end()


async def test_a_mention_is_new_until_it_was_before_ones_eyes(desk: Desk) -> None:
    shown = desk.workspace
    assert (desk.count, desk.news.count) == (1, 1)
    shown.show_ticket(desk.case.ticket.id)
    await desk.look()
    assert (desk.count, desk.seen()) == (1, []), "it is far up: what is open is not what is seen"
    press("L, M")
    await desk.look()
    assert (desk.count, desk.news.count) == (0, 0)
    await desk.console.push()
    assert len(desk.seen()) == 1
    assert (desk.count, desk.news.count) == (0, 0)


async def test_the_view_of_mentions_opens_where_one_is_mentioned_and_keeps_what_was_seen(
    desk: Desk,
) -> None:
    shown = desk.workspace
    shown.show_view(MENTIONS)
    assert ["mentions you" in row for row in desk.rows] == [True]
    press("J")
    await desk.look()
    assert shown.opened.ticket_id == desk.case.ticket.id
    assert ["mentions you" in row for row in desk.rows] == [False], (
        "it stays, and is marked no more"
    )
    assert desk.count == 0
    desk.mention(desk.case)
    desk.console.pull()
    assert (desk.count, ["mentions you" in row for row in desk.rows]) == (1, [True])


async def test_what_another_window_covers_is_not_seen(desk: Desk, qtbot: QtBot) -> None:
    shown = desk.workspace
    shown.show_view(MENTIONS)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    await desk.turn()
    shown.page.sights.look()
    await desk.turn()
    assert desk.count == 1
    shown.page.sights.timer.stop()
    shown.activateWindow()
    qtbot.waitUntil(shown.page.sights.timer.isActive)
    await desk.look()
    assert desk.count == 0, "who comes back to it sees it"


async def test_who_asks_for_a_mention_where_there_is_none_is_told(desk: Desk) -> None:
    told: list[str] = []
    desk.workspace.triage.refused.connect(told.append)
    desk.workspace.show_ticket(desk.other.ticket.id)
    await desk.turn()
    press("L, M")
    assert told == ["Nobody mentions you here."]


@pytest.fixture(autouse=True)
def off_screen(qapp: QApplication) -> Iterator[None]:
    """No window of another test is in front."""
    yield
    qapp.closeAllWindows()
