"""Custom fields and customer notes at work: by keys, on the card, in filters, kept with the view."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from console.desktop.workspace import Workspace
from console.fields.model import column_of
from console.tickets.model import Status, View, ViewName
from console.tickets.widgets.filter_dialog import FilterDialog
from console.ui.theme import Theme
from console.views.model import Condition
from tests.desktop.at import At, once_more
from tests.parts.seat import press
from tests.screens.fielded import LENA, field_id, fill
from tests.screens.shop import Made
from tests.screens.stage import Scene


@pytest.fixture
def at(made: Made, theme: Theme) -> At:
    return At(made, theme)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def type_into_popup(words: str) -> None:
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), words)
    press("Return")


def value(shown: Workspace, name: str) -> object:
    state = shown.opened.state
    assert state is not None
    return state.ticket.fields.get(field_id(name))


def test_a_field_is_changed_by_keys_alone(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        await fill(scene)
        press("D")
        type_into_popup("claim")
        await scene.settle()
        assert isinstance(focused(), QLineEdit)
        QTest.keyClicks(focused(), "DHL-77")
        press("Return")
        await scene.settle()
        assert value(shown, "Claim number") == "DHL-77"
        press("Esc")
        await scene.settle()
        assert shown.page.timeline.hasFocus()
        press("Ctrl+Z")
        await scene.settle()
        assert value(shown, "Claim number") is None
        press("D")
        type_into_popup("carrier")
        await scene.settle()
        type_into_popup("no")
        await scene.settle()
        assert value(shown, "Carrier informed") is False

    at.work(work)


def test_solving_goes_to_the_field_that_is_missing(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        await fill(scene)
        field = shown.fields.field(field_id("Refund agreed"))
        assert field is not None
        await shown.triage.set_field(shown.opened.ticket_id, field, None)
        shown.list.setFocus()
        await scene.settle()
        press("E")
        await scene.settle()
        state = shown.opened.state
        assert state is not None
        assert state.ticket.status != Status.SOLVED
        assert "Fill in first: Refund agreed" in shown.toast._text.text()
        QTest.keyClicks(focused(), "12,50")
        press("Return")
        await scene.settle()
        assert value(shown, "Refund agreed") is None
        assert focused().accessibleDescription().startswith("Refund agreed takes a number")
        assert isinstance(focused(), QLineEdit)
        focused().selectAll()
        QTest.keyClicks(focused(), "12.50")
        press("Return")
        await scene.settle()
        assert value(shown, "Refund agreed") == 12.5
        press("Esc")
        press("E")
        await scene.settle()
        solved = shown.triage.ticket(scene.made.tickets[LENA])
        assert solved is not None
        assert solved.status == Status.SOLVED

    at.work(work)


def test_sending_and_solving_waits_for_the_field_and_loses_no_word(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        await fill(scene)
        field = shown.fields.field(field_id("Refund agreed"))
        assert field is not None
        await shown.triage.set_field(shown.opened.ticket_id, field, None)
        await scene.settle()
        before = len(shown.opened.timeline.messages)
        press("R")
        QTest.keyClicks(shown.page.composer.editor, "All done")
        press("Ctrl+Shift+Return")
        await scene.settle()
        assert len(shown.opened.timeline.messages) == before
        assert shown.opened.composer.state.text == "All done"
        assert "Fill in first: Refund agreed" in shown.opened.composer.state.problem
        assert isinstance(focused(), QLineEdit)

    at.work(work)


def test_many_get_a_typed_value(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        await fill(scene)
        shown.show_view(View(name=ViewName.ACTIVE))
        shown.list.setFocus()
        for keys in ("X", "J", "X", "D"):
            press(keys)
        type_into_popup("refund")
        type_into_popup("a lot")
        await scene.settle()
        ids = shown.queue.ids()[:2]

        def values() -> list[object]:
            found = [shown.triage.ticket(ticket_id) for ticket_id in ids]
            return [t.fields.get(field_id("Refund agreed")) for t in found if t]

        before = values()
        press("D")
        type_into_popup("refund")
        type_into_popup("80")
        await scene.settle()
        assert before != values() == [80.0, 80.0]

    at.work(work)


def test_a_filter_asks_for_fields_and_is_kept(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        await fill(scene)
        shown.show_view(View(name=ViewName.ACTIVE))
        press("Ctrl+Shift+F")
        await scene.settle()
        (dialog,) = shown.findChildren(FilterDialog)
        for name, typed, wrong in (("Refund agreed", "1,000", "so much"), ("Reason", "late", "")):
            at_row = dialog._filter.add(column_of(field_id(name)))
            search = dialog._wordings.search(dialog._filter.view.conditions[at_row])
            assert not wrong or search(wrong)[0].text.startswith(f"{name} takes a number")
            single = dialog._custom.single(column_of(field_id(name)))
            dialog._filter.toggle(at_row, search(typed)[0].value, single=single)
        QTest.keyClicks(dialog._name, "Dear and late")
        press("Ctrl+Return")
        await scene.settle()
        view = shown.queue.view
        assert view.conditions[1:] == (
            Condition(field=column_of(field_id("Refund agreed")), values=(">=1000",)),
            Condition(field=column_of(field_id("Reason")), values=("=1",)),
        )
        assert shown.views.title(view) == "Dear and late"
        ids = shown.queue.ids()
        assert scene.made.tickets[LENA] in ids
        for ticket_id in ids:
            ticket = shown.triage.ticket(ticket_id)
            assert ticket is not None
            assert ticket.fields[field_id("Reason")] == "1"

    at.work(work)


def test_a_customer_is_noted_on_by_keys_alone(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        notes = shown.beside.notes
        press("Shift+N")
        await scene.settle()
        assert notes.editor.hasFocus()
        QTest.keyClicks(notes.editor, "Calls on Mondays")
        press("Ctrl+Return")
        await scene.settle()
        assert [line.body for line in notes.notes.lines] == ["Calls on Mondays"]
        press("Shift+N")
        QTest.keyClicks(notes.editor, "half a thou")
        press("Esc")
        await scene.settle()
        assert shown.page.timeline.hasFocus()
        shown.show_ticket(scene.made.tickets["Omar Haddad"])
        await scene.settle()
        assert notes.notes.lines == []
        shown.show_ticket(scene.made.tickets[LENA])
        await scene.settle()
        assert notes.editor.toPlainText() == "half a thou", "it stays with the customer"
        press("Shift+N")
        press("Ctrl+A")
        press("Delete")
        press("Ctrl+Return")
        await scene.settle()
        assert notes._wrong.text() == "Write something first, or cancel."
        notes._cancel.click()
        deleting = [
            b for b in notes.findChildren(QWidget) if b.accessibleName() == "Delete the note"
        ]
        QTest.mouseClick(deleting[0], Qt.MouseButton.LeftButton)
        await scene.settle()
        assert notes.notes.lines == []
        press("Ctrl+Z")
        await scene.settle()
        assert [line.body for line in notes.notes.lines] == ["Calls on Mondays"]

    at.work(work)


def test_the_tags_stay_unfolded(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.views_list.fold(folded=False)
        assert scene.settings.text("tags") == "open"
        async with once_more(scene) as again:
            assert not again.views.tags_folded

    at.work(work)
