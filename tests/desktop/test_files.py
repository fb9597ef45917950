"""Files from desk to desk: attached, sent, fetched with a click, saved, and drafts through a restart."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from console.conversations.viewmodel.items import MessageItem
from console.conversations.widgets.viewer import Viewer
from console.people.server import accounts
from console.sync.server import blobs
from console.tickets.tables import rows
from console.ui.rows import row_at
from tests.desktop.conftest import Shop, to_work
from tests.desktop.test_canary import _leaks
from tests.parts.acts import received
from tests.parts.blobs import Sample, noise, put
from tests.parts.seat import PASSPHRASE, Seat, said, sit_down

pytestmark = pytest.mark.usefixtures("qapp")
CANARY = "canary-in-a-file"


def items(seat: Seat) -> list[MessageItem]:
    shown = seat.workspace.opened.timeline.items.values()
    return [item for item in shown if isinstance(item, MessageItem)]


def chip(seat: Seat) -> QPoint:
    """Where the last file of the open ticket is on the timeline."""
    timeline = seat.workspace.page.timeline
    for position in reversed(range(timeline.model().rowCount())):
        index = timeline.model().index(position, 0)
        item = row_at(index)
        if isinstance(item, MessageItem) and item.message.attachments:
            timeline.scrollTo(index)
            bubble = timeline._painter.bubble(item, timeline.viewport().width())
            corner = timeline.visualRect(index).topLeft()
            return bubble.files[-1].center().toPoint() + corner
    raise AssertionError("no message on screen has a file")


async def click_file(seat: Seat) -> None:
    viewport = seat.workspace.page.timeline.viewport()
    left = Qt.MouseButton.LeftButton
    await seat.do(lambda: QTest.mouseClick(viewport, left, pos=chip(seat)))


def state(seat: Seat) -> str:
    """How the last file of the open ticket is; empty while none is shown."""
    carried = [file for item in items(seat) for file in item.message.attachments]
    return seat.workspace.opened.timeline.file(carried[-1]).state if carried else ""


async def save_file(seat: Seat) -> None:
    """Look at the file, and ask to save it there."""

    def viewers() -> list[Viewer]:
        return [v for v in seat.workspace.page.findChildren(Viewer) if v.isVisible()]

    await click_file(seat)
    await seat.until(viewers, "the viewer")
    await seat.do(viewers()[0]._want_save)


async def answer_dialog(seat: Seat, path: Path) -> None:
    """Say in the file dialog which file is meant."""

    def dialogs() -> list[QFileDialog]:
        return [d for d in QApplication.topLevelWidgets() if isinstance(d, QFileDialog)]

    await seat.until(lambda: [d for d in dialogs() if d.isVisible()], "the file dialog")
    (dialog,) = (d for d in dialogs() if d.isVisible())
    if dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave:
        dialog.fileSelected.emit(str(path))
    else:
        dialog.filesSelected.emit([str(path)])
    await seat.do(dialog.reject)
    seat.desk.window.activateWindow()  # no window manager does it here
    await seat.until(lambda: QApplication.focusWidget() is not None, "the keyboard")


def test_a_file_goes_out_with_a_reply(shop: Shop, tmp_path: Path) -> None:
    source = tmp_path / "label.txt"
    source.write_bytes((CANARY * 30_000).encode())

    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        await seat.press("R")
        await seat.press("Ctrl+Shift+A")
        await answer_dialog(seat, source)
        composer = seat.workspace.opened.composer
        await seat.until(lambda: [f.state for f in composer.state.files] == ["here"], "the upload")
        await seat.type("See the label.")
        await seat.press("Ctrl+Return")
        await seat.settled()
        await seat.until(lambda: state(seat) == "here", "one's own file")
        await save_file(seat)
        await answer_dialog(seat, tmp_path / "copy.txt")
        await seat.until(lambda: "Saved as copy.txt" in said(), "the word of it")
        assert _leaks(shop.profile, [CANARY]) == []

    sit_down(shop.options, work)
    assert (tmp_path / "copy.txt").read_bytes() == source.read_bytes()
    (body,) = [body for body in shop.bodies() if "See the label." in body]
    assert '"name":"label.txt"' in body
    assert _leaks(shop.profile, [CANARY]) == []


def test_a_file_that_came_is_fetched_with_a_click_and_saved(shop: Shop, tmp_path: Path) -> None:
    file = Sample((CANARY * 60_000).encode(), "from the buyer.txt", "text/plain")
    put(shop.server, shop.server.operator(), file)
    team = shop.server.write(lambda tx: accounts.ensure_team(tx, "Europe"))
    told = received(
        subject="A file", name="Fay Buyer", email="fay@mail.test", team_id=team.id,
        attachments=(file.attachment,),
    )  # fmt: skip
    shop.server.execute(shop.server.operator(), told)
    core = shop.server.core
    by_talk = partial(rows.by_conversation, conversation_id=told.target)
    found = shop.server.call(core.read(by_talk))
    assert found is not None
    ticket = found.id

    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        seat.workspace.show_ticket(ticket)
        await seat.until(lambda: any(i.message.attachments for i in items(seat)), "the message")
        assert state(seat) == "away"
        seat.workspace.program.toggle_offline()
        await seat.at_work("offline")
        await click_file(seat)
        assert state(seat) == "waiting"
        seat.workspace.program.toggle_offline()
        await seat.until(lambda: state(seat) == "here", "the file")
        await save_file(seat)
        await answer_dialog(seat, tmp_path / "saved.txt")
        await seat.until(lambda: "Saved as saved.txt" in said(), "the word of it")
        await save_file(seat)
        await answer_dialog(seat, tmp_path / "nowhere" / "saved.txt")
        await seat.until(lambda: any("cannot be saved there" in text for text in said()), "why not")
        assert _leaks(shop.profile, [CANARY]) == []

    sit_down(shop.options, work)
    assert (tmp_path / "saved.txt").read_bytes() == file.data
    assert _leaks(shop.profile, [CANARY]) == []


def test_a_draft_keeps_its_file_through_a_restart_and_sends_it_then(
    shop: Shop, tmp_path: Path
) -> None:
    source = tmp_path / "photo.png"
    source.write_bytes(noise(700_000))

    async def attach(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        seat.workspace.program.toggle_offline()
        await seat.at_work("offline")
        seat.workspace.page.attach([source])
        composer = seat.workspace.opened.composer
        await seat.until(lambda: composer.state.files, "the file in the draft")

    async def send(seat: Seat) -> None:
        await seat.give_passphrase(PASSPHRASE)
        await seat.at_work()
        composer = seat.workspace.opened.composer
        await seat.until(lambda: composer.state.files, "the file, still there")
        await seat.press("R")
        await seat.press("Ctrl+Return")
        await seat.until(lambda: not composer.state.files, "it sent")
        await seat.settled()

    sit_down(shop.options, attach)
    source.unlink()
    sit_down(shop.options, send)
    (body,) = [body for body in shop.bodies() if "photo.png" in body]
    core = shop.server.core
    (row,) = shop.server.call(core.read(lambda r: r.rows("SELECT id FROM blob")))
    found = shop.server.call(
        core.read(lambda r: blobs.find(r, type(shop.ana.id)(bytes=bytes(row[0]))))
    )
    assert found is not None
    assert found.sha256.hex() in body
    assert found.complete
