"""How one looks at the queue: filters by keys alone, saved views, and what is remembered."""

from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication

from console.desktop.name_dialog import NameDialog
from console.desktop.workspace import Workspace
from console.kernel.codec import NIL
from console.tickets.model import Sort, View, ViewName
from console.tickets.viewmodel.views import view_of
from console.tickets.widgets.filter_dialog import FilterDialog
from console.ui.picker import Picker
from console.views.model import Condition, Field, SavedView
from tests.desktop.at import EMPTY, At, once_more, pick, titles, told_of
from tests.parts.seat import press, type_text
from tests.screens.looking import HURRY, OURS
from tests.screens.stage import Scene


def personal(shown: Workspace) -> list[str]:
    return [view.name for view in shown.views.saved.kept_for("personal")]


# -- filters


def test_a_view_is_made_by_keys_alone(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_view(View(name=ViewName.ACTIVE))
        shown.list.setFocus()
        press("Ctrl+Shift+F")
        await scene.settle()
        (dialog,) = shown.findChildren(FilterDialog)
        press("Return")
        pick("Priority")
        pick("Urgent")
        pick("High")
        press("Esc")
        await scene.settle()
        assert dialog._count.text() == "4 tickets", "the count follows"
        dialog._name.setFocus()
        type_text("In a hurry")
        press("Ctrl+Return")
        await scene.settle()
        assert not shown.findChildren(FilterDialog) or not dialog.isVisible()
        assert personal(shown)[-1] == "In a hurry"
        assert shown.views.title(shown.queue.view) == "In a hurry"
        assert len(titles(shown)) == 4
        assert shown.views_list.currentIndex().isValid(), "marked at the side"

    at.work(work)


def test_a_filter_can_be_shown_and_not_kept(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        before = personal(shown)
        shown.show_view(View(name=ViewName.FILTER, conditions=(OURS, HURRY)))
        shown.looks.filter()
        await scene.settle()
        (dialog,) = shown.findChildren(FilterDialog)
        assert dialog._filter.view.conditions == (OURS, HURRY), "it begins with what is shown"
        dialog.turn(1)
        dialog._show.click()
        await scene.settle()
        assert shown.queue.view.conditions[1].without
        assert "Parcel never arrived, tracking stuck" not in titles(shown)
        assert personal(shown) == before
        assert shown.list_panel._title.text() == "Filter"
        assert not shown.views_list.currentIndex().isValid(), "nothing at the side is marked"

    at.work(work)


def test_what_cannot_be_kept_is_said_and_stays(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.looks.filter()
        await scene.settle()
        (dialog,) = shown.findChildren(FilterDialog)
        press("Ctrl+Return")
        await scene.settle()
        assert "name" in dialog._wrong.text()
        assert dialog._name.hasFocus()
        dialog._name.setText("x")
        dialog._filter.name("x")
        while dialog._filter.view.conditions:
            dialog.drop(0)
        press("Ctrl+Return")
        await scene.settle()
        assert dialog.isVisible()
        assert "condition" in dialog._wrong.text()
        assert dialog._add.hasFocus()

    at.work(work)


def test_every_field_offers_values_and_words(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.looks.filter()
        await scene.settle()
        (dialog,) = shown.findChildren(FilterDialog)
        for field in Field:
            offered = dialog._wordings.choices(Condition(field=field))
            assert offered, field
            values = tuple(choice.value for choice in offered)
            told = dialog._wordings.values(Condition(field=field, values=values))
            assert told == ", ".join(choice.text for choice in offered)
            checked = dialog._wordings.choices(Condition(field=field, values=values[:1]))
            assert [choice.checked for choice in checked].count(True) == 1
        gone = Condition(field=Field.ASSIGNEE, values=("me", str(UUID(int=9)), "x"))
        assert dialog._wordings.values(gone) == "Me, –, –"
        old = Condition(field=Field.TAG, values=("out-of-use",))
        assert dialog._wordings.choices(old)[-1].checked, "it can be dropped"

    at.work(work)


# -- saved views


def test_a_deleted_view_comes_back(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        before = personal(shown)
        view = shown.views.saved.kept_for("personal")[1]
        shown.show_view(view_of(view))
        shown.looks.delete()
        await scene.settle()
        assert personal(shown) == [before[0], before[2]]
        assert shown.queue.view == View(name=ViewName.UNASSIGNED)
        shown.undo()
        await scene.settle()
        assert personal(shown) == before

    at.work(work)


def test_a_view_is_renamed_and_a_name_it_cannot_have_is_refused(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_view(view_of(shown.views.saved.kept_for("personal")[0]))
        press("F2")
        await scene.settle()
        (dialog,) = shown.findChildren(NameDialog)
        press("Delete")
        press("Return")
        await scene.settle()
        assert dialog.isVisible()
        assert dialog._wrong.text()
        type_text("Nobody's")
        press("Return")
        await scene.settle()
        assert personal(shown)[0] == "Nobody's"
        assert shown.list_panel._title.text() == "Nobody's"

    at.work(work)


def test_what_is_not_ones_own_is_left_alone_and_said_so(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_view(View(name=ViewName.MINE))
        before = personal(shown)
        for command in (shown.looks.edit, shown.looks.rename, shown.looks.delete):
            command()
            await scene.settle()
            assert "part of Parley" in shown.toast.findChildren(type(shown.status._me))[0].text()
        assert not shown.findChildren(FilterDialog)
        assert personal(shown) == before

    at.work(work)


def test_the_menu_at_the_side_is_about_the_view(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        offered: dict[str, list[str]] = {}
        for view in (View(name=ViewName.MINE), view_of(shown.views.saved.kept_for("personal")[0])):
            shown.show_view(view)
            await scene.settle()
            place = shown.views_list.visualRect(shown.views_list.currentIndex()).center()
            shown.looks.open_menu(shown.views_list.mapToGlobal(place))
            popup = QApplication.activePopupWidget()
            assert isinstance(popup, Picker)
            offered[shown.views.title(view)] = [choice.value.id for choice in popup._choices]
            popup.close()
        assert offered["Mine"] == ["filter"]
        assert {"view.edit", "view.rename", "view.delete"} < set(offered["Urgent and free"])

    at.work(work)


def test_a_view_changed_elsewhere_is_shown_as_it_is_now(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        views = shown.views.saved
        saved = views.kept_for("personal")[2]
        shown.show_view(view_of(saved))
        assert len(titles(shown)) == 2
        tag = Condition(field=Field.TAG, values=("fraud",))
        await views.change(saved.id, SavedView(**{**told_of(saved), "conditions": (tag,)}))
        assert titles(shown) == ["Seller asks to pay outside"]
        await views.delete(saved.id)
        assert shown.queue.view == View(name=ViewName.UNASSIGNED)
        await scene.settle()

    at.work(work)


# -- which ticket stays open


def test_the_open_ticket_stays_open_in_a_view_that_has_it(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        lena = shown.opened.ticket_id
        shown.show_view(View(name=ViewName.ACTIVE))
        assert shown.opened.ticket_id == lena
        shown.sort_by(Sort.OLDEST)
        assert (shown.opened.ticket_id, shown.list.currentIndex().isValid()) == (lena, True)
        shown.show_view(View(name=ViewName.MINE))
        assert shown.opened.ticket_id not in (lena, NIL), "it is not mine: the first one opens"
        await scene.settle()

    at.work(work)


def test_an_empty_view_has_no_ticket_beside_it(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_view(EMPTY)
        assert shown.opened.ticket_id == NIL
        await scene.settle()
        assert not shown.list.isVisible()
        shown.show_view(View(name=ViewName.ACTIVE))
        assert shown.opened.ticket_id != NIL

    at.work(work)


@pytest.mark.parametrize("written", [False, True])
def test_the_last_ticket_of_a_view_closes_unless_somebody_writes_on_it(
    at: At, written: bool
) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        tag = Condition(field=Field.TAG, values=("fraud",))
        shown.show_view(View(name=ViewName.FILTER, conditions=(OURS, tag)))
        last = shown.opened.ticket_id
        assert len(titles(shown)) == 1
        if written:
            shown.page.write("buyer")
            shown.page.composer.editor.insertPlainText("We look into it")
            await scene.settle()
        await shown.triage.tag(last, remove=("fraud",))
        await scene.settle()
        assert titles(shown) == []
        assert shown.opened.ticket_id == (last if written else NIL)

    at.work(work)


def test_a_ticket_from_elsewhere_stays_open_beside_an_empty_view(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        lena = shown.opened.ticket_id
        shown.show_view(EMPTY)
        shown.show_ticket(lena)
        assert shown.opened.ticket_id == lena
        await shown.triage.tag(lena, add=("vip2",))
        await scene.settle()
        assert shown.opened.ticket_id == lena

    at.work(work)


# -- what is remembered


def test_view_and_order_come_back(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        saved = shown.views.saved.kept_for("personal")[0]
        shown.show_view(View(name=ViewName.ACTIVE))
        shown.sort_by(Sort.OLDEST)
        shown.show_view(view_of(saved))
        assert shown.queue.sort == Sort.PRIORITY, "a saved view's own order"
        shown.keep()
        async with once_more(scene) as again:
            assert again.queue.view == view_of(saved)
            assert again.queue.sort == Sort.PRIORITY
            again.show_view(View(name=ViewName.ACTIVE))
            assert again.queue.sort == Sort.OLDEST, "else the one used last"
        await shown.views.saved.delete(saved.id)
        shown.show_view(View(name=ViewName.MINE))
        shown.keep()
        for kept_text in ("team 0", "{}", '{"name":"moon"}'):
            scene.settings.keep_text("view", kept_text)
            async with once_more(scene) as other:
                assert other.queue.view == View(name=ViewName.UNASSIGNED)
        await scene.settle()

    at.work(work)


def test_a_minute_goes_by(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        waits = Condition(field=Field.WAITING, values=("900",))
        shown.show_view(View(name=ViewName.FILTER, conditions=(OURS, waits)))
        before = titles(shown)
        scene.clock.advance(900)
        shown.looks._minute.timeout.emit()
        assert set(before) < set(titles(shown))
        await scene.settle()

    at.work(work)


def test_the_keyboard_stays_where_the_list_was(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.list.setFocus()
        shown.show_view(EMPTY)
        assert "Nothing in" in (QApplication.focusWidget() or shown).accessibleName()
        shown.show_view(View(name=ViewName.ACTIVE))
        assert shown.list.hasFocus()
        await scene.settle()

    at.work(work)
