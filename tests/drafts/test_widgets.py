"""The line above the composer that offers what was begun elsewhere."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.drafts.widgets import OtherVersions
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.drafts.test_viewmodel import Desk
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


async def test_it_shows_only_while_there_is_another_version(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    desk, slots = Desk(console), Slots()
    line = OtherVersions(desk.drafts, slots)
    qtbot.addWidget(line)
    assert line.isHidden()
    desk.type("mine")
    desk.there("theirs", over=0)
    assert not line.isHidden()
    assert "“theirs”" in [label.text() for label in line.findChildren(QLabel)]
    (use,) = [b for b in line.findChildren(QPushButton) if b.text() == "Write on with this"]
    use.click()
    await console.settled(slots)
    assert desk.composer.state.text == "theirs"
    await console.push()
    assert "“mine”" in [label.text() for label in line.findChildren(QLabel)]
    (leave,) = [b for b in line.findChildren(QPushButton) if b.text() == "Forget it"]
    leave.click()
    await console.settled(slots)
    await console.push()
    assert line.isHidden()
