"""A page with a list and a form, at Ana's console, as a test uses it."""

from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.ui.chooser import Chooser
from console.ui.slots import Slots
from tests.parts.console import Console

Page = TypeVar("Page", bound=Chooser)


class Chosen(Generic[Page]):
    """The page, shown; `done` has what it told."""

    def __init__(self, console: Console, slots: Slots, page: Page, qtbot: QtBot) -> None:
        self.console, self.slots, self.page = console, slots, page
        self.done: list[object] = []
        page.done.connect(self.done.append)
        qtbot.addWidget(page)
        page.resize(1100, 800)
        page.show()
        page.activateWindow()

    async def turn(self) -> None:
        """Let everything that was started end, and Qt do what it put off."""
        await self.console.settled(self.slots)
        QApplication.processEvents()

    async def save(self) -> None:
        """Save with the key for it."""
        QTest.keyClick(self.page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        await self.turn()

    def pick(self, words: str) -> None:
        """Type into the list that is open and take what it finds."""
        popup = QApplication.activePopupWidget()
        assert popup is not None
        QTest.keyClicks(popup.focusWidget(), words)
        QTest.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
