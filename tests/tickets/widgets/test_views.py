"""The sidebar: views are chosen by keys and mouse, titles are not, and counts come in a pause."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.kernel.ids import new_id
from console.people.server import accounts
from console.people.viewmodel import Directory
from console.tickets.model import Ticket, View, ViewName
from console.tickets.records import TICKET, ChangeTags, MoveToTeam
from console.tickets.viewmodel.views import ViewRow, Views, tagged
from console.tickets.widgets.views import ViewsList
from console.ui.rows import row_at
from console.ui.theme import THEMES, Theme, ThemeName
from tests.parts.console import TEAM, Console

pytestmark = pytest.mark.anyio


class Sidebar:
    """The list in a window, and the views it has picked."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.views = Views(console.local, Directory(console.local))
        self.window = QWidget()
        self.list = ViewsList(self.views, theme, self.window)
        self.tester = QAbstractItemModelTester(self.list.model())
        self.picked: list[View] = []
        self.list.picked.connect(self.picked.append)
        qtbot.addWidget(self.window)
        self.list.resize(208, 500)
        self.window.resize(208, 500)
        self.window.show()
        self.window.activateWindow()
        self.list.setFocus()
        self.list.show_view(View(name=ViewName.MINE))

    @property
    def current(self) -> str:
        row: ViewRow | None = row_at(self.list.currentIndex())
        return row.title if row else ""

    def click(self, position: int) -> None:
        place = self.list.visualRect(self.list.model().index(position, 0)).center()
        QTest.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


@pytest.fixture
async def sidebar(console: Console, theme: Theme, qtbot: QtBot) -> Sidebar:
    return Sidebar(console, theme, qtbot)


async def test_showing_a_view_marks_it_and_tells_nothing(sidebar: Sidebar) -> None:
    assert (sidebar.current, sidebar.picked) == ("Mine", [])


async def test_keys_and_mouse_pick(sidebar: Sidebar) -> None:
    QTest.keyClick(sidebar.list, Qt.Key.Key_Down)
    assert (sidebar.current, sidebar.picked[-1].name) == ("Due soon", ViewName.FILTER)
    sidebar.click(8)
    assert (sidebar.current, sidebar.picked[-1].name) == ("Pending", ViewName.PENDING)


async def test_titles_cannot_be_chosen(sidebar: Sidebar) -> None:
    sidebar.click(12)
    assert (sidebar.current, sidebar.picked) == ("Mine", [])
    QTest.keyClick(sidebar.list, Qt.Key.Key_End)
    assert (sidebar.current, sidebar.picked) == ("Tags", []), "one that folds can be gone to"
    QTest.keyClick(sidebar.list, Qt.Key.Key_Up)
    assert sidebar.current == TEAM
    QTest.keyClick(sidebar.list, Qt.Key.Key_Up)
    assert sidebar.current == "Solved", "the title between is stepped over"


async def test_tags_are_unfolded_by_keys_and_mouse_and_picked(
    console: Console, sidebar: Sidebar
) -> None:
    (ticket,) = console.cases("one")
    tag = ChangeTags(add=("vip",))
    await console.local.do(TICKET, ticket.id, tag, lane=ticket.id, about="")
    told: list[bool] = []
    sidebar.list.folded.connect(told.append)
    QTest.keyClick(sidebar.list, Qt.Key.Key_End)
    for key, lines in (
        (Qt.Key.Key_Right, ["Tags", "vip"]), (Qt.Key.Key_Left, ["Tags"]),
        (Qt.Key.Key_Left, ["Tags"]), (Qt.Key.Key_Space, ["Tags", "vip"]),
    ):  # fmt: skip
        QTest.keyClick(sidebar.list, key)
        titles = [row.title for row in sidebar.views.rows]
        assert titles[titles.index("Tags") :] == lines
        assert sidebar.current == "Tags", "the keyboard stays"
    assert told == [False, True, False]
    QTest.keyClick(sidebar.list, Qt.Key.Key_Down)
    assert (sidebar.current, sidebar.picked) == ("vip", [tagged("vip")])
    sidebar.click(len(sidebar.views.rows) - 2)
    assert sidebar.views.tags_folded
    assert sidebar.picked == [tagged("vip")], "a title is no view"


async def test_counts_come_with_a_pause_and_the_mark_stays(
    console: Console, sidebar: Sidebar, qtbot: QtBot
) -> None:
    sidebar.list.show_view(View(name=ViewName.UNASSIGNED))
    with qtbot.waitSignal(sidebar.list._timer.timeout, timeout=5000):
        console.cases("one", "two")
    assert [row.count for row in sidebar.views.rows if row.title == "Unassigned"] == [2]
    assert (sidebar.current, sidebar.picked) == ("Unassigned", [])


async def test_the_mark_stays_on_its_team_when_another_takes_its_place(
    console: Console, sidebar: Sidebar
) -> None:
    """As many lines as before, but not the same ones."""
    one, two = (console.office.write(lambda tx, n=n: accounts.ensure_team(tx, n)) for n in "AB")
    console.pull()
    (ticket,) = console.cases("one")

    async def move(seen: Ticket, team: object) -> None:
        args = MoveToTeam(team_id=team.id, seen=seen.team_id)
        await console.local.do(TICKET, ticket.id, args, lane=ticket.id, about="")
        sidebar.views.load()

    await move(ticket, one)
    sidebar.list.show_view(View(name=ViewName.TEAM, owner=one.id))
    assert sidebar.current == "A"
    count = len(sidebar.views.rows)
    await move(ticket, two)
    assert len(sidebar.views.rows) == count
    assert sidebar.current != "B", "its line is gone, and no other is marked for it"
    assert sidebar.picked == []


async def test_lines_are_read_aloud(console: Console, sidebar: Sidebar) -> None:
    console.cases("one")
    sidebar.views.load()
    told = QAccessible.queryAccessibleInterface(sidebar.list)
    assert told.text(QAccessible.Text.Name) == "Views"
    names = [told.child(n).text(QAccessible.Text.Name) for n in range(told.childCount())]
    assert names[:4] == ["Views", "Mine, 0", "Due soon, 0", "Waiting on us, 1"]


@pytest.mark.parametrize("name", THEMES)
async def test_they_are_drawn_in_every_theme(
    sidebar: Sidebar, console: Console, theme: Theme, name: ThemeName
) -> None:
    console.cases("one")
    sidebar.views.load()
    sidebar.list.show_view(View(name=ViewName.TEAM, owner=new_id()))
    theme.use(name)
    picture = sidebar.list.grab().toImage()
    inks = {picture.pixel(x, y) for x in range(0, 208, 2) for y in range(0, 400, 2)}
    assert len(inks) > 5
