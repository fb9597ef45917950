"""Keys can be others: checked against all, taken over in place, kept, shown everywhere at once."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from console.desktop.commands import COMMANDS, by_id
from console.desktop.help import KeysDialog
from console.desktop.keymap import FIXED, MOVING, KeyMap, clash, normal, shown
from console.desktop.keys_pane import KeysPane
from console.desktop.keys_sheet import write_sheet
from console.desktop.palette import Palette
from console.desktop.settings import Settings
from console.kernel.errors import Unavailable
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.parts.seat import press, type_text
from tests.screens.shop import Made
from tests.screens.stage import Scene
from tests.screens.states import LENA

NEXT, SOLVE, INBOX = by_id("next"), by_id("solve"), by_id("inbox")


@pytest.fixture
def keymap(tmp_path: Path) -> KeyMap:
    return KeyMap(Settings(tmp_path))


def test_what_commands_come_with_does_not_clash() -> None:
    keyed = [command for command in COMMANDS if command.key]
    clashes = [
        (one.id, other.id)
        for n, one in enumerate(keyed)
        for other in keyed[n + 1 :]
        if clash(one.key, other.key)
    ]
    assert clashes == []
    taken = [(c.id, f.key) for c in keyed for f in (*FIXED, *MOVING) if clash(c.key, f.key)]
    assert taken == []


@pytest.mark.parametrize(
    ("one", "other", "clashes"),
    [
        ("J", "J", True),
        ("J", "K", False),
        ("G", "G, I", True),
        ("G, I", "G, O", False),
        ("Ctrl+J", "J", False),
        ("", "", False),
        ("J", "", False),
    ],
)
def test_keys_clash_when_one_could_be_the_other(one: str, other: str, clashes: bool) -> None:
    assert clash(one, other) is clashes
    assert clash(other, one) is clashes


def test_a_key_is_kept_for_this_profile(tmp_path: Path) -> None:
    KeyMap(Settings(tmp_path)).set(NEXT, "Ctrl+Shift+J")
    again = KeyMap(Settings(tmp_path))
    assert (again.key(NEXT), again.is_own(NEXT)) == ("Ctrl+Shift+J", True)


def test_who_is_taken_over_has_none_and_gets_it_back(keymap: KeyMap) -> None:
    keymap.set(NEXT, "E")
    assert (keymap.key(NEXT), keymap.key(SOLVE)) == ("E", "")
    keymap.reset(SOLVE)
    assert (keymap.key(NEXT), keymap.key(SOLVE)) == ("", "E")
    keymap.reset_all()
    assert [c.id for c in COMMANDS if keymap.is_own(c)] == []


def test_one_stroke_takes_over_every_key_that_begins_with_it(keymap: KeyMap) -> None:
    holders = [command.id for command in keymap.holders(NEXT, "G")]
    assert {"inbox", "outbox"} <= set(holders)
    keymap.set(NEXT, "G")
    assert keymap.key(INBOX) == ""


def test_all_chosen_keys_can_be_had_again(keymap: KeyMap) -> None:
    keymap.set(NEXT, "E")
    before = keymap.own()
    keymap.reset_all()
    keymap.restore(before)
    assert (keymap.key(NEXT), keymap.key(SOLVE)) == ("E", "")


def test_keys_are_told_in_words() -> None:
    assert shown("G, I") == "G then I"
    assert shown("") == ""
    assert normal("G, I, X") == "G, I"


# -- the pane


class Pane:
    """The pane in a window."""

    def __init__(self, keymap: KeyMap, theme: Theme) -> None:
        self.slots = Slots()
        self.failed: list[str] = []
        self.slots.failed.connect(self.failed.append)
        self.widget = KeysPane(keymap, self.slots, theme)
        self.widget.resize(900, 600)
        self.widget.show()
        self.widget.activateWindow()
        self.widget.list.setFocus()

    def choose(self, name: str) -> None:
        """Make a command the chosen one."""
        self.widget.list.setCurrentIndex(
            self.widget._model.index([c.id for c in COMMANDS].index(name))
        )

    def told(self) -> str:
        """What is said below the title."""
        return self.widget._told.text()


@pytest.fixture
def pane(keymap: KeyMap, theme: Theme, qtbot: QtBot) -> Pane:
    made = Pane(keymap, theme)
    qtbot.addWidget(made.widget)
    qtbot.waitUntil(made.widget.list.hasFocus)
    return made


def test_a_new_key_is_pressed_and_holds(pane: Pane, keymap: KeyMap, qtbot: QtBot) -> None:
    pane.choose("next")
    QTest.keyClick(pane.widget.list, Qt.Key.Key_Return)
    assert pane.widget.capture.hasFocus()
    QTest.keyClick(pane.widget.capture, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: keymap.key(NEXT) == "F8")
    assert pane.told() == "Key: F8"
    assert pane.widget.list.hasFocus()


def test_a_key_that_is_taken_is_asked_about_in_place(pane: Pane, keymap: KeyMap) -> None:
    pane.choose("next")
    pane.widget._check(NEXT, "E")
    assert pane.told() == "E is “Solve”: take it over?"
    assert keymap.key(NEXT) == "J"
    assert pane.widget.take.hasFocus()
    QTest.keyClick(pane.widget.take, Qt.Key.Key_Space)
    assert (keymap.key(NEXT), keymap.key(SOLVE)) == ("E", "")


def test_it_can_be_left(pane: Pane, keymap: KeyMap) -> None:
    pane.choose("next")
    pane.widget._check(NEXT, "E")
    QTest.mouseClick(pane.widget.leave, Qt.MouseButton.LeftButton)
    assert (keymap.key(NEXT), keymap.key(SOLVE)) == ("J", "E")


def test_what_the_window_needs_itself_is_refused(pane: Pane, keymap: KeyMap) -> None:
    pane.choose("next")
    QTest.keyClick(pane.widget.list, Qt.Key.Key_Return)
    pane.widget._check(NEXT, "Ctrl+Return")
    assert "is “Send” and stays that" in pane.told()
    assert keymap.key(NEXT) == "J"


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Tab])
def test_the_field_for_a_key_catches_nobody(pane: Pane, keymap: KeyMap, key: Qt.Key) -> None:
    pane.choose("next")
    QTest.keyClick(pane.widget.list, Qt.Key.Key_Return)
    QTest.keyClick(pane.widget.capture, key)
    assert not pane.widget.capture.hasFocus()
    assert keymap.key(NEXT) == "J"


def test_a_command_can_have_no_key_and_its_own_again(pane: Pane, keymap: KeyMap) -> None:
    pane.choose("next")
    QTest.mouseClick(pane.widget.none, Qt.MouseButton.LeftButton)
    assert (keymap.key(NEXT), pane.told()) == ("", "It has no key.")
    QTest.mouseClick(pane.widget.own, Qt.MouseButton.LeftButton)
    assert keymap.key(NEXT) == "J"


def test_resetting_all_can_be_taken_back(pane: Pane, keymap: KeyMap) -> None:
    done: list[object] = []
    pane.widget.done.connect(lambda _, undo: done.append(undo))
    keymap.set(NEXT, "F8")
    QTest.mouseClick(pane.widget.all, Qt.MouseButton.LeftButton)
    assert keymap.key(NEXT) == "J"
    done[0]()
    assert keymap.key(NEXT) == "F8"


def test_the_sheet_is_a_pdf_and_says_why_it_is_not(
    pane: Pane, keymap: KeyMap, tmp_path: Path
) -> None:
    file = tmp_path / "keys.pdf"
    pane.widget._write(file)
    told = file.read_bytes()
    assert told.startswith(b"%PDF")
    assert b"/Count 1\n" in told, "one page"
    assert pane.told() == "Saved as keys.pdf"
    with pytest.raises(Unavailable, match="Choose another place"):
        write_sheet(keymap, tmp_path / "nowhere" / "keys.pdf")
    pane.widget._write(tmp_path / "nowhere" / "keys.pdf")
    assert "cannot be written" in pane.failed[0]


# -- in the workspace


def test_a_new_key_works_at_once_and_is_shown_everywhere(made: Made, theme: Theme) -> None:
    async def work() -> None:
        async with Scene(made, theme) as scene:
            workspace = await scene.work(LENA)
            workspace.keymap.set(NEXT, "Ctrl+Alt+J")
            before = workspace.list.currentIndex().row()
            press("J")
            assert workspace.list.currentIndex().row() == before
            press("Ctrl+Alt+J")
            assert workspace.list.currentIndex().row() == before + 1
            dialog = KeysDialog(workspace, workspace.keymap)
            texts = [label.text() for label in dialog.findChildren(QLabel)]
            assert texts[texts.index("Next ticket") + 1] == "Ctrl+Alt+J"
            palette = Palette(workspace, theme, scene.local)
            asides = {choice.text: choice.aside for choice in palette._find_all("next ticket")}
            assert asides["Next ticket"] == "Ctrl+Alt+J"
            for widget in (dialog, palette):
                _gone(widget)

    asyncio.run(work())


def test_letters_never_act_while_somebody_types(made: Made, theme: Theme) -> None:
    """Whatever key is chosen: a letter in an editor is a letter."""

    async def work() -> None:
        async with Scene(made, theme) as scene:
            workspace = await scene.work(LENA)
            workspace.keymap.set(SOLVE, "Q")
            workspace.program.show_settings()
            await scene.settle()
            assert workspace.settings_page.search.hasFocus()
            type_text("qje")
            assert workspace.settings_page.search.text() == "qje"
            workspace.show_inbox()
            press("R")
            type_text("qqq")
            assert workspace.page.composer.editor.toPlainText() == "qqq"
            ticket = workspace.triage.ticket(made.tickets[LENA])
            assert ticket is not None
            assert ticket.status == "open"

    asyncio.run(work())


def test_a_letter_on_the_settings_acts_on_no_ticket(made: Made, theme: Theme) -> None:
    async def work() -> None:
        async with Scene(made, theme) as scene:
            workspace = await scene.work(LENA)
            workspace.program.show_settings()
            workspace.settings_page.show_section("keys")
            workspace.settings_page.keys.list.setFocus()
            press("E")
            await scene.settle()
            ticket = workspace.triage.ticket(made.tickets[LENA])
            assert ticket is not None
            assert ticket.status == "open"
            assert "No ticket is in sight" in workspace.toast._text.text()

    asyncio.run(work())


def test_every_key_is_written_in_qts_notation() -> None:
    for command in COMMANDS:
        assert QKeySequence(command.key).toString() == command.key or command.key == "", command.id


def _gone(widget: QWidget) -> None:
    widget.close()
    widget.deleteLater()
