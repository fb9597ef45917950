"""The notice of contact data below the text: marked in it, and the way to leave it."""

import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from console.ui.theme import Theme
from tests.conversations.viewmodel.test_watch import lead
from tests.conversations.widgets.test_composer import Box
from tests.parts.console import Console
from tests.parts.until import until

pytestmark = pytest.mark.anyio


def struck(box: Box) -> list[str]:
    found = box.widget.editor.extraSelections()
    return [each.cursor.selectedText() for each in found if each.format.fontStrikeOut()]


@pytest.fixture
async def box(console: Console, theme: Theme, qtbot: QtBot) -> Box:
    return Box(console, theme, qtbot)


async def test_what_is_masked_is_said_and_marked_while_one_types_on(box: Box) -> None:
    box.type("Write to lena@mail.test")
    notice = box.widget.contacts
    assert not notice.isVisibleTo(box.widget)
    await until(lambda: notice.isVisibleTo(box.widget), "the notice")
    told = "1 contact detail will be masked for the seller: lena@mail.test"
    assert told in box.says()
    assert struck(box) == ["lena@mail.test"]
    assert QAccessible.queryAccessibleInterface(notice) is not None
    assert not notice.button.isVisibleTo(box.widget), "without leave there is no button"
    box.widget.editor.moveCursor(box.widget.editor.textCursor().MoveOperation.Start)
    box.type("Dear shop ")
    assert struck(box) == ["lena@mail.test"], "marks move with the text"
    box.widget.contacts.turn()
    assert told in box.says(), "nor does the command do it"


async def test_who_has_leave_turns_it_and_back(box: Box, console: Console) -> None:
    lead(console)
    box.type("Write to lena@mail.test")
    notice = box.widget.contacts
    await until(lambda: notice.isVisibleTo(box.widget), "the notice")
    box.click("Send as it is")
    assert "1 contact detail goes to the seller as it is: lena@mail.test" in box.says()
    assert struck(box) == []
    box.click("Mask it")
    assert struck(box) == ["lena@mail.test"]
