"""Spelling at the real workspace: words of a small list, keys pressed for real, settings, toasts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from console.conversations.viewmodel import spelling as spelling_module
from console.desktop.commands import by_id
from console.desktop.preferences import RICH, SPELLING, SPELLING_LANGUAGE
from console.ui.picker import Picker
from console.ui.theme import Theme
from tests.desktop.test_writing import Desk
from tests.fakes.speller import Wordlist
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
Key, Mod = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def speller(monkeypatch: pytest.MonkeyPatch) -> Wordlist:
    """What stands in for this computer's dictionaries."""
    made = Wordlist()
    monkeypatch.setattr(spelling_module, "dictionaries", lambda: made)
    return made


@pytest.fixture
async def desk(
    console: Console, theme: Theme, qtbot: QtBot, tmp_path: Path, speller: Wordlist
) -> AsyncIterator[Desk]:
    made = Desk(console, theme, qtbot, tmp_path)
    made.workspace.resize(1440, 900)
    await settled(made)
    yield made
    await made.workspace.end()


async def settled(desk: Desk) -> None:
    await desk.workspace.spelling._spelling._tasks.done(10)
    await desk.turn()


def toast(desk: Desk) -> str:
    return desk.workspace.toast._text.text()


def language(desk: Desk) -> str:
    button = desk.workspace.page.composer.language
    name = button.accessibleName().removeprefix("Spelling: ")
    return name if button.isVisibleTo(desk.workspace) else ""


async def test_the_key_goes_to_the_word_and_adds_it_with_a_way_back(desk: Desk) -> None:
    assert language(desk) == "English (United States)"
    assert desk.workspace.page.composer.language.text() == "EN"
    desk.type("hello Zebrano")
    desk.press(Key.Key_F7)
    await settled(desk)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Return)
    assert toast(desk) == "“Zebrano” is in your dictionary"
    assert desk.workspace.spelling.own_told == "1 word, on this computer"
    desk.press(Key.Key_F7)
    await settled(desk)
    assert toast(desk) == "No misspelled words: English (United States)"
    desk.workspace.spelling._learned("Zebrano")
    desk.workspace.toast.undo()
    assert desk.workspace.spelling.own == []


async def test_a_word_is_taken_out_of_the_dictionary_and_put_back(desk: Desk) -> None:
    spelling = desk.workspace.spelling
    spelling._spelling.learn("Zebrano")
    spelling._forget("Zebrano")
    assert (list(spelling.own), toast(desk)) == (
        [], "“Zebrano” is not in your dictionary any more",
    )  # fmt: skip
    desk.workspace.toast.undo()
    assert spelling.own == ["Zebrano"]


async def test_another_language_for_this_message(desk: Desk) -> None:
    desk.press(Key.Key_F7, Mod.ShiftModifier)
    picker = QApplication.activePopupWidget()
    assert isinstance(picker, Picker)
    QTest.keyClicks(picker._line, "german")
    QTest.keyClick(picker._line, Key.Key_Return)
    assert language(desk) == "German (Germany)"
    desk.open(desk.bare)
    assert language(desk) == "English (United States)"


async def test_the_settings_hold_at_once(desk: Desk) -> None:
    SPELLING.keep(desk.settings, False)
    assert language(desk) == ""
    desk.press(Key.Key_F7)
    await settled(desk)
    assert toast(desk) == "Spelling off"
    SPELLING.keep(desk.settings, True)
    SPELLING_LANGUAGE.keep(desk.settings, "mine")
    await settled(desk)
    assert language(desk) == "English (United States)"
    assert desk.workspace.spelling.found == "Arabic, English, German"


async def test_messages_begin_as_is_set_and_the_toggle_is_for_one(desk: Desk) -> None:
    RICH.keep(desk.settings, True)
    desk.open(desk.bare)
    assert desk.workspace.opened.composer.state.rich
    desk.press(Key.Key_B, Mod.ControlModifier)
    desk.type("Hi")
    assert desk.workspace.opened.composer.state.html == "<p><strong>Hi</strong></p>"
    desk.press(Key.Key_T, Mod.ControlModifier | Mod.ShiftModifier)
    assert (desk.text, desk.workspace.opened.composer.state.html) == ("Hi", "")
    RICH.keep(desk.settings, False)
    desk.press(Key.Key_A, Mod.ControlModifier)
    desk.press(Key.Key_I, Mod.ControlModifier)
    html = desk.workspace.opened.composer.state.html
    assert html == "<p><strong><em>Hi</em></strong></p>", "what it was made of is there again"


async def test_tooltips_name_the_keys_as_they_are(desk: Desk) -> None:
    box, keymap = desk.workspace.page.composer, desk.workspace.keymap
    assert box._attach.toolTip() == "Attach files, or drop them here (Ctrl+Shift+A)"
    assert box._send.toolTip() == "Send (Ctrl+Return)"
    assert desk.workspace.macros._save.toolTip() == "Save (Ctrl+S)"
    keymap.set(by_id("attach"), "F11")
    assert box._attach.toolTip() == "Attach files, or drop them here (F11)"
    keymap.set(by_id("format.bold"), "")
    assert box._bar._buttons["bold"].toolTip() == "Bold"
