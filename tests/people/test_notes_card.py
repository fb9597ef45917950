"""The card of customer notes: written, changed, deleted and kept with their customer."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.people.model import MAX_NOTE_CHARS, Party
from console.people.viewmodel import Directory, PartyNotes
from console.people.widgets import NotesCard
from console.tickets.server.erasure import erase_ticket
from console.ui.slots import Slots
from console.ui.theme import THEMES, Theme
from tests.parts.console import Console
from tests.people.test_notes import note

pytestmark = pytest.mark.anyio
Key, Mod = Qt.Key, Qt.KeyboardModifier


class Carded:
    """The card over the customer of one of Ana's cases."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.console, self.slots = console, Slots()
        self.case = console.case()
        self.other = console.case(email="other@mail.test", name="Omar")
        console.pull()
        self.directory = Directory(console.local)
        self.card = NotesCard(PartyNotes(console.local, self.directory), self.slots, theme)
        self.left: list[None] = []
        self.card.left.connect(lambda: self.left.append(None))
        qtbot.addWidget(self.card)
        self.card.resize(280, 600)
        self.show(self.party(self.case.ticket.requester_id))
        self.card.activateWindow()

    def party(self, party_id: object) -> Party:
        found = self.directory.party(party_id)
        assert found is not None
        return found

    def show(self, party: Party | None) -> None:
        self.card.show_party(party)
        QApplication.processEvents()

    async def turn(self) -> None:
        await self.console.settled(self.slots)
        QApplication.processEvents()

    async def write(self, text: str) -> None:
        QTest.keyClicks(self.card.editor, text)
        QTest.keyClick(self.card.editor, Key.Key_Return, Mod.ControlModifier)
        await self.turn()

    def said(self) -> list[str]:
        labels = self.card.findChildren(QLabel)
        return [label.text() for label in labels if label.isVisibleTo(self.card)]

    def buttons(self, name: str) -> list[QPushButton]:
        found = self.card.findChildren(QPushButton)
        return [b for b in found if b.accessibleName() == name and b.isVisibleTo(self.card)]


@pytest.fixture
async def carded(console: Console, theme: Theme, qtbot: QtBot) -> Carded:
    return Carded(console, theme, qtbot)


async def test_a_note_is_written_changed_and_deleted(carded: Carded) -> None:
    card = carded.card
    card.add.click()
    assert card.editor.hasFocus()
    await carded.write("Calls on Mondays")
    assert "Calls on Mondays" in carded.said()
    assert not card.writing.isVisible()
    (change,) = carded.buttons("Change the note")
    change.click()
    assert card.editor.toPlainText() == "Calls on Mondays"
    card.editor.selectAll()
    await carded.write("Calls daily")
    said = carded.said()
    assert "Calls daily" in said
    assert any(words.startswith("changed ") for words in said)
    (delete,) = carded.buttons("Delete the note")
    delete.click()
    await carded.turn()
    assert "Calls daily" not in carded.said()


async def test_what_is_wrong_is_said_and_stays(carded: Carded) -> None:
    carded.card.begin()
    await carded.write(" ")
    assert "Write something first, or cancel." in carded.said()
    carded.card.editor.setPlainText("x" * (MAX_NOTE_CHARS + 1))
    carded.card.save()
    await carded.turn()
    assert "A note has at most 2,000 characters: shorten it." in carded.said()
    assert len(carded.card.editor.toPlainText()) == MAX_NOTE_CHARS + 1
    assert carded.console.local.entries == {}


async def test_what_is_begun_stays_with_its_customer(carded: Carded) -> None:
    card = carded.card
    card.begin()
    QTest.keyClicks(card.editor, "half a thou")
    QTest.keyClick(card.editor, Key.Key_Escape)
    assert carded.left == [None]
    carded.show(carded.party(carded.other.ticket.requester_id))
    assert not card.writing.isVisible()
    carded.show(carded.party(carded.case.ticket.requester_id))
    assert card.writing.isVisible()
    assert card.editor.toPlainText() == "half a thou"
    card._cancel.click()
    carded.show(carded.party(carded.other.ticket.requester_id))
    carded.show(carded.party(carded.case.ticket.requester_id))
    assert not card.writing.isVisible()
    carded.show(None)
    assert card.isHidden()


async def test_half_a_note_outlives_a_change_of_another_and_a_restart(
    carded: Carded, theme: Theme, qtbot: QtBot
) -> None:
    card = carded.card
    card.begin()
    await carded.write("Calls on Mondays")
    card.begin()
    QTest.keyClicks(card.editor, "half a thou")
    carded.buttons("Change the note")[0].click()
    card._cancel.click()
    assert card.editor.toPlainText() == "half a thou"
    console = carded.console
    await console.settled(carded.slots)
    await console.reopen()
    notes = PartyNotes(console.local, Directory(console.local))
    again = NotesCard(notes, carded.slots, theme)
    qtbot.addWidget(again)
    party = Directory(console.local).party(carded.case.ticket.requester_id)
    again.show_party(party)
    assert again.editor.toPlainText() == "half a thou"


async def test_half_a_note_goes_with_its_customer(carded: Carded) -> None:
    card = carded.card
    card.begin()
    QTest.keyClicks(card.editor, "half a thou")
    party_id = carded.case.ticket.requester_id
    assert card.notes.typed(party_id) == "half a thou"
    carded.console.office.write(lambda tx: erase_ticket(tx, carded.case.ticket))
    carded.console.pull()
    assert card.notes.typed(party_id) == ""


async def test_a_colleagues_note_has_no_buttons_and_every_theme_draws_it(
    carded: Carded, theme: Theme
) -> None:
    note(carded.case, carded.console.actor(carded.console.ben), "<b>Careful</b>")
    carded.console.pull()
    for name in THEMES:
        theme.use(name)
        QApplication.processEvents()
        assert "<b>Careful</b>" in carded.said(), "it is text"
        assert carded.buttons("Change the note") == carded.buttons("Delete the note") == []
