"""The composer on screen: keys, lanes, what it says and to whom."""

from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.conversations.tables import rows
from console.conversations.viewmodel.composer import Composer
from console.conversations.viewmodel.files import FileItem, FileState
from console.conversations.widgets.composer import MAX_HEIGHT, MIN_HEIGHT, ComposerBox
from console.conversations.widgets.files import FileChip, ask_where, hint, told
from console.kernel.codec import NIL
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.ui.theme import Theme
from tests.parts.blobs import noise
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
    box.click("Send to Nordlicht")
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
    assert box.button("Send to Lena").isVisibleTo(box.widget)
    assert "Reply to Lena Braun (buyer) by e-mail" in box.says()
    checked = [button.text() for button in box.buttons() if button.isChecked()]
    assert checked == ["Buyer"]


async def test_a_note_says_who_sees_it_and_offers_no_solving(box: Box) -> None:
    box.click("Note")
    assert "Only colleagues see this" in box.says()
    named = {b.text() or b.accessibleName() for b in box.buttons()}
    assert named == {"Buyer", "Seller", "Note", "Attach files", "Add note"}


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
    assert "Reply to <b>Bobby</b> (buyer) by e-mail" in texts
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
        assert told.text(QAccessible.Text.Name) == (button.text() or "Attach files")


# -- files


class Desk:
    """The composer with files brought to it, as the page does it."""

    def __init__(self, box: Box, folder: Path) -> None:
        self.box, self.folder = box, folder
        self.brought: list[list[Path]] = []
        self.removed: list[UUID] = []
        box.widget.files_brought.connect(self.brought.append)
        box.widget.file_removed.connect(self.removed.append)

    def file(self, name: str, size: int = 900) -> Path:
        path = self.folder / name
        path.write_bytes(noise(size))
        return path

    def mime(self, *paths: Path) -> QMimeData:
        made = QMimeData()
        made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        return made

    def drop(self, mime: QMimeData) -> bool:
        """Drop something onto the frame; whether it is taken."""
        place, copy = QPointF(20, 20), Qt.DropAction.CopyAction
        keys, left = Mod.NoModifier, Left
        enter = QDragEnterEvent(place.toPoint(), copy, mime, left, keys)
        enter.ignore()
        self.box.widget.dragEnterEvent(enter)
        drop = QDropEvent(place, copy, mime, left, keys)
        drop.ignore()
        self.box.widget.dropEvent(drop)
        return enter.isAccepted() and drop.isAccepted()

    @property
    def chips(self) -> list[FileChip]:
        QApplication.processEvents()
        found = self.box.widget.findChildren(FileChip)
        return [chip for chip in found if chip.isVisibleTo(self.box.widget)]

    def said(self) -> list[str]:
        return [chip.accessibleName() for chip in self.chips]


@pytest.fixture
def desk(box: Box, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    return Desk(box, folder)


async def test_files_are_dropped_and_pasted_and_text_still_is(desk: Desk) -> None:
    path = desk.file("a.png")
    assert desk.drop(desk.mime(path))
    editor = desk.box.widget.editor
    assert editor.canInsertFromMimeData(desk.mime(path))
    editor.insertFromMimeData(desk.mime(path))
    assert desk.brought == [[path], [path]]
    words = QMimeData()
    words.setText("plain words")
    assert not desk.drop(words)
    editor.insertFromMimeData(words)
    assert desk.box.editor == "plain words"


async def test_what_is_elsewhere_in_the_world_is_not_fetched(desk: Desk) -> None:
    far = QMimeData()
    far.setUrls([QUrl("https://shop.example/a.png"), QUrl("file://")])
    assert not desk.drop(far)
    assert desk.brought == []


async def test_the_button_asks_which_and_returns_at_once(desk: Desk) -> None:
    path = desk.file("a.png")
    QTest.mouseClick(
        next(b for b in desk.box.buttons() if b.accessibleName() == "Attach files"), Left
    )
    (dialog,) = desk.box.widget.findChildren(QFileDialog)
    assert dialog.isVisible()
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    dialog.filesSelected.emit([str(path)])
    assert desk.brought == [[path]]
    dialog.reject()


async def test_chips_show_and_leave_out_files(desk: Desk, console: Console) -> None:
    await desk.box.composer.attach([desk.file("a.png"), desk.file("b & <i>c.pdf", 2_000)])
    assert desk.said() == [
        "a.png, 900 B · sends when online",
        "b & _i_c.pdf, 2 kB · sends when online",
    ]
    assert "Draft kept" in desk.box.says()
    console.stand("live")
    first = desk.box.composer.state.files[0]
    console.local.hear(pipe.Transfer(first.id, "up", 450, 900))
    assert desk.said()[0] == "a.png, 450 B of 900 B"
    console.local.hear(pipe.Transfer(first.id, "up", 900, 900))
    assert desk.said()[0] == "a.png, 900 B · ready"
    (cross,) = desk.chips[0].findChildren(QPushButton)
    assert cross.accessibleName() == "Leave out a.png"
    QTest.mouseClick(cross, Left)
    assert desk.removed == [first.id]
    await desk.box.composer.detach(first.id)
    assert len(desk.said()) == 1
    assert all(chip.grab().toImage().width() > 60 for chip in desk.chips)


async def test_a_chip_says_why_it_failed(desk: Desk, console: Console) -> None:
    await desk.box.composer.attach([desk.file("a.png")])
    (file,) = desk.box.composer.state.files
    console.local.hear(pipe.Transfer(file.id, "up", 0, 0, "denied"))
    assert desk.said() == ["a.png, 900 B · not sent"]
    assert desk.chips[0].toolTip() == "a.png: you may not send files."
    console.local.hear(pipe.Transfer(file.id, "up", 0, 0, "unheard_of"))
    assert "the server refused it (unheard_of)" in desk.chips[0].toolTip()


async def test_many_chips_take_more_lines_and_the_text_keeps_its_room(desk: Desk) -> None:
    before = desk.box.widget.editor.height()
    await desk.box.composer.attach([desk.file(f"photo-{n}.png") for n in range(5)])
    assert len({chip.y() for chip in desk.chips}) > 1
    assert desk.box.widget.editor.height() == before


async def test_every_state_is_worded() -> None:
    for state in get_args(FileState):
        for up in (False, True):
            item = FileItem(NIL, "a.png", "image/png", 5, state, problem="no_file", up=up)
            assert told(item)
            assert hint(item).startswith("a.png")


async def test_saving_asks_where_under_a_safe_name(box: Box) -> None:
    chosen: list[Path] = []
    dialog = ask_where(box.widget, "a.png", chosen.append)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert [Path(name).name for name in dialog.selectedFiles()] == ["a.png"]
    dialog.fileSelected.emit("/somewhere/b.png")
    assert chosen == [Path("/somewhere/b.png")]
    dialog.reject()
