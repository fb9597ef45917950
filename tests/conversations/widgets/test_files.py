"""Files at the composer on screen: brought in every way, shown as chips, left out again."""

from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from console.conversations.viewmodel.files import FileItem, FileState
from console.conversations.widgets.files import FileChip, ask_where, hint, told
from console.kernel.codec import NIL
from console.sync.client import pipe
from console.ui.theme import Theme
from tests.conversations.widgets.test_composer import Box
from tests.parts.blobs import noise
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
Mod, Left = Qt.KeyboardModifier, Qt.MouseButton.LeftButton


@pytest.fixture
async def box(console: Console, theme: Theme, qtbot: QtBot) -> Box:
    return Box(console, theme, qtbot)


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
