"""The card of custom fields: values typed and picked where they stand, wrong ones kept and told."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.fields.model import Content, CustomField, FieldType, Option, checked
from console.fields.records import FIELD
from console.fields.viewmodel.shelf import Fields
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from console.people.viewmodel import Directory
from console.tickets.model import Ticket
from console.tickets.viewmodel.triage import Triage
from console.tickets.widgets.fields import FieldsCard
from console.ui import words
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Elided
from tests.parts.console import Console
from tests.tickets.widgets.test_page import texts

pytestmark = pytest.mark.anyio
Key, Left = Qt.Key, Qt.MouseButton.LeftButton
KINDS: tuple[FieldType, ...] = ("text", "number", "date", "yesno", "choice")


def put(console: Console, *contents: Content) -> list[CustomField]:
    """Fields that are there, in this order."""
    made = [
        CustomField(id=new_id(), content=checked(content), position=place)
        for place, content in enumerate(contents)
    ]
    console.office.write(lambda tx: [tx.record(FIELD, field, org_scopes()) for field in made])
    console.pull()
    return made


class Carded:
    """The card over two tickets of Ana's, one field of each type on it."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.console, self.slots = console, Slots()
        options = (Option("Late"), Option("Lost & found"))
        self.made = dict(
            zip(
                KINDS,
                put(console, *(Content(name=k.title(), type=k, options=options) for k in KINDS)),
                strict=True,
            )
        )
        self.first, self.second = console.cases("one", "two")
        self.fields = Fields(console.local)
        self.triage = Triage(console.local, Directory(console.local))
        self.card = FieldsCard(self.fields, theme)
        self.left: list[None] = []
        self.card.left.connect(lambda: self.left.append(None))
        self.card.given.connect(
            lambda ticket, field, value: self.slots.start(
                self.triage.set_field(ticket, field, value), "field"
            )
        )
        qtbot.addWidget(self.card)
        self.card.resize(300, 400)
        self.show(self.first)
        self.card.show()
        self.card.activateWindow()

    def show(self, ticket: Ticket) -> None:
        now = self.triage.ticket(ticket.id)
        assert now is not None
        self.card.show_ticket(now)

    def editor(self, kind: FieldType) -> QWidget:
        return self.card._rows[self.made[kind].id].editor

    def line(self, kind: FieldType) -> QLineEdit:
        found = self.editor(kind)
        assert isinstance(found, QLineEdit)
        return found

    def type(self, kind: FieldType, text: str, key: Qt.Key = Key.Key_Return) -> None:
        line = self.line(kind)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Key.Key_Delete)
        QTest.keyClicks(line, text)
        QTest.keyClick(line, key)

    async def turn(self) -> None:
        await self.console.settled(self.slots)
        QApplication.processEvents()
        self.show(self.first)

    def values(self, ticket: Ticket | None = None) -> dict[str, object]:
        now = self.triage.ticket((ticket or self.first).id)
        assert now is not None
        names = {field.id: kind for kind, field in self.made.items()}
        return {names[key]: value for key, value in now.fields.items()}


@pytest.fixture
async def carded(console: Console, theme: Theme, qtbot: QtBot) -> Carded:
    return Carded(console, theme, qtbot)


async def test_a_date_reads_as_the_language_writes_it_and_is_typed_as_it_is_kept(
    carded: Carded,
) -> None:
    carded.type("number", "1250.5")
    carded.type("date", "2026-11-30", Key.Key_Tab)
    await carded.turn()
    assert carded.values() == {"date": "2026-11-30", "number": 1250.5}
    assert (carded.line("date").text(), carded.line("number").text()) == ("30 Nov 2026", "1,250.5")
    carded.line("date").setFocus()
    assert carded.line("date").text() == "2026-11-30"
    QTest.keyClick(carded.line("date"), Key.Key_Escape)
    carded.line("text").setFocus()
    await carded.turn()
    assert carded.line("date").text() == "30 Nov 2026"
    here = words.english()
    words.use(words.Manner(**{**vars(here), "month_first": True}))
    try:
        carded.show(carded.second)
        carded.show(carded.first)
        assert carded.line("date").text() == "Nov 30, 2026"
    finally:
        words.use(here)
    assert carded.values()["date"] == "2026-11-30"


async def test_values_are_typed_and_picked_by_keyboard(carded: Carded) -> None:
    carded.type("text", "lost  parcel")
    carded.type("number", "1,250.5")
    carded.type("date", "30.11.2026", Key.Key_Tab)
    for kind, typed in (("yesno", "yes"), ("choice", "found")):
        QTest.keyClick(carded.editor(kind), Key.Key_Space)
        popup = QApplication.activePopupWidget()
        assert popup is not None
        QTest.keyClicks(popup.focusWidget(), typed)
        QTest.keyClick(popup.focusWidget(), Key.Key_Return)
    await carded.turn()
    assert carded.values() == {
        "text": "lost parcel", "number": 1250.5, "date": "2026-11-30", "yesno": True, "choice": "2",
    }  # fmt: skip
    choice = carded.editor("choice")
    assert isinstance(choice, QPushButton)
    assert (choice.text(), choice.accessibleName()) == ("Lost && found", "Choice: Lost & found")
    assert carded.line("date").text() == "30 Nov 2026"
    carded.type("number", "")
    await carded.turn()
    assert "number" not in carded.values()


async def test_what_is_wrong_is_said_and_kept_until_it_is_mended(carded: Carded) -> None:
    carded.type("number", "many")
    await carded.turn()
    wrong = "Number takes a number such as 1,250.5, of at most 15 digits."
    assert wrong in texts(carded.card)
    assert carded.line("number").hasFocus()
    assert carded.line("number").accessibleDescription() == wrong
    carded.show(carded.second)
    assert carded.line("number").text() == ""
    assert wrong not in texts(carded.card)
    carded.show(carded.first)
    assert carded.line("number").text() == "many", "it stays with its ticket"
    assert wrong in texts(carded.card)
    carded.type("number", "7")
    await carded.turn()
    assert wrong not in texts(carded.card)
    assert carded.values() == {"number": 7.0}


async def test_escape_takes_back_what_is_typed_and_leaves(carded: Carded) -> None:
    carded.type("text", "something", Key.Key_Escape)
    assert (carded.line("text").text(), carded.left) == ("", [None])
    await carded.turn()
    assert carded.values() == {}


async def test_what_is_typed_outlives_news_and_goes_to_its_own_ticket(carded: Carded) -> None:
    line = carded.line("text")
    line.setFocus()
    QTest.keyClicks(line, "half a w")
    carded.show(carded.first)
    assert line.text() == "half a w"
    QTest.keyClicks(line, "ord")
    carded.line("number").setFocus()
    carded.show(carded.second)
    await carded.console.settled(carded.slots)
    assert (carded.values(), carded.values(carded.second)) == ({"text": "half a word"}, {})


async def test_what_is_typed_is_there_after_a_restart(
    carded: Carded, theme: Theme, qtbot: QtBot
) -> None:
    for kind, text in (("number", "many"), ("text", "half a w")):
        carded.line(kind).setFocus()
        QTest.keyClicks(carded.line(kind), text)
    console = carded.console
    await console.settled(carded.slots)
    await console.reopen()
    card = FieldsCard(Fields(console.local), theme)
    qtbot.addWidget(card)
    card.show_ticket(carded.first)
    shown = {kind: card._rows[field.id] for kind, field in carded.made.items()}
    assert [shown[kind].editor.text() for kind in ("text", "number")] == ["half a w", "many"]
    assert shown["number"].wrong.text().startswith("Number takes a number")
    assert shown["text"].wrong.text() == ""


async def test_the_card_shows_what_its_team_has(carded: Carded) -> None:
    team = carded.console.team.id
    others, must = put(
        carded.console,
        Content(name="Elsewhere", teams=(carded.console.office.write(_team),)),
        Content(name="Must", required=True, teams=(team,)),
    )
    QApplication.processEvents()  # what joins a visible card is shown a turn later
    shown = [e.text() for e in carded.card.findChildren(Elided) if e.isVisibleTo(carded.card)]
    assert "Must" in shown
    assert "Elsewhere" not in shown
    assert carded.card.focus_field(must.id)
    assert not carded.card.focus_field(others.id)
    spoken = carded.card._rows[must.id].editor.accessibleName()
    assert spoken == "Must, required"


def _team(tx: object) -> object:
    from console.people.server.accounts import ensure_team

    return ensure_team(tx, "Asia").id


async def test_without_fields_there_is_no_card(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    card = FieldsCard(Fields(console.local), theme)
    qtbot.addWidget(card)
    (ticket,) = console.cases("one")
    card.show_ticket(ticket)
    assert card.isHidden()
    put(console, Content(name="Sum", type="number"))
    assert not card.isHidden()
