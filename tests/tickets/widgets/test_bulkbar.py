"""Selecting by key and by hand, the bar that comes and goes, and what is dropped on a view."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from console.kernel.codec import NIL
from console.tickets.model import Priority, Sort, Status, Ticket, View, ViewName
from console.ui.motion import SLIDE_MS, slide_ms
from console.ui.rows import row_at
from console.ui.theme import Theme
from tests.parts.seat import press
from tests.screens.many import drag
from tests.screens.shop import Made
from tests.screens.stage import Scene


class Desk:
    """Ana's workspace with all active tickets, known by their place from the top; the first is open."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.workspace = scene.workspace
        self.list, self.many = self.workspace.list, self.workspace.many
        self.workspace.show_view(View(name=ViewName.ACTIVE))
        self.list.setFocus()
        self.list.choose(0)
        self.ids: list[UUID] = self.workspace.queue.ids()
        self.count = len(self.ids)

    async def settled(self) -> None:
        await self.scene.settle()

    @property
    def selected(self) -> list[int]:
        """What is selected."""
        return [n for n, i in enumerate(self.ids) if i.bytes in self.many.selection]

    @property
    def current(self) -> int:
        row = row_at(self.list.currentIndex())
        return self.ids.index(row.id) if row else -1

    def place(self, number: int, *, edge: bool = False) -> QPoint:
        position = self.workspace.queue.position(self.ids[number])
        assert position is not None
        box = self.list.visualRect(self.list.model().index(position, 0))
        return QPoint(12, box.center().y()) if edge else box.center()

    def click(self, number: int, held: str = "", *, edge: bool = False) -> None:
        held_keys = {
            "": Qt.KeyboardModifier.NoModifier,
            "Ctrl": Qt.KeyboardModifier.ControlModifier,
            "Shift": Qt.KeyboardModifier.ShiftModifier,
        }[held]
        place = self.place(number, edge=edge)
        QTest.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, held_keys, place)

    def drop(self, number: int, title: str) -> None:
        """Drag a row onto a line of the views."""
        views = self.workspace.views_list
        lines = [row.title for row in self.workspace.views.rows]
        line = views.visualRect(views.model().index(lines.index(title), 0)).center()
        drag(self.list.viewport(), self.place(number), views.viewport().mapToGlobal(line))

    def now(self, number: int) -> Ticket:
        found = self.workspace.triage.ticket(self.ids[number])
        assert found is not None
        return found

    def those(self, holds: Callable[[Ticket], bool]) -> list[int]:
        """The tickets of which that is so."""
        return [n for n in range(self.count) if holds(self.now(n))]

    def click_button(self, text: str) -> None:
        buttons = self.many.bar.findChildren(QPushButton)
        (button,) = [b for b in buttons if b.text() == text and b.isVisible()]
        button.click()

    @property
    def said(self) -> list[str]:
        """The labels of the bar that can be seen."""
        bar = self.many.bar
        return [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]

    @property
    def toast(self) -> str:
        return self.workspace.toast._text.text()


Story = Callable[[Desk], Awaitable[None]]
STORIES: list[Story] = []


def story(told: Story) -> Story:
    """One of what `test_a_story` goes through, in a loop that the window's timers have to themselves."""
    STORIES.append(told)
    return told


@story
async def keys_select_one_by_one_and_in_a_row(desk: Desk) -> None:
    press("X")
    press("Shift+J")
    press("Shift+J")
    assert desk.selected == [0, 1, 2]
    press("Shift+K")
    assert (desk.selected, desk.current) == ([0, 1], 1)
    press("J")
    press("J")
    press("Space")
    assert (desk.selected, desk.current) == ([0, 1, 3], 3)
    press("Shift+Down")
    assert desk.selected == [0, 1, 3, 4]
    press("Esc")
    assert (desk.selected, desk.current) == ([], 4), "the open ticket stays open"


@story
async def the_mouse_selects_with_ctrl_and_shift_and_at_the_edge(desk: Desk) -> None:
    desk.click(2, "Ctrl")
    desk.click(5, "Ctrl")
    assert (desk.selected, desk.current) == ([2, 5], 0), "nothing else is opened"
    desk.click(7, "Shift")
    assert desk.selected == [2, 5, 6, 7], "from where the last click was"
    desk.click(4, edge=True)
    assert desk.selected == [2, 4, 5, 6, 7]
    desk.click(6)
    assert (desk.selected, desk.current) == ([], 6), "a plain click opens and selects no more"


@story
async def with_right_to_left_the_edge_is_at_the_right(desk: Desk) -> None:
    desk.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    desk.click(4, edge=True)
    assert (desk.selected, desk.current) == ([], 4)
    right = QPoint(desk.list.viewport().width() - 12, desk.place(5).y())
    QTest.mouseClick(desk.list.viewport(), Qt.MouseButton.LeftButton, pos=right)
    assert (desk.selected, desk.current) == ([5], 4)


@story
async def the_bar_says_how_many_and_goes_with_the_last(desk: Desk) -> None:
    bar = desk.many.bar
    assert not bar.isVisible()
    press("X")
    await desk.settled()
    assert bar.isVisible()
    assert "1 selected" in desk.said
    desk.click_button(f"Select all {desk.count}")
    assert f"{desk.count} selected" in desk.said
    press("X")
    assert f"{desk.count - 1} selected" in desk.said
    press("Esc")
    await desk.settled()
    assert not bar.isVisible()


@story
async def what_is_selected_is_read_aloud(desk: Desk) -> None:
    index = desk.list.model().index(0, 0)
    before = index.data()
    press("X")
    assert index.data() == f"Selected: {before}"


@story
async def commands_of_a_ticket_are_about_what_is_selected(desk: Desk) -> None:
    desk.click(2, "Ctrl")
    desk.click(5, "Ctrl")
    press("E")
    await desk.settled()
    assert desk.those(lambda t: t.status == Status.SOLVED) == [2, 5]
    assert desk.selected == [], "they have left the view"
    press("Ctrl+Z")
    await desk.settled()
    assert desk.those(lambda t: t.status == Status.SOLVED) == []
    press("E")
    await desk.settled()
    assert desk.those(lambda t: t.status == Status.SOLVED) == [0], "the open ticket"


def acts_on_all_that_are_selected(
    key: str, typed: str, done: Callable[[Desk, Ticket], bool]
) -> None:
    """Pick what is typed after a key: it is so of both that are selected, and was not."""

    @story
    async def pickers(desk: Desk) -> None:
        await desk.workspace.triage.assign(desk.ids[2], desk.scene.made.me)
        await desk.workspace.triage.assign(desk.ids[5], desk.scene.made.me)
        desk.click(2, "Ctrl")
        desk.click(5, "Ctrl")
        assert not done(desk, desk.now(2))
        press(key)
        popup = QApplication.activePopupWidget()
        assert popup is not None
        QTest.keyClicks(popup.focusWidget(), typed)
        QTest.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
        await desk.settled()
        assert done(desk, desk.now(2))
        assert done(desk, desk.now(5))

    pickers.__name__ = f"{key}_{typed}"


acts_on_all_that_are_selected(
    "A", "Mila", lambda desk, t: desk.workspace.directory.name(t.assignee_id) == "Mila Lund"
)
acts_on_all_that_are_selected("A", "Nobody", lambda _, t: t.assignee_id == NIL)
acts_on_all_that_are_selected(
    "A", "Americas", lambda desk, t: desk.workspace.directory.team_name(t.team_id) == "Americas"
)
acts_on_all_that_are_selected("P", "Low", lambda _, t: t.priority == Priority.LOW)
acts_on_all_that_are_selected("S", "Pending", lambda _, t: t.status == Status.PENDING)
acts_on_all_that_are_selected("T", "brand new", lambda _, t: "brand-new" in t.tags)
acts_on_all_that_are_selected("Z", "2h", lambda _, t: t.snoozed_until is not None)


@story
async def many_are_asked_about_and_return_says_yes(desk: Desk) -> None:
    press("*")
    press("E")
    await desk.settled()
    assert f"{desk.count} tickets will be solved." in desk.said
    assert desk.those(lambda t: t.status == Status.SOLVED) == []
    press("Esc")
    assert f"{desk.count} selected" in desk.said, "the question is gone, what is selected stays"
    press("E")
    await desk.settled()
    press("Return")
    await desk.settled()
    assert len(desk.those(lambda t: t.status == Status.SOLVED)) == desk.count
    assert desk.toast == f"{desk.count} tickets solved"
    press("Ctrl+Z")
    await desk.settled()
    assert desk.those(lambda t: t.status == Status.SOLVED) == [], "one undo for the whole"


@story
async def return_on_cancel_cancels(desk: Desk) -> None:
    press("*")
    press("E")
    await desk.settled()
    press("Tab")
    press("Return")
    await desk.settled()
    assert desk.those(lambda t: t.status == Status.SOLVED) == []
    assert desk.many.bulk.asked is None


@story
async def the_palette_acts_on_the_selection_too(desk: Desk) -> None:
    desk.click(2, "Ctrl")
    press("Ctrl+K")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), "Solve")
    QTest.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
    await desk.settled()
    assert desk.those(lambda t: t.status == Status.SOLVED) == [2]


@story
async def a_row_is_dropped_on_a_person_a_team_and_a_status(desk: Desk) -> None:
    desk.drop(4, "Mine")
    await desk.settled()
    assert desk.now(4).assignee_id == desk.scene.made.me
    desk.drop(4, "Unassigned")
    await desk.settled()
    assert desk.now(4).assignee_id == NIL
    desk.drop(4, "Payments")
    await desk.settled()
    assert desk.toast == "1 ticket moved to Payments"
    desk.drop(5, "All active")
    await desk.settled()
    assert desk.toast == "1 ticket moved to Payments", "that means nothing"
    desk.drop(5, "On hold")
    await desk.settled()
    assert desk.now(5).status == Status.HOLD


@story
async def a_row_of_the_selection_takes_all_of_it_along(desk: Desk) -> None:
    desk.click(2, "Ctrl")
    desk.click(5, "Ctrl")
    desk.drop(5, "Mine")
    await desk.settled()
    mine = desk.those(lambda t: t.assignee_id == desk.scene.made.me)
    assert {2, 5} <= set(mine)
    desk.drop(6, "Solved")
    await desk.settled()
    assert desk.those(lambda t: t.status == Status.SOLVED) == [6], "one not selected goes alone"


@story
async def a_row_dropped_on_a_tag_gets_it(desk: Desk) -> None:
    desk.workspace.views_list.fold(folded=False)
    await desk.settled()
    desk.drop(6, "vip")
    await desk.settled()
    assert "vip" in desk.now(6).tags


@story
async def carrying_is_given_up_with_escape_and_beside_the_views(desk: Desk) -> None:
    views = desk.workspace.views_list
    at = views.viewport().mapToGlobal(views.visualRect(views.model().index(1, 0)).center())
    drag(desk.list.viewport(), desk.place(4), at, drop=False)
    label = desk.workspace.findChild(QLabel, "carried")
    assert label is not None
    assert (label.isVisible(), label.text()) == (True, "1 ticket")
    QTest.keyClick(desk.list, Qt.Key.Key_Escape)
    assert not label.isVisible()
    drag(desk.list.viewport(), desk.place(4), desk.list.mapToGlobal(desk.place(2)))
    await desk.settled()
    assert (label.isVisible(), desk.scene.local.entries) == (False, {})


@story
async def another_order_keeps_the_selection_and_another_view_does_not(desk: Desk) -> None:
    desk.click(5, "Ctrl")
    desk.workspace.sort_by(Sort.WAITING)
    assert (desk.workspace.queue.sort, desk.selected) == (Sort.WAITING, [5])
    desk.workspace.show_view(View(name=ViewName.UNASSIGNED))
    assert desk.selected == []


@story
async def the_bar_does_not_move_where_the_system_wants_no_motion(desk: Desk) -> None:
    bar = desk.many.bar
    assert slide_ms(bar) == SLIDE_MS
    press("X")
    assert bar.height() < bar.sizeHint().height(), "it slides in"
    await desk.settled()
    assert bar.height() == bar.sizeHint().height()
    press("Esc")
    await desk.settled()
    bar.setStyleSheet("QFrame { widget-animation-duration: 0; }")
    assert slide_ms(bar) == 0
    press("X")
    QApplication.processEvents()
    assert (bar.isVisible(), bar.height()) == (True, bar.sizeHint().height())


@pytest.mark.parametrize("told", STORIES, ids=lambda told: told.__name__)
def test_a_story(told: Story, made: Made, theme: Theme) -> None:
    async def tell() -> None:
        async with Scene(made, theme) as scene:
            await scene.work()
            desk = Desk(scene)
            await scene.settle()
            await told(desk)

    asyncio.run(tell())
