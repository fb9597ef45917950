"""Asking into which ticket, with keys alone: what is offered, told, confirmed and taken back."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from console.conversations.viewmodel.items import MergedItem
from console.desktop.workspace import Workspace
from console.tickets.model import Ticket, View, ViewName
from console.tickets.widgets.merging import MergeDialog
from console.ui.theme import Theme
from tests.parts.seat import press
from tests.screens.merging import LENA, OMAR, PRIYA
from tests.screens.shop import Made
from tests.screens.stage import Scene

Work = Callable[[Scene, Workspace], Awaitable[None]]


@pytest.fixture
def desk(made: Made, theme: Theme) -> Callable[[Work], None]:
    """Does something at a workspace with all active tickets, Lena's open."""

    def work(what: Work) -> None:
        async def run() -> None:
            async with Scene(made, theme) as scene:
                shown = await scene.work(LENA)
                shown.show_view(View(name=ViewName.ACTIVE))
                shown.show_ticket(made.tickets[LENA])
                await scene.settle()
                await what(scene, shown)

        asyncio.run(run())

    return work


def dialog(shown: Workspace) -> MergeDialog:
    (found,) = [d for d in shown.findChildren(MergeDialog) if d.isVisible()]
    return found


def words(asked: MergeDialog) -> str:
    return " ".join(label.text() for label in asked.findChildren(QLabel) if label.isVisible())


def ticket(scene: Scene, name: str) -> Ticket:
    found = scene.workspace.triage.ticket(scene.made.tickets[name])
    assert found is not None
    return found


def test_return_merges_into_what_is_shown_and_ctrl_z_takes_it_back(
    desk: Callable[[Work], None],
) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        press("Shift+M")
        asked = dialog(shown)
        assert asked.plan is not None
        into = asked.plan.into
        assert f"its messages go on in #{into.number}" in words(asked)
        assert asked.go.text() == "Merge"
        QTest.keyClick(asked.line, Qt.Key.Key_Return)
        await scene.settle()
        assert shown.opened.ticket_id == into.id
        assert ticket(scene, LENA).merged_into == into.id
        items = shown.opened.timeline.items.values()
        assert any(isinstance(item, MergedItem) for item in items)
        shown.window().activateWindow()  # without a window manager nobody does when a dialog ends
        await scene.settle()
        press("Ctrl+Z")
        await scene.settle()
        assert ticket(scene, LENA).merged_into.int == 0

    desk(work)


def test_strangers_take_two_presses(desk: Callable[[Work], None]) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        press("Shift+M")
        asked = dialog(shown)
        QTest.keyClicks(asked.line, "priya")
        assert "Different people asked" in words(asked)
        QTest.keyClick(asked.line, Qt.Key.Key_Return)
        assert asked.isVisible()
        assert asked.go.hasFocus()
        QTest.keyClick(asked.go, Qt.Key.Key_Space)
        await scene.settle()
        assert ticket(scene, LENA).merged_into == scene.made.tickets[PRIYA]

    desk(work)


def test_arrows_choose_and_nothing_found_merges_nothing(desk: Callable[[Work], None]) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        press("Shift+M")
        asked = dialog(shown)
        first = asked.plan
        QTest.keyClick(asked.line, Qt.Key.Key_Down)
        assert asked.plan is not None
        assert first is not None
        assert asked.plan.into.number != first.into.number
        QTest.keyClicks(asked.line, "nobody of that name")
        assert not asked.go.isEnabled()
        assert "No ticket here is called that." in words(asked)
        QTest.keyClick(asked.line, Qt.Key.Key_Return)
        assert asked.isVisible()
        QTest.keyClick(asked.line, Qt.Key.Key_Escape)
        await scene.settle()
        assert ticket(scene, LENA).merged_into.int == 0

    desk(work)


def test_what_is_selected_goes_into_the_oldest_unless_another_is_chosen(
    desk: Callable[[Work], None],
) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.list.setFocus()
        for name in (OMAR, PRIYA):
            shown.list.choose_ticket(scene.made.tickets[name])
            press("X")
        numbers = sorted(ticket(scene, name).number for name in (OMAR, PRIYA))
        press("Shift+M")
        await scene.settle()
        asked = dialog(shown)
        assert asked.plan is not None
        assert asked.plan.into.number == numbers[0]
        asked.go.click()
        await scene.settle()
        assert shown.opened.state is not None
        assert [each.number for each in shown.opened.state.joined] == numbers[1:]

    desk(work)


def test_a_card_lets_one_go_again(desk: Callable[[Work], None]) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.current.read_timer.stop()
        merges = shown.merging.merges
        plan = merges.plan(scene.made.tickets[LENA], [scene.made.tickets[OMAR]])
        assert plan is not None
        await merges.carry_out(plan)
        await scene.settle()
        number = ticket(scene, OMAR).number
        (back,) = [
            b
            for b in shown.context.findChildren(QPushButton)
            if b.accessibleName() == f"Make #{number} a ticket of its own again"
        ]
        back.click()
        await scene.settle()
        assert ticket(scene, OMAR).merged_into.int == 0

    desk(work)


def test_a_card_merges_another_ticket_in(desk: Callable[[Work], None]) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        assert shown.opened.state is not None
        other = shown.opened.state.others[0]
        (button,) = [
            b
            for b in shown.context.findChildren(QPushButton)
            if b.accessibleName() == f"Merge #{other.number} into this ticket"
        ]
        button.click()
        await scene.settle()
        joined = shown.opened.state.joined
        assert [each.ticket_id for each in joined] == [other.id]

    desk(work)


def test_who_asked_once_has_nothing_to_merge_with_until_something_is_typed(
    desk: Callable[[Work], None],
) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_ticket(scene.made.tickets[PRIYA])
        press("Shift+M")
        asked = dialog(shown)
        assert "This customer has no other ticket here" in words(asked)
        QTest.keyClicks(asked.line, "zzqq")
        assert "No ticket here is called that." in words(asked)

    desk(work)
