"""The open ticket's files looked at and saved, its source, its lanes, and the cards beside it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QStackedWidget
from pytestqt.qtbot import QtBot

from console.conversations.model import Attachment
from console.conversations.widgets.viewer import Viewer
from console.sync.client import pipe
from console.sync.client.freight import Download
from console.tickets.widgets.context import Context
from console.ui.rows import row_at
from console.ui.theme import Theme
from tests.parts.acts import note, reply
from tests.parts.blobs import Sample, put
from tests.parts.console import Console
from tests.tickets.widgets.test_page import Paged, buttons, texts
from tests.ui.test_pictures import drawn

pytestmark = pytest.mark.anyio
Key, Mod, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


@pytest.fixture
async def paged(console: Console, theme: Theme, qtbot: QtBot) -> Paged:
    return Paged(console, theme, qtbot)


# -- files


async def brought(paged: Paged, sample: Sample) -> Attachment:
    """A file on the newest message that is on this desk."""
    put(paged.console.office, paged.console.shop, sample)
    paged.case.hear("see", attachments=(sample.attachment,), at=paged.console.clock.now())
    paged.console.pull()
    paged.open()
    keep(paged, sample)
    await paged.turn()
    await paged.turn()
    return sample.attachment


def keep(paged: Paged, sample: Sample) -> None:
    """Have a file of the newest message in the cache, as the engine brings it."""
    files = paged.console.replica.files
    files.begin(Download(sample.id, "message", paged.opened.timeline.messages[-1].id))
    files.add(sample.id, sample.data)
    files.finish(sample.id)
    size = len(sample.data)
    paged.console.local.hear(pipe.Transfer(sample.id, "down", size, size))


def viewer(paged: Paged) -> Viewer:
    (found,) = [v for v in paged.page.findChildren(Viewer) if v.isVisible()]
    return found


async def test_a_text_is_looked_at_and_closed_by_key(paged: Paged) -> None:
    sample = Sample("Grüße <b>x</b>".encode(), "note.txt", "text/plain")
    file = await brought(paged, sample)
    paged.page.files.want(paged.opened.timeline.messages[-1], file)
    await paged.turn()
    shown = viewer(paged)
    (text,) = [t for t in shown.findChildren(QPlainTextEdit) if t.isVisible()]
    assert (shown.windowTitle(), text.toPlainText()) == ("note.txt", "Grüße <b>x</b>")
    QTest.keyClick(text, Key.Key_Escape)
    assert not shown.isVisible()


async def test_a_picture_is_looked_at_and_small_on_its_chip(paged: Paged) -> None:
    sample = Sample(drawn("png", 300, 200), "photo.png", "image/png")
    file = await brought(paged, sample)
    thumb = paged.page.timeline._painter.thumbs[file.id]
    assert thumb.width() == thumb.height() > 0
    paged.page.files.want(paged.opened.timeline.messages[-1], file)
    await paged.turn()
    shown = viewer(paged)
    assert "300 × 200" in " ".join(texts(shown))
    shown.close()


async def test_what_is_no_picture_says_so(paged: Paged) -> None:
    sample = Sample(b"<svg onload=x>", "photo.png", "image/png")
    file = await brought(paged, sample)
    paged.page.files.look(file)
    await paged.turn()
    shown = viewer(paged)
    page = shown.findChild(QStackedWidget).currentWidget()
    assert page.accessibleName().startswith("This file is no picture")
    shown.close()


async def test_a_file_that_can_run_is_asked_about_before_it_is_saved(paged: Paged) -> None:
    file = await brought(paged, Sample(b"MZ", "setup\u202efdp.exe", "application/pdf"))
    paged.page.files.want(paged.opened.timeline.messages[-1], file)
    assert paged.page.question.asked.text() == "Save setupfdp.exe?"
    assert paged.page.findChildren(QFileDialog) == []
    paged.click("Do not save", paged.page.question)
    assert paged.page.findChildren(QFileDialog) == []
    paged.page.files.want(paged.opened.timeline.messages[-1], file)
    paged.click("Save as…", paged.page.question)
    (dialog,) = paged.page.findChildren(QFileDialog)
    dialog.reject()


async def test_the_question_goes_with_its_ticket(paged: Paged) -> None:
    paged.open()
    paged.page.timeline.link_wanted.emit("https://evil.test/")
    assert paged.page.question.isVisible()
    (other,) = paged.console.cases("Another")
    paged.opened.open(other.id)
    assert not paged.page.question.isVisible()


async def test_the_source_is_fetched_and_then_shown(paged: Paged) -> None:
    sample = Sample(b"From: Lena\n\nHello", "mail.eml", "message/rfc822")
    put(paged.console.office, paged.console.shop, sample)
    paged.case.hear("Hello", source=sample.attachment, at=paged.console.clock.now())
    paged.console.pull()
    paged.open()
    said: list[str] = []
    paged.page.done.connect(said.append)
    paged.page.timeline.want_source()
    assert said == ["The original is being fetched."]
    keep(paged, sample)
    await paged.turn()
    shown = viewer(paged)
    (text,) = [t for t in shown.findChildren(QPlainTextEdit) if t.isVisible()]
    assert text.toPlainText() == "From: Lena\n\nHello"
    shown.close()


async def test_without_a_source_what_was_kept_is_shown(paged: Paged) -> None:
    paged.case.hear("Hello", html="<p>Hello</p>", at=paged.console.clock.now())
    paged.console.pull()
    paged.open().page.timeline.want_source()
    shown = viewer(paged)
    (text,) = [t for t in shown.findChildren(QPlainTextEdit) if t.isVisible()]
    assert text.toPlainText() == "<p>Hello</p>"
    shown.close()


# -- lanes


async def test_one_lane_and_all_again(paged: Paged) -> None:
    paged.page.show_lane("internal")
    assert paged.opened.timeline.filter == "all", "nothing is open"
    paged.open().page.show_lane("orders")
    assert paged.opened.timeline.filter == "orders"


# -- the cards beside it


async def test_what_came_since_the_last_answer_leads_to_its_message(paged: Paged) -> None:
    console = paged.console
    ben = console.actor(console.ben)
    console.office.run(ben, reply(paged.case.conversation_id, "Hello"))
    console.clock.advance(60)
    console.office.run(ben, note(paged.case.conversation_id, "Ask <b>Marta</b>"))
    console.pull()
    paged.open()
    paged.context.message_wanted.connect(paged.opened.timeline.show_message)
    said = texts(paged.context)
    assert {"SINCE THE LAST ANSWER", "NOTES"} <= set(said)
    assert "Ask <b>Marta</b>" in said
    wanted = [b for b in buttons(paged.context) if b.accessibleName() == "Ben Ode"]
    QTest.mouseClick(wanted[0], Left)
    QApplication.processEvents()
    item = row_at(paged.page.timeline.currentIndex())
    assert item.message.body == "Ask <b>Marta</b>"


async def test_cards_tell_how_they_are_put(paged: Paged, theme: Theme, qtbot: QtBot) -> None:
    paged.open()
    told: list[str] = []
    paged.context.arranged.connect(told.append)
    paged.context.focus_first()
    heading = paged.context.cards.first_heading()
    assert heading is not None
    QTest.keyClick(heading, Key.Key_Down, Mod.AltModifier)
    QTest.keyClick(heading, Key.Key_Space)
    assert told[-1] == "orders,-customer,changes,notes,others"
    again = Context(theme, paged.console.clock, told[-1])
    qtbot.addWidget(again)
    assert again.cards.arrangement == told[-1]
