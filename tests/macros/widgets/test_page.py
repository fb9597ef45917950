"""The page of macros: written by keyboard, said when something is wrong, read out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from console.fields.model import Content as Field
from console.macros.viewmodel.editing import Editing
from console.macros.viewmodel.shelf import Shelf
from console.macros.widgets.page import MacrosPage
from console.people.viewmodel import Directory
from console.tickets.model import Status
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.parts.console import Console
from tests.tickets.widgets.test_fields import put

pytestmark = pytest.mark.anyio
Key, Mod = Qt.Key, Qt.KeyboardModifier


class Paged:
    """The page at Ana's console."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.console, self.slots = console, Slots()
        self.shelf = Shelf(console.local)
        self.editing = Editing(console.local, Directory(console.local), self.shelf)
        self.page = MacrosPage(self.editing, self.slots, theme)
        self.done: list[object] = []
        self.page.done.connect(self.done.append)
        qtbot.addWidget(self.page)
        self.page.resize(1100, 800)
        self.page.show()
        self.page.activateWindow()

    async def turn(self) -> None:
        await self.console.settled(self.slots)
        QApplication.processEvents()

    async def save(self) -> None:
        QTest.keyClick(self.page, Key.Key_S, Mod.ControlModifier)
        await self.turn()


@pytest.fixture
async def paged(console: Console, theme: Theme, qtbot: QtBot) -> Paged:
    return Paged(console, theme, qtbot)


async def test_a_macro_is_written_by_keyboard(paged: Paged) -> None:
    page, form = paged.page, paged.page.form
    QTest.keyClick(page.new, Key.Key_Space)
    assert form.name.hasFocus()
    QTest.keyClicks(form.name, "Late")
    QTest.keyClick(form.name, Key.Key_Tab)
    QTest.keyClicks(form.shortcut, "late")
    QTest.keyClicks(form.text, "Sorry")
    QTest.keyClicks(form.add_tags, "Lost Parcel, vip")
    form.status.click()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), "solve")
    QTest.keyClick(popup.focusWidget(), Key.Key_Return)
    await paged.save()
    (macro,) = paged.shelf.macros
    content = macro.content
    assert (content.name, content.shortcut, content.text) == ("Late", "late", "Sorry")
    assert content.deeds.add_tags == ("lost-parcel", "vip")
    assert content.deeds.status == Status.SOLVED
    assert len(paged.done) == 1
    assert page.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Late Only me"


async def test_a_placeholder_is_put_in_from_the_list(paged: Paged) -> None:
    paged.page.new.click()
    form = paged.page.form
    QTest.keyClicks(form.text, "Dear ")
    form.insert.click()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), "order.number")
    QTest.keyClick(popup.focusWidget(), Key.Key_Return)
    assert form.text.toPlainText() == "Dear {order.number}"
    assert len(form.text.extraSelections()) == 1


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(paged: Paged) -> None:
    paged.page.new.click()
    form = paged.page.form
    QTest.keyClicks(form.text, "Sorry")
    await paged.save()
    told = [label.text() for label in form.findChildren(QLabel) if label.isVisible()]
    assert "Give the macro a name of at most 80 characters." in told
    assert form.text.toPlainText() == "Sorry"
    assert paged.done == []


async def test_every_field_has_a_name_and_escape_leaves(paged: Paged) -> None:
    left: list[None] = []
    paged.page.left.connect(lambda: left.append(None))
    paged.page.new.click()
    form = paged.page.form
    for field in (
        form.name,
        form.shortcut,
        form.text,
        form.add_tags,
        form.remove_tags,
        form.status,
    ):
        assert field.accessibleName()
    QTest.keyClick(form.name, Key.Key_Escape)
    assert left == [None]


async def test_a_macro_gives_a_field_a_value_or_leaves_it_again(paged: Paged) -> None:
    put(paged.console, Field(name="Refund", type="number"))
    paged.page.new.click()
    form = paged.page.form
    QTest.keyClicks(form.name, "Refunded")

    def choose(*typed: str) -> None:
        form.fields.click()
        for words in typed:
            popup = QApplication.activePopupWidget()
            assert popup is not None
            QTest.keyClicks(popup.focusWidget(), words)
            QTest.keyClick(popup.focusWidget(), Key.Key_Return)

    assert form.fields.text() == "Fields stay"
    choose("refund", "much")
    assert form.fields.text() == "Fields stay", "that is no number"
    choose("refund", "12.5")
    assert form.fields.text() == "Refund: 12.5"
    await paged.save()
    (macro,) = paged.shelf.macros
    assert list(macro.content.deeds.fields.values()) == [12.5]
    choose("refund", "")
    assert form.fields.text() == "Fields stay"
