"""The page of custom fields: written by keyboard, said when something is wrong, read out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from console.fields.model import MAX_OPTIONS
from console.fields.viewmodel.editing import Editing
from console.fields.viewmodel.shelf import Fields
from console.fields.widgets.page import FieldsPage
from console.people.viewmodel import Directory
from console.sync.records import Accepted
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.fields.viewmodel.test_previews import lead
from tests.parts.chooser import Chosen
from tests.parts.console import TEAM, Console

pytestmark = pytest.mark.anyio
Key, Mod = Qt.Key, Qt.KeyboardModifier


class Paged(Chosen[FieldsPage]):
    """The page at Ana's console, who leads unless told."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot, *, leads: bool = True) -> None:
        if leads:
            lead(console)
        slots = Slots()
        self.fields = Fields(console.local)
        self.editing = Editing(console.local, Directory(console.local), self.fields)
        super().__init__(console, slots, FieldsPage(self.editing, slots, theme), qtbot)

    def lines(self) -> list[QLineEdit]:
        lines = self.page.form.options.findChildren(QLineEdit)
        return [line for line in lines if not line.isHidden()]  # others are about to be deleted


@pytest.fixture
async def paged(console: Console, theme: Theme, qtbot: QtBot) -> Paged:
    return Paged(console, theme, qtbot)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


async def test_a_choice_is_written_by_keyboard(paged: Paged) -> None:
    page, form = paged.page, paged.page.form
    QTest.keyClick(page.new, Key.Key_Space)
    assert form.name.hasFocus()
    QTest.keyClicks(form.name, "Reason")
    QTest.keyClick(form.kind, Key.Key_Space)
    paged.pick("choice")
    paged.lines()[0].setFocus()
    for name in ("Late", "Broken", "Other"):
        QTest.keyClicks(focused(), name)
        QTest.keyClick(focused(), Key.Key_Return)
    QTest.keyClick(paged.lines()[2], Key.Key_Up, Mod.AltModifier)
    QTest.keyClick(form.teams, Key.Key_Space)
    paged.pick(TEAM)
    QTest.keyClick(QApplication.activePopupWidget(), Key.Key_Escape)
    QTest.keyClick(form.required, Key.Key_Space)
    await paged.save()
    (field,) = paged.fields.all
    content = field.content
    assert [option.name for option in content.options] == ["Late", "Other", "Broken"]
    assert (content.name, content.required, content.active) == ("Reason", True, True)
    assert content.teams == (paged.console.team.id,)
    assert paged.done == ["Field “Reason” saved"]
    spoken = page.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Reason Choice of options"
    assert [type(o) for o in await paged.console.push()] == [Accepted]


async def test_an_option_is_renamed_and_keeps_its_key(paged: Paged) -> None:
    await test_a_choice_is_written_by_keyboard(paged)
    first = paged.lines()[0]
    first.selectAll()
    QTest.keyClicks(first, "Too late")
    paged.lines()[1].selectAll()
    QTest.keyClick(paged.lines()[1], Key.Key_Delete)
    await paged.save()
    (field,) = paged.fields.all
    assert [(o.key, o.name, o.gone) for o in field.content.options] == [
        ("1", "Too late", False), ("3", "Broken", False), ("2", "Other", True),
    ]  # fmt: skip
    assert not paged.page.form.kind.isEnabled(), "what it holds stays"


async def test_there_are_so_many_lines_and_no_more(paged: Paged) -> None:
    paged.page.new.click()
    form = paged.page.form
    form.kind.click()
    paged.pick("choice")
    paged.lines()[0].setFocus()
    for n in range(MAX_OPTIONS):
        QTest.keyClicks(focused(), f"o{n}")
        QTest.keyClick(focused(), Key.Key_Return)
    assert len(form.options.options) == len(paged.lines()) == MAX_OPTIONS


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(paged: Paged) -> None:
    paged.page.new.click()
    form = paged.page.form
    form.kind.click()
    paged.pick("choice")
    QTest.keyClicks(form.name, "Reason")
    await paged.save()
    told = [label.text() for label in form.findChildren(QLabel) if label.isVisible()]
    assert any(words.startswith("Give 1 to 60 options") for words in told)
    assert form.name.text() == "Reason"
    assert paged.done == []


async def test_fields_change_places_by_button(paged: Paged) -> None:
    for name in ("One", "Two"):
        paged.page.new.click()
        QTest.keyClicks(paged.page.form.name, name)
        await paged.save()
    paged.page._up.click()
    await paged.turn()
    assert [field.content.name for field in paged.fields.all] == ["Two", "One"]
    assert paged.page.list.currentIndex().row() == 0, "the chosen one is still chosen"
    paged.page._down.click()
    await paged.turn()
    assert [field.content.name for field in paged.fields.all] == ["One", "Two"]


async def test_who_may_not_reads_and_escape_leaves(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    paged = Paged(console, theme, qtbot)
    paged.page.new.click()
    QTest.keyClicks(paged.page.form.name, "Sum")
    await paged.save()
    reader = Paged(console, theme, qtbot, leads=False)
    assert reader.page.new.isEnabled(), "Ana leads by now"
    reader.editing.directory.users.clear()
    reader.editing.choose(reader.fields.all[0].id)
    assert not reader.page.new.isEnabled()
    form = reader.page.form
    assert form.name.isReadOnly()
    assert not form.required.isEnabled()
    told = [label.text() for label in form.findChildren(QLabel) if label.isVisible()]
    assert "Only those who lead teams change fields." in told
    left: list[None] = []
    reader.page.left.connect(lambda: left.append(None))
    QTest.keyClick(form.name, Key.Key_Escape)
    assert left == [None]
