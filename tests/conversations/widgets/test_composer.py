"""The composer on screen: keys, lanes, what it says and to whom."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.conversations.tables import rows
from console.conversations.viewmodel.composer import Composer
from console.conversations.widgets.composer import ComposerBox
from console.conversations.widgets.editor import MAX_HEIGHT, MIN_HEIGHT
from console.people.viewmodel import Directory
from console.ui.theme import Theme
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
Key, Mod, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


class Box:
    """A composer on a buyer's and seller's ticket, and what it asked for."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        case = console.case()
        case.hear("We sent it.", side="seller", name="Nordlicht Shop", email="s@nord.test")
        console.pull()
        assert console.local.reader is not None
        self.ticket = case.ticket.id
        self.conversation = rows.conversation(console.local.reader, case.conversation_id)
        self.composer = Composer(console.local, Directory(console.local))
        self.composer.open(self.ticket, self.conversation)
        self.widget = ComposerBox(self.composer, theme)
        self.sent: list[bool] = []
        self.widget.sent.connect(self.sent.append)
        qtbot.addWidget(self.widget)
        self.widget.resize(700, 200)
        self.widget.show()
        self.widget.activateWindow()
        self.widget.focus_editor()

    @property
    def editor(self) -> str:
        return self.widget.editor.toPlainText()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        QTest.keyClick(self.widget.editor, key, modifier)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.widget.editor, text)

    def button(self, text: str) -> QPushButton:
        QApplication.processEvents()
        (found,) = [b for b in self.buttons() if b.text() == text]
        return found

    def buttons(self) -> list[QPushButton]:
        found = self.widget.findChildren(QPushButton)
        return [button for button in found if button.isVisibleTo(self.widget)]

    def click(self, text: str) -> None:
        QTest.mouseClick(self.button(text), Left)

    def says(self) -> list[str]:
        QApplication.processEvents()
        labels = self.widget.findChildren(QLabel)
        return [label.text() for label in labels if label.isVisibleTo(self.widget)]


@pytest.fixture
async def box(console: Console, theme: Theme, qtbot: QtBot) -> Box:
    return Box(console, theme, qtbot)


async def test_typing_is_kept_with_the_caret(box: Box, console: Console) -> None:
    box.type("Dear shop")
    box.press(Key.Key_Return)
    box.type("thanks")
    assert box.composer.state.text == "Dear shop\nthanks"
    kept = console.local.drafts[box.ticket].draft
    assert (kept.body, kept.caret) == ("Dear shop\nthanks", len(kept.body))
    assert "Draft kept" in box.says()
    for _ in range(len("Dear shop\nthanks")):
        box.press(Key.Key_Backspace)
    assert "Draft kept" not in box.says()
    assert console.local.drafts == {}


async def test_control_enter_sends_and_with_shift_solves(box: Box) -> None:
    box.type("x")
    box.press(Key.Key_Return, Mod.ControlModifier)
    box.press(Key.Key_Enter, Mod.ControlModifier)
    box.press(Key.Key_Return, Mod.ControlModifier | Mod.ShiftModifier)
    assert box.sent == [False, False, True]
    assert box.editor == "x", "the keys themselves write nothing"


async def test_the_buttons_say_and_do_the_same(box: Box) -> None:
    box.click("Reply to seller Nordlicht")
    box.click("Send and solve")
    assert box.sent == [False, True]


async def test_escape_leaves_and_tab_moves_on(box: Box, qtbot: QtBot) -> None:
    with qtbot.waitSignal(box.widget.left, timeout=1000):
        box.press(Key.Key_Escape)
    box.press(Key.Key_Tab)
    assert box.editor == "", "no key trap: a tab is not text"


async def test_clicking_a_lane_writes_to_it(box: Box) -> None:
    box.click("Buyer")
    assert box.composer.state.to.lane == "buyer"
    assert box.widget.property("lane") == "buyer"
    assert box.button("Reply to Lena").isVisibleTo(box.widget)
    assert "To Lena Braun by e-mail" in box.says()
    checked = [button.text() for button in box.buttons() if button.isChecked()]
    assert checked == ["Buyer"]


async def test_a_note_says_who_sees_it_and_offers_no_solving(box: Box) -> None:
    box.click("Note")
    assert "Only colleagues see this" in box.says()
    assert {b.text() for b in box.buttons()} == {"Buyer", "Seller", "Note", "", "Add note"}


async def test_a_problem_stands_there_until_something_is_typed(box: Box) -> None:
    await box.composer.send()
    assert "Write something first." in box.says()
    box.type("D")
    assert "Write something first." not in box.says()


async def test_another_tickets_text_replaces_this_one_with_its_caret(box: Box) -> None:
    box.type("for the shop")
    box.composer.open(box.conversation.id if box.conversation else box.ticket, None)
    assert box.editor == ""
    box.composer.open(box.ticket, box.conversation)
    assert box.editor == "for the shop"
    assert box.widget.editor.textCursor().position() == len("for the shop")


async def test_the_caret_behind_pictograms_is_where_it_was(box: Box) -> None:
    """Qt counts in UTF-16, Python in characters: the caret must not wander."""
    box.widget.editor.insertPlainText("🙂🙂 ok")
    box.widget.editor.moveCursor(QTextCursor.MoveOperation.End)
    box.type("!")
    caret = box.widget.editor.textCursor().position()
    box.composer.open(box.conversation.id if box.conversation else box.ticket, None)
    box.composer.open(box.ticket, box.conversation)
    assert (box.editor, box.widget.editor.textCursor().position()) == ("🙂🙂 ok!", caret)


async def test_news_while_typing_leave_text_caret_and_undo_alone(box: Box) -> None:
    box.type("Dear Lena")
    box.press(Key.Key_Home)
    box.composer.update(box.conversation)
    assert (box.editor, box.widget.editor.textCursor().position()) == ("Dear Lena", 0)
    box.press(Key.Key_Z, Mod.ControlModifier)
    assert box.editor != "Dear Lena"


async def test_news_do_not_take_the_keyboard_off_a_lane(box: Box) -> None:
    buyer = box.button("Buyer")
    buyer.setFocus(Qt.FocusReason.TabFocusReason)
    box.composer.update(box.conversation)
    QApplication.processEvents()
    assert box.button("Buyer").hasFocus()


async def test_it_grows_with_the_text_up_to_a_limit(box: Box) -> None:
    assert box.widget.editor.height() == MIN_HEIGHT
    for _ in range(6):
        box.press(Key.Key_Return)
    grown = box.widget.editor.height()
    assert MIN_HEIGHT < grown < MAX_HEIGHT
    box.widget.editor.insertPlainText("\n" * 200)
    assert box.widget.editor.height() == MAX_HEIGHT


@pytest.mark.parametrize("sentences", [1, 2, 3, 4, 6, 8])
async def test_bar_and_height_never_chase_each_other(box: Box, sentences: int) -> None:
    editor = box.widget.editor
    text = "I am on it and will tell you more today: the carrier has been asked to look. "
    editor.setPlainText(text * sentences)
    for width in range(240, 700, 12):
        box.widget.resize(width, 400)
        QApplication.processEvents()
        assert editor.verticalScrollBar().isVisible() is (editor.height() == MAX_HEIGHT), width


async def test_markup_in_names_is_shown_as_it_is(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    case = console.case(name="<b>Bobby</b>")
    console.pull()
    assert console.local.reader is not None
    composer = Composer(console.local, Directory(console.local))
    composer.open(case.ticket.id, rows.conversation(console.local.reader, case.conversation_id))
    widget = ComposerBox(composer, theme)
    qtbot.addWidget(widget)
    widget.resize(700, 200)
    widget.show()
    QApplication.processEvents()
    texts = [label.text() for label in widget.findChildren(QLabel)]
    assert "To <b>Bobby</b> by e-mail" in texts
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText for label in widget.findChildren(QLabel)
    )


async def test_everything_has_a_name_and_a_role(box: Box) -> None:
    told = QAccessible.queryAccessibleInterface(box.widget.editor)
    assert (told.text(QAccessible.Text.Name), told.role()) == (
        "Message",
        QAccessible.Role.EditableText,
    )
    for button in box.buttons():
        told = QAccessible.queryAccessibleInterface(button)
        name = told.text(QAccessible.Text.Name)
        assert name == button.text() or name in ("Attach files", "Formatted message")


async def test_who_writes_too_is_a_quiet_line_that_moves_nothing(
    box: Box, console: Console
) -> None:
    box.composer.address("buyer")
    box.type("Dear")
    QApplication.processEvents()
    tall, editor = box.widget.sizeHint().height(), box.widget.editor.geometry()
    send = box.button("Reply to Lena").geometry()
    assert "Draft kept" in box.says()
    console.meet(console.ben, box.ticket, "typing:buyer")
    assert "Ben is writing to the buyer too" in box.says()
    assert "Draft kept" not in box.says(), "one thing at a time"
    assert box.widget.sizeHint().height() == tall
    assert box.widget.editor.geometry() == editor
    assert box.button("Reply to Lena").geometry() == send
    line = QAccessible.queryAccessibleInterface(box.widget._beside)
    assert line.text(QAccessible.Text.Name) == "Ben is writing to the buyer too"
    console.meet(console.ben, box.ticket, "viewing")
    assert "Ben is writing to the buyer too" not in box.says()
    assert "Draft kept" in box.says()


async def test_what_is_wrong_is_said_before_who_writes_too(box: Box, console: Console) -> None:
    box.composer.address("seller")
    console.meet(console.ben, box.ticket, "typing:seller")
    assert "Ben is writing to the seller" in box.says()
    await box.composer.send()
    assert "Write something first." in box.says()
    assert "Ben is writing to the seller" not in box.says()


ARABIC = "\u0633\u0646\u062a\u062d\u0642\u0642 \u0645\u0646 \u0627\u0644\u0623\u0645\u0631"


@pytest.mark.parametrize("ways", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
async def test_what_is_written_begins_where_its_letters_begin(
    box: Box, qapp: QApplication, ways: Qt.LayoutDirection
) -> None:
    qapp.setLayoutDirection(ways)
    try:
        editor = box.widget.editor
        editor.setPlainText(ARABIC)
        editor.moveCursor(editor.textCursor().MoveOperation.Start)
        middle = editor.viewport().width() // 2
        assert editor.cursorRect().x() > middle
        editor.setPlainText("Hello Lena")
        editor.moveCursor(editor.textCursor().MoveOperation.Start)
        assert editor.cursorRect().x() < middle
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
