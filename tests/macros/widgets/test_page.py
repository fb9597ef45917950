"""The page of macros: written by keyboard, said when something is wrong, read out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from console.fields.model import Content as Field
from console.macros.viewmodel.editing import Editing
from console.macros.viewmodel.shelf import Shelf
from console.macros.widgets.page import MacrosPage
from console.people.viewmodel import Directory
from console.tickets.model import Status
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.parts.chooser import Chosen
from tests.parts.console import Console
from tests.tickets.widgets.test_fields import put

pytestmark = pytest.mark.anyio
Key, Mod = Qt.Key, Qt.KeyboardModifier


class Paged(Chosen[MacrosPage]):
    """The page at Ana's console."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        slots = Slots()
        self.shelf = Shelf(console.local)
        self.editing = Editing(console.local, Directory(console.local), self.shelf)
        super().__init__(console, slots, MacrosPage(self.editing, slots, theme), qtbot)


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
    paged.pick("solve")
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
    paged.pick("order.number")
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
            paged.pick(words)

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
