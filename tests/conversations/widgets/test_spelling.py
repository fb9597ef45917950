"""Spelling in the composer: waves under words, never under the one being typed; menu, key, words."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from console.conversations.viewmodel.spelling import Spelling
from console.conversations.widgets.spelling import MAX_CHECKED_CHARS, SpellChecker
from console.people.viewmodel import Directory
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.conversations.viewmodel.test_spelling import Moments
from tests.conversations.widgets.test_composer import Box
from tests.fakes.speller import Wordlist
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
Key = Qt.Key
Wave = QTextCharFormat.UnderlineStyle.WaveUnderline


class Checked(Box):
    """A composer whose spelling is checked against a word list."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        super().__init__(console, theme, qtbot)
        self.slots, self.speller, self.moments = Slots(), Wordlist(), Moments()
        directory = Directory(console.local)
        self.spelling = Spelling(
            console.local, self.composer, directory, self.speller, self.moments.later
        )
        editor = self.widget.editor
        self.checker = SpellChecker(editor, self.spelling, theme, self.slots)
        self.learned: list[str] = []
        self.checker.learned.connect(self.learned.append)
        self.spelling.begin()

    async def settle(self) -> None:
        await self.spelling._tasks.done(10)
        self.moments.pass_by()
        await self.spelling._tasks.done(10)
        await self.slots.done(10)
        QApplication.processEvents()

    @property
    def waves(self) -> list[str]:
        """What is underlined."""
        found, block = [], self.widget.editor.document().begin()
        while block.isValid():
            raw = block.text().encode("utf-16-le")
            found += [
                raw[2 * f.start : 2 * (f.start + f.length)].decode("utf-16-le")
                for f in block.layout().formats()
                if f.format.underlineStyle() == Wave
            ]
            block = block.next()
        return found

    @property
    def menu(self) -> QMenu:
        found = QApplication.activePopupWidget()
        assert isinstance(found, QMenu)
        return found

    def offered(self) -> list[str]:
        return [action.text() for action in self.menu.actions() if action.text()]

    def right_click(self, place: int) -> None:
        editor = self.widget.editor
        cursor = editor.textCursor()
        cursor.setPosition(place)
        at: QPoint = editor.cursorRect(cursor).center()
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, at, editor.viewport().mapToGlobal(at)
        )
        QApplication.sendEvent(editor.viewport(), event)


@pytest.fixture
async def box(console: Console, theme: Theme, qtbot: QtBot) -> AsyncIterator[Checked]:
    made = Checked(console, theme, qtbot)
    await made.settle()
    yield made
    await made.spelling.close()


async def test_a_word_is_underlined_once_it_is_done(box: Checked) -> None:
    box.type("teh")
    await box.settle()
    assert (box.waves, box.speller.asked) == ([], [])
    box.type(" parcel")
    await box.settle()
    assert (box.waves, box.speller.asked) == (["teh"], [{"teh"}])
    box.type("x")
    box.press(Key.Key_Home)
    await box.settle()
    assert box.waves == ["teh", "parcelx"]


async def test_no_key_press_asks_the_dictionary(box: Checked) -> None:
    box.speller.gate.clear()
    box.type("teh parcle and teh lat")
    assert box.editor == "teh parcle and teh lat"
    assert (box.speller.asked, box.waves) == ([], [])
    box.speller.gate.set()
    await box.settle()
    assert box.speller.asked == [{"teh", "parcle", "and"}]
    assert box.waves == ["teh", "parcle", "teh"]


async def test_pictograms_before_a_word_move_nothing(box: Checked) -> None:
    box.widget.editor.setPlainText("📦📦 teh parcel ")
    await box.settle()
    assert box.waves == ["teh"]


async def test_the_key_goes_from_word_to_word_and_the_menu_replaces(box: Checked) -> None:
    box.type("hello lete parcel pacel ")
    await box.settle()
    assert box.checker.next_wrong()
    await box.settle()
    assert box.widget.editor.textCursor().selectedText() == "lete"
    assert box.offered() == ["late", "Add “lete” to my dictionary"]
    assert box.menu.accessibleName() == "Spelling of lete"
    QTest.keyClick(box.menu, Key.Key_Return)
    assert box.editor == "hello late parcel pacel "
    assert box.widget.editor.hasFocus()
    assert box.checker.next_wrong()
    await box.settle()
    assert box.offered()[0] == "parcel"
    QTest.keyClick(box.menu, Key.Key_Escape)
    box.press(Key.Key_End)
    assert box.checker.next_wrong(), "it goes round"
    await box.settle()
    QTest.keyClick(box.menu, Key.Key_Escape)
    assert box.composer.state.text == "hello late parcel pacel "


async def test_a_word_is_added_to_my_dictionary(box: Checked) -> None:
    box.type("hello Xarkly ")
    await box.settle()
    assert box.waves == ["Xarkly"]
    assert box.checker.next_wrong()
    await box.settle()
    assert box.offered() == ["No suggestions", "Add “Xarkly” to my dictionary"]
    QTest.keyClick(box.menu, Key.Key_Down)
    QTest.keyClick(box.menu, Key.Key_Return)
    assert (box.learned, box.waves, box.spelling.own) == (["Xarkly"], [], ["Xarkly"])
    assert not box.checker.next_wrong()


async def test_the_mouse_opens_the_same_above_the_usual_menu(box: Checked) -> None:
    box.type("hello lete ")
    await box.settle()
    box.right_click(8)
    await box.settle()
    assert box.offered()[:2] == ["late", "Add “lete” to my dictionary"]
    assert any("Copy" in text for text in box.offered())
    box.menu.close()


async def test_a_word_written_on_meanwhile_is_left_alone(box: Checked) -> None:
    box.type("hello lete ")
    await box.settle()
    box.speller.gate.clear()
    assert box.checker.next_wrong()
    box.press(Key.Key_Delete)
    box.speller.gate.set()
    await box.settle()
    assert QApplication.activePopupWidget() is None
    assert box.editor == "hello  "


async def test_another_language_another_judgement(box: Checked) -> None:
    box.type("Paket kommt parcel ")
    await box.settle()
    assert box.waves == ["Paket", "kommt"]
    box.spelling.choose("de_DE")
    assert box.waves == []
    await box.settle()
    assert box.waves == ["parcel"]


async def test_a_message_beyond_the_limit_is_not_checked(box: Checked) -> None:
    long = "teh parcel\n" * (MAX_CHECKED_CHARS // 11)
    box.widget.editor.setPlainText(long + "teh" * 10)
    await box.settle()
    assert (box.waves, box.speller.asked) == ([], [])
