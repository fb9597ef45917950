"""How one looks at the queue: filters by keys alone, saved views, the table, and what is remembered."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.desktop.name_dialog import NameDialog
from console.desktop.workspace import READ_AFTER_MS, Workspace
from console.kernel.codec import NIL
from console.tickets.model import Sort, View, ViewName
from console.tickets.viewmodel.views import view_of
from console.tickets.widgets.filter_dialog import FilterDialog
from console.tickets.widgets.table import COLUMNS, USUAL, TableDelegate, known_columns
from console.ui.picker import Picker
from console.ui.theme import Theme
from console.views.model import Condition, Field, SavedView
from tests.parts.seat import press, type_text
from tests.screens.looking import HURRY, OURS, kept
from tests.screens.shop import Made, make_shop
from tests.screens.stage import Scene
from tests.screens.states import LENA

Work = Callable[[Scene, Workspace], Awaitable[None]]
MERGED = Condition(field=Field.TAG, values=("nobody-has-this",))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The shop, made once."""
    return asyncio.run(make_shop(tmp_path_factory.mktemp("shop")))


@dataclass
class At:
    """Does something at a workspace of its own."""

    made: Made
    theme: Theme
    size: tuple[int, int] = (1440, 900)

    def work(self, work: Work, opened: str = LENA) -> None:
        """Open Lena's ticket, then `work`."""

        async def run() -> None:
            async with Scene(self.made, self.theme, self.size) as scene:
                shown = await kept(scene, opened)
                await work(scene, shown)

        asyncio.run(run())


@pytest.fixture
def at(made: Made, theme: Theme) -> At:
    return At(made, theme)


def titles(shown: Workspace) -> list[str]:
    """The subjects in the list."""
    found = [shown.queue.row(ticket_id.bytes) for ticket_id in shown.queue.ids()]
    return [row.subject for row in found if row]


def personal(shown: Workspace) -> list[str]:
    return [view.name for view in shown.views.saved.kept_for("personal")]


def empty(shown: Workspace) -> View:
    """A view that has no tickets."""
    assert shown.queue is not None
    return View(name=ViewName.FILTER, conditions=(MERGED,))


def pick(text: str) -> None:
    """Pick by typing what a choice says."""
    type_text(text)
    press("Return")


# -- filters


def test_a_view_is_made_by_keys_alone(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_view(View(name=ViewName.ACTIVE))
        shown.list.setFocus()
        press("Ctrl+Shift+F")
        await scene.settle()
        (dialog,) = shown.findChildren(FilterDialog)
        press("Space")
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
        assert {"view.edit", "view.rename", "view.delete"} < set(offered["Urgent, nobody on it"])

    at.work(work)


def test_a_view_changed_elsewhere_is_shown_as_it_is_now(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        views = shown.views.saved
        saved = views.kept_for("personal")[2]
        shown.show_view(view_of(saved))
        assert len(titles(shown)) == 2
        tag = Condition(field=Field.TAG, values=("fraud",))
        await views.change(saved.id, SavedView(**{**_told(saved), "conditions": (tag,)}))
        assert titles(shown) == ["Seller asks to pay outside"]
        await views.delete(saved.id)
        assert shown.queue.view == View(name=ViewName.UNASSIGNED)
        await scene.settle()

    at.work(work)


def _told(saved: SavedView) -> dict[str, object]:
    return {name: getattr(saved, name) for name in saved.__struct_fields__}


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
        shown.show_view(empty(shown))
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
        shown.show_view(empty(shown))
        shown.show_ticket(lena)
        assert shown.opened.ticket_id == lena
        await shown.triage.tag(lena, add=("vip2",))
        await scene.settle()
        assert shown.opened.ticket_id == lena

    at.work(work)


# -- the table


def test_the_table_has_the_room_and_enter_opens_the_ticket(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_view(View(name=ViewName.ACTIVE))
        before = shown.split.sizes()
        press("Ctrl+T")
        await scene.settle()
        assert isinstance(shown.list.itemDelegate(), TableDelegate)
        assert shown.page.isHidden()
        assert shown.context.isHidden()
        assert shown.views_list.width() == before[0]
        press("J")
        press("Return")
        await scene.settle()
        assert shown.page.isVisible()
        assert not shown.list_panel.header.isVisible()
        assert shown.split.sizes() == before
        press("Esc")
        await scene.settle()
        assert shown.page.isHidden()
        assert shown.list_panel.header.isVisible()
        press("Ctrl+T")
        await scene.settle()
        assert shown.split.sizes() == before

    at.work(work)


def test_who_walks_through_a_table_has_read_nothing(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_view(View(name=ViewName.ACTIVE))
        shown._read_timer.stop()
        shown.looks.toggle_table()
        shown.step(1)
        await scene.settle()
        assert not shown._read_timer.isActive()
        shown.looks.toggle_table()
        shown.step(1)
        assert shown._read_timer.isActive()
        assert READ_AFTER_MS > 0

    at.work(work)


def test_a_heading_sorts_where_there_is_an_index(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.looks.toggle_table()
        await scene.settle()
        header = shown.list_panel.header
        sorts = {}
        for name, start, width in header.cells():
            before = shown.queue.sort
            place = QPoint(start + width // 2, header.height() // 2)
            QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
            if shown.queue.sort != before:
                sorts[name] = shown.queue.sort
        expected = {"priority": Sort.PRIORITY, "updated": Sort.NEWEST, "waiting": Sort.WAITING}
        assert sorts == expected
        assert header.sortIndicatorSection() == header.names.index("waiting")
        shown.sort_by(Sort.OLDEST)
        assert not header.isSortIndicatorShown(), "its column is not there"

    at.work(work)


def test_columns_are_chosen_and_stay(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.looks.pick_columns()
        await scene.settle()
        pick("Tags")
        pick("Opened")
        press("Esc")
        await scene.settle()
        chosen = tuple(n for n in COLUMNS if n in {*USUAL, "opened"} - {"tags"})
        header = shown.list_panel.header
        assert header.names == chosen
        header.resizeSection(header.names.index("team"), 133)
        shown.looks.toggle_table()
        shown.looks.toggle_table()
        assert header.names == chosen
        assert header.widths()["team"] == 133
        shown.looks.keep()
        again = Workspace(scene.local, scene.settings, scene.theme, scene.clock, scene.slots)
        assert again.looks.table
        assert again.list_panel.header.names == chosen
        assert again.list_panel.header.widths()["team"] == 133
        again.deleteLater()

    at.work(work)


def test_a_saved_view_has_columns_of_its_own(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        views = shown.views.saved
        saved = views.kept_for("personal")[0]
        own = ("number", "subject", "tags")
        await views.change(saved.id, SavedView(**{**_told(saved), "columns": own}))
        shown.looks.toggle_table()
        header = shown.list_panel.header
        assert header.names == USUAL
        shown.show_view(shown.views.saved_as(saved.id) or empty(shown))
        assert header.names == own
        shown.looks.pick_columns()
        pick("Team")
        press("Esc")
        await scene.settle()
        now = views.get(saved.id)
        assert now is not None
        assert header.names == now.columns == ("number", "subject", "team", "tags")
        shown.show_view(View(name=ViewName.ACTIVE))
        assert header.names == USUAL

    at.work(work)


def test_where_there_is_little_room_the_less_important_columns_go(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.looks.toggle_table()
        await scene.settle()
        header = shown.list_panel.header
        cells = header.cells()
        assert {"number", "subject", "status", "waiting"} <= {name for name, _, _ in cells}
        assert "channel" not in {name for name, _, _ in cells}
        assert sum(width for _, _, width in cells) <= header.width()

    At(made, theme, (1024, 640)).work(work)


def test_columns_nobody_knows_are_left_out() -> None:
    assert known_columns(()) == known_columns(("moon",)) == USUAL
    assert known_columns(("tags", "moon")) == ("subject", "tags")


# -- what is remembered


def test_view_and_order_come_back(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        saved = shown.views.saved.kept_for("personal")[0]
        shown.show_view(View(name=ViewName.ACTIVE))
        shown.sort_by(Sort.OLDEST)
        shown.show_view(view_of(saved))
        assert shown.queue.sort == Sort.PRIORITY, "a saved view's own order"
        shown.keep()
        again = Workspace(scene.local, scene.settings, scene.theme, scene.clock, scene.slots)
        assert again.queue.view == view_of(saved)
        assert again.queue.sort == Sort.PRIORITY
        again.show_view(View(name=ViewName.ACTIVE))
        assert again.queue.sort == Sort.OLDEST, "else the one used last"
        await shown.views.saved.delete(saved.id)
        shown.show_view(View(name=ViewName.MINE))
        shown.keep()
        for kept_text in ("team 0", "{}", '{"name":"moon"}'):
            scene.settings.keep_text("view", kept_text)
            other = Workspace(scene.local, scene.settings, scene.theme, scene.clock, scene.slots)
            assert other.queue.view == View(name=ViewName.UNASSIGNED)
            other.deleteLater()
        again.deleteLater()
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
