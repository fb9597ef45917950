"""The page of the policy: set by keyboard, refused with a reason, read by those who may not set it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from console.masking.model.policy import CARRIERS, POLICY_ID, Content
from console.masking.records import MASKING, SetMasking
from console.masking.viewmodel.editing import Editing
from console.masking.widgets.page import MaskingPage
from console.people.model import authorize
from console.people.viewmodel import Directory
from console.server import rooms
from console.sync.server.dispatch import Dispatch
from console.tickets.viewmodel.reasons import reason
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.conversations.viewmodel.test_watch import lead
from tests.masking.test_server import put
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
Key, Mod = Qt.Key, Qt.KeyboardModifier


class Paged:
    """The page at Ana's console."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot, *, leads: bool = True) -> None:
        if leads:
            lead(console)
        self.console, self.slots = console, Slots()
        self.editing = Editing(console.local, Directory(console.local))
        self.page = MaskingPage(self.editing, self.slots, theme)
        self.done: list[object] = []
        self.page.done.connect(self.done.append)
        qtbot.addWidget(self.page)
        self.page.resize(900, 800)
        self.page.show()
        self.page.activateWindow()
        self.page.setFocus()

    async def save(self) -> None:
        """Save with the key for it, and let it be done."""
        QTest.keyClick(self.page, Key.Key_S, Mod.ControlModifier)
        await self.console.settled(self.slots)
        QApplication.processEvents()

    def says(self) -> list[str]:
        labels = self.page.findChildren(QLabel)
        return [label.text() for label in labels if label.isVisibleTo(self.page)]


async def test_it_is_set_by_keyboard_and_kept(console: Console, theme: Theme, qtbot: QtBot) -> None:
    paged = Paged(console, theme, qtbot)
    page = paged.page
    assert page.focusProxy() is page.checks["buyer", "email"]
    page.checks["buyer", "email"].setFocus()
    QTest.keyClick(page.checks["buyer", "email"], Key.Key_Space)
    page.own.setFocus()
    page.own.moveCursor(page.own.textCursor().MoveOperation.End)
    QTest.keyClick(page.own, Key.Key_Return)
    QTest.keyClicks(page.own, "Shop.example")
    assert paged.editing.unsaved
    await paged.save()
    assert paged.done == ["What is masked of contact data saved"]
    wanted = Content(
        buyer=("phone", "messenger", "account", "link"),
        own=tuple(sorted((*CARRIERS, "shop.example"))),
    )
    assert paged.editing.content == wanted, "shown before the server answered"
    await console.push()
    stored = console.office.get(MASKING, POLICY_ID)
    assert stored is not None
    assert stored.record.content == wanted
    assert not paged.editing.unsaved
    assert not page.save_button.isEnabled()


async def test_a_line_that_is_none_is_said_and_nothing_lost(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    paged = Paged(console, theme, qtbot)
    paged.page.own.setPlainText("shop.example\nour shop")
    await paged.save()
    told = "“our shop” is no domain, e-mail address or telephone number: mend that line."
    assert told in paged.says()
    assert paged.page.own.toPlainText() == "shop.example\nour shop"
    paged.page.own.setPlainText("\n".join(f"s{n}.example" for n in range(201)))
    await paged.save()
    assert "At most 200 lines are never masked: take some out." in paged.says()
    QTest.mouseClick(paged.page.revert_button, Qt.MouseButton.LeftButton)
    assert paged.page.own.toPlainText() == "\n".join(CARRIERS)
    assert paged.done == []


async def test_agents_read_it(console: Console, theme: Theme, qtbot: QtBot) -> None:
    paged = Paged(console, theme, qtbot, leads=False)
    assert "Only those who lead teams change what is masked." in paged.says()
    assert paged.page.own.isReadOnly()
    assert not any(check.isEnabled() for check in paged.page.checks.values())
    assert not paged.page.save_button.isVisible()
    assert not paged.page.revert_button.isVisible()
    await paged.save()
    assert paged.done == []
    assert all(check.accessibleName() for check in paged.page.checks.values())
    with qtbot.waitSignal(paged.page.left, timeout=1000):
        QTest.keyClick(paged.page, Key.Key_Escape)


async def test_a_colleagues_change_stays_beside_ones_own(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    paged = Paged(console, theme, qtbot)
    paged.page.checks["buyer", "email"].click()
    assert put(console.office, console.actor(console.cara), seller=("phone",)) == "accepted"
    console.pull()
    assert paged.editing.unsaved
    assert not paged.page.checks["seller", "link"].isChecked(), "hers is seen at once"
    assert not paged.page.checks["buyer", "email"].isChecked(), "what is ticked here stays"
    await paged.save()
    await console.push()
    stored = console.office.get(MASKING, POLICY_ID)
    assert stored is not None
    assert stored.record.content == Content(
        buyer=("phone", "messenger", "account", "link"), seller=("phone",)
    )


async def test_a_colleagues_policy_comes_in(console: Console, theme: Theme, qtbot: QtBot) -> None:
    paged = Paged(console, theme, qtbot)
    assert put(console.office, console.actor(console.cara), seller=()) == "accepted"
    console.pull()
    assert not paged.page.checks["seller", "link"].isChecked()
    assert paged.page.checks["buyer", "link"].isChecked()


async def test_a_server_of_before_refuses_it_and_nothing_else_is_lost(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    known = console.office.dispatch.handlers.values()
    before = [handler for handler in known if handler.args is not SetMasking]
    console.office.dispatch = Dispatch(before, authorize)
    paged = Paged(console, theme, qtbot)
    paged.page.checks["buyer", "email"].click()
    await paged.save()
    await console.push()
    (entry,) = console.local.entries.values()
    told = "the server is older than this Parley and does not know it"
    assert reason(entry).words == told
    assert paged.page.checks["buyer", "email"].isChecked(), "it stands as it holds"
    console.office.dispatch = rooms.dispatch()
    await console.local.retry(entry)
    await console.push()
    assert not paged.page.checks["buyer", "email"].isChecked(), "tried again on a newer one"
    assert console.local.entries == {}
