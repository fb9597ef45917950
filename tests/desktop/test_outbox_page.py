"""The page of unsettled actions: by keyboard alone, read out, and through the whole program."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console.desktop.outbox_page import _STATES, OutboxPage
from console.desktop.settings import Settings
from console.desktop.workspace import Workspace
from console.people.model import User
from console.sync.client.outbox import Entry, State
from console.tickets.records import Assign
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.desktop.conftest import Shop, open_shop, to_work
from tests.parts.acts import Case, act, reply
from tests.parts.console import Console
from tests.parts.seat import PASSPHRASE, Seat, said, sit_down
from tests.screens import looks


class Desk:
    """Ana's workspace with the outbox in front; Ben was everywhere before her."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot, folder: Path) -> None:
        self.console = console
        self.slots = Slots()
        self.case: Case = console.case("Cup <b>and</b> saucer")
        console.pull()
        settings = Settings(folder)
        settings.undo_s = 0  # what is sent is not waited for
        self.workspace = Workspace(console.local, settings, theme, console.clock, self.slots)
        self.workspace.current.read_timer.setInterval(3_600_000)  # nobody reads anything here
        qtbot.addWidget(self.workspace)
        self.workspace.resize(1280, 800)
        self.workspace.show()
        self.workspace.activateWindow()
        self.workspace.show_ticket(self.case.ticket.id)

    @property
    def page(self) -> OutboxPage:
        return self.workspace.outbox

    async def turn(self) -> None:
        await self.console.settled(self.slots)
        QApplication.processEvents()

    async def write(self, text: str) -> None:
        """Ana answers the buyer."""
        self.workspace.page.write("buyer")
        self.workspace.page.composer.editor.insertPlainText(text)
        self.workspace.page.send(False)
        await self.turn()

    async def refused(self, text: str = "My answer") -> None:
        """Ana answers what Ben has answered, and goes to see what became of it."""
        await self.write(text)
        ben = self.console.actor(self.console.ben)
        self.console.office.run(ben, reply(self.case.conversation_id, "Ben's answer"))
        await self.console.push()
        await self.turn()
        self.workspace.show_outbox()
        QApplication.processEvents()

    def press(self, key: Qt.Key) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key)
        QApplication.processEvents()

    def buttons(self) -> list[QPushButton]:
        """The ways out that are offered, in their order."""
        QApplication.processEvents()
        found = self.page.matter.findChildren(QPushButton)
        return [button for button in found if button.isVisible()]

    async def click(self, text: str) -> None:
        (button,) = [b for b in self.buttons() if b.text() == text]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        await self.turn()


@pytest.fixture
async def desk(
    console: Console, theme: Theme, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    desk = Desk(console, theme, qtbot, tmp_path_factory.mktemp("settings"))
    yield desk
    await desk.workspace.end()


@pytest.mark.anyio
async def test_mine_and_theirs_stand_side_by_side(desk: Desk) -> None:
    await desk.refused("Mine.\n" * 60)
    matter = desk.page.matter
    assert matter.mine.toPlainText().count("Mine.") == 60
    assert matter.mine.toPlainText().startswith("You · ")
    assert matter.theirs.toPlainText().startswith("Ben Ode · ")
    assert matter.theirs.toPlainText().endswith("Ben's answer")
    assert matter.mine.isReadOnly()
    assert matter.mine.verticalScrollBar().maximum() > 0, "longer than the page: it scrolls"
    assert list(looks.cut(desk.workspace, elides=True)) == []
    assert list(looks.stray(desk.page)) == []


@pytest.mark.anyio
async def test_everything_has_a_name_and_the_list_says_it_all(desk: Desk) -> None:
    await desk.refused()
    assert list(looks.unnamed(desk.page)) == []
    names = [button.accessibleName() for button in desk.buttons()]
    assert names[0] == "Send anyway: Reply to Lena Braun"
    index = desk.page.list.model().index(0, 0)
    number = desk.case.ticket.number
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == (
        f"Reply to Lena Braun, #{number} Cup <b>and</b> saucer,"
        " Needs you: a colleague answered meanwhile"
    )


@pytest.mark.anyio
async def test_by_keyboard_alone_to_every_text_and_way(desk: Desk) -> None:
    await desk.refused()
    assert QApplication.focusWidget() is desk.page.list
    found = []
    for _ in range(8):
        desk.press(Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        found.append(here.accessibleName() if here else "")
    about = "Reply to Lena Braun"
    ways = ["Send anyway", "Edit", "Copy text", "Open ticket", "Discard"]
    assert found[:7] == ["Yours", "There now", *(f"{way}: {about}" for way in ways)]


@pytest.mark.anyio
async def test_enter_goes_to_the_ways_and_pressing_one_takes_it(desk: Desk) -> None:
    await desk.refused()
    desk.workspace.enter()
    here = QApplication.focusWidget()
    assert isinstance(here, QPushButton)
    assert here.text() == "Send anyway"
    desk.press(Qt.Key.Key_Space)
    await desk.turn()
    assert QApplication.focusWidget() is desk.page.list, "the keyboard does not go with the button"
    assert [entry.state for entry in desk.console.local.entries.values()] == ["queued"]
    await desk.console.push()
    assert desk.case.ticket.snippet == "My answer"
    assert desk.page._empty.isVisible()


@pytest.mark.anyio
async def test_editing_leads_to_the_composer(desk: Desk) -> None:
    await desk.refused()
    await desk.click("Edit")
    editor = desk.workspace.page.composer.editor
    assert editor.isVisible()
    assert editor.hasFocus()
    assert editor.toPlainText() == "My answer"
    assert desk.console.local.entries == {}


@pytest.mark.anyio
async def test_a_note_begun_there_stands_in_the_way_and_is_said(desk: Desk) -> None:
    await desk.refused()
    desk.workspace.page.write("internal")
    QTest.keyClicks(desk.workspace.page.composer.editor, "He lies.")
    await desk.click("Edit")
    assert desk.page.isVisible()
    assert any("send or clear it, then edit this" in text for text in _said(desk))
    assert [e.state for e in desk.console.local.entries.values()] == ["rejected"]
    assert desk.workspace.page.composer.editor.toPlainText() == "He lies."


def _said(desk: Desk) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [w.text() for w in desk.workspace.toast.findChildren(QLabel) if w.isVisible()]


@pytest.mark.anyio
async def test_copying_says_so_and_discarding_is_taken_back(desk: Desk) -> None:
    await desk.refused()
    await desk.click("Copy text")
    assert QGuiApplication.clipboard().text() == "My answer"
    assert _said(desk) == ["Copied"]
    await desk.click("Discard")
    assert desk.console.local.entries == {}
    assert _said(desk) == ["Discarded: Reply to Lena Braun"]
    desk.workspace.undo()
    await desk.turn()
    assert [e.state for e in desk.console.local.entries.values()] == ["rejected"]
    assert desk.buttons()[0].text() == "Send anyway"


@pytest.mark.anyio
async def test_keys_move_along_the_actions_and_ticket_commands_are_about_theirs(desk: Desk) -> None:
    other = desk.console.case("Other", email="other@mail.test", name="Other Buyer")
    desk.console.pull()
    await desk.write("first")
    await desk.workspace.triage.take(other.ticket.id)
    desk.workspace.show_outbox()
    desk.workspace.step(-1)
    assert desk.page.ticket_id == desk.case.ticket.id
    for _ in range(2):
        desk.workspace.step(1)
    assert desk.page.ticket_id == other.ticket.id
    assert desk.workspace.opened.ticket_id == desk.case.ticket.id
    (note,) = [a for a in desk.workspace.actions() if a.text() == "Internal note"]
    note.trigger()
    assert desk.workspace.opened.ticket_id == other.ticket.id
    assert desk.workspace.page.composer.editor.hasFocus()
    await desk.turn()


@pytest.mark.anyio
async def test_what_is_not_a_message_has_nothing_to_copy_or_edit(desk: Desk) -> None:
    ticket, ben = desk.case.ticket.id, desk.console.ben
    await desk.workspace.triage.take(ticket)
    desk.console.office.run(desk.console.actor(ben), act(ticket, Assign(assignee_id=ben.id)))
    await desk.console.push()
    desk.workspace.show_outbox()
    assert [b.text() for b in desk.buttons()] == ["Do it anyway", "Open ticket", "Discard"]
    assert desk.page.matter.theirs.toPlainText() == "Ben Ode has it."
    await desk.click("Open ticket")
    assert desk.workspace.split.isVisible()
    assert desk.workspace.opened.ticket_id == ticket


def test_every_state_has_words_and_an_icon() -> None:
    from typing import get_args

    assert set(_STATES) == set(get_args(State))


# -- the whole program


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[tuple[Shop, User]]:
    """The shop, with a colleague."""
    with open_shop(tmp_path) as shop:
        yield shop, shop.server.add_user("Ben Ode", teams=("Europe",))


@pytest.mark.usefixtures("qapp")
def test_a_stale_reply_is_read_edited_and_sent(busy: tuple[Shop, User]) -> None:
    shop, ben = busy

    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        workspace, local = seat.workspace, seat.desk.local
        assert local is not None
        workspace.program.toggle_offline()
        await seat.at_work("offline")
        await seat.press("R")
        await seat.type("From Ana")
        await seat.press("Ctrl+Return")
        await seat.until(lambda: local.entries, "it to be queued")
        state = workspace.opened.state
        assert state is not None
        core = shop.server.core
        actor = shop.server.call(core.actor(shop.server.token(ben)))
        shop.server.execute(actor, reply(state.ticket.conversation_id, "From Ben"))
        workspace.program.toggle_offline()
        await seat.until(lambda: _states(local.entries) == ["rejected"], "the refusal")
        await seat.press("Esc")
        await seat.press("G, O")
        theirs = workspace.outbox.matter.theirs
        await seat.until(lambda: "From Ben" in theirs.toPlainText(), "Ben's answer beside it")
        assert "Reply to Parcel Buyer was not sent: a colleague answered meanwhile." in said()
        await seat.click("Edit")
        editor = workspace.page.composer.editor
        await seat.until(editor.hasFocus, "the caret in the composer")
        assert editor.toPlainText() == "From Ana"
        await seat.type(", who has read Ben")
        await seat.press("Ctrl+Return")
        await seat.until(lambda: editor.toPlainText() == "", "it to be on its way")
        await seat.settled()

    sit_down(shop.options, work)
    sent = [body for body in shop.bodies() if "From " in body]
    assert ["From Ben" in sent[0], "From Ana, who has read Ben" in sent[1]] == [True, True]
    assert len(sent) == 2


def _states(entries: dict[UUID, Entry]) -> list[str]:
    return [entry.state for entry in entries.values()]
