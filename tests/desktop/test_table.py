"""The queue as a table: all the room, columns that are chosen and stay, headings that sort."""

from msgspec import structs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from console.desktop.current import READ_AFTER_MS
from console.desktop.workspace import Workspace
from console.fields.model import column_of
from console.fields.records import FIELD, ChangeField
from console.tickets.model import Sort, View, ViewName
from console.tickets.model.orders import ByField, order_of
from console.tickets.widgets.filter_dialog import FilterDialog
from console.tickets.widgets.table import COLUMNS, USUAL, TableDelegate, known_columns
from console.ui.theme import Theme
from console.views.model import Field, SavedView
from tests.desktop.at import EMPTY, At, once_more, pick, told_of
from tests.parts.seat import press, type_text
from tests.screens.fielded import field_id, fill
from tests.screens.shop import Made
from tests.screens.stage import Scene

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
        shown.current.read_timer.stop()
        shown.looks.tabled.toggle()
        shown.step(1)
        await scene.settle()
        assert not shown.current.read_timer.isActive()
        shown.looks.tabled.toggle()
        shown.step(1)
        assert shown.current.read_timer.isActive()
        assert READ_AFTER_MS > 0

    at.work(work)


def test_a_heading_sorts_where_there_is_an_index(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.looks.tabled.toggle()
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
        shown.looks.tabled.pick_columns()
        await scene.settle()
        pick("Tags")
        pick("Opened")
        press("Esc")
        await scene.settle()
        chosen = tuple(n for n in COLUMNS if n in {*USUAL, "opened"} - {"tags"})
        header = shown.list_panel.header
        assert header.names == chosen
        header.resizeSection(header.names.index("team"), 133)
        shown.looks.tabled.toggle()
        shown.looks.tabled.toggle()
        assert header.names == chosen
        assert header.widths()["team"] == 133
        shown.looks.keep()
        async with once_more(scene) as again:
            assert again.looks.tabled.on
            assert again.list_panel.header.names == chosen
            assert again.list_panel.header.widths()["team"] == 133

    at.work(work)


def test_a_saved_view_has_columns_of_its_own(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        views = shown.views.saved
        saved = views.kept_for("personal")[0]
        own = ("number", "subject", "tags")
        await views.change(saved.id, SavedView(**{**told_of(saved), "columns": own}))
        shown.looks.tabled.toggle()
        header = shown.list_panel.header
        assert header.names == USUAL
        shown.show_view(shown.views.saved_as(saved.id) or EMPTY)
        assert header.names == own
        shown.looks.tabled.pick_columns()
        await scene.settle()
        pick("Team")
        await scene.settle()
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
        shown.looks.tabled.toggle()
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


def test_custom_fields_are_columns_that_stay(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        await fill(scene)
        press("Ctrl+T")
        shown.looks.tabled.pick_columns()
        await scene.settle()
        pick("refund agreed")
        await scene.settle()
        press("Esc")
        header = shown.list_panel.header
        name = column_of(field_id("Refund agreed"))
        assert name in header.names
        assert header.title(name) == "Refund agreed"
        shown.looks.keep()
        async with once_more(scene) as again:
            assert again.list_panel.header.names == header.names

    at.work(work)


def test_a_heading_of_a_custom_field_sorts_by_it_one_way_then_the_other(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        await fill(scene)
        shown.show_view(View(name=ViewName.ACTIVE))
        column = column_of(field_id("Refund agreed"))
        scene.settings.keep_text("columns", f"subject {column}")
        shown.looks.tabled.toggle()
        await scene.settle()
        header = shown.list_panel.header
        (start, width) = next((s, w) for name, s, w in header.cells() if name == column)
        place = QPoint(start + width // 2, header.height() // 2)
        for down in (False, True, False):
            QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
            assert shown.queue.sort == ByField(field_id("Refund agreed"), down)
            way = "descending" if down else "ascending"
            assert f"Refund agreed, {way}" in header.accessibleName()
            assert header.isSortIndicatorShown()
            found = [shown.queue.row(each.bytes) for each in shown.queue.ids()]
            given = [field_id("Refund agreed") in row.fields for row in found if row]
            assert set(given) == {True, False}
            assert given == sorted(given, reverse=True), "those without a value are last"
        field = shown.fields.field(field_id("Refund agreed"))
        assert field is not None
        off = ChangeField(content=structs.replace(field.content, active=False))
        await scene.local.do(FIELD, field.id, off, lane=scene.local.me, about="x")
        await scene.settle()
        told = shown.list_panel.sort.accessibleName()
        assert "not in use any more" in told
        times = [
            row.updated_at for each in shown.queue.ids() if (row := shown.queue.row(each.bytes))
        ]
        assert times == sorted(times, reverse=True)

    at.work(work)


def test_an_order_by_a_field_is_chosen_by_keys_saved_and_remembered(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        await fill(scene)
        shown.looks.pick_sort()
        await scene.settle()
        type_text("refund desc")
        press("Return")
        asked = ByField(field_id("Refund agreed"), down=True)
        assert shown.queue.sort == asked
        assert shown.list_panel.sort.accessibleName() == "Order: Refund agreed, descending"
        shown.looks.filter()
        await scene.settle()
        (dialog,) = shown.findChildren(FilterDialog)
        assert dialog._sort.text().startswith("Refund agreed, descending")
        dialog._name.setFocus()
        type_text("By refund")
        dialog._filter.name("By refund")
        dialog._filter.add(Field.STATUS)
        dialog._filter.toggle(0, "open", single=False)
        press("Ctrl+Return")
        await scene.settle()
        saved = shown.views.saved_of(shown.queue.view)
        assert saved is not None
        assert (saved.name, order_of(saved.sort)) == ("By refund", asked)
        shown.looks.keep()
        assert order_of(scene.settings.text("sort")) == asked

    at.work(work)
