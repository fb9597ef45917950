"""How one looks at the queue, in pictures: saved views, the filter, the table."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.desktop.workspace import Workspace
from console.kernel.codec import NIL
from console.tickets.model import Sort, View, ViewName
from console.tickets.viewmodel.views import MENTIONS, view_of
from console.tickets.widgets.filter_dialog import FilterDialog
from console.views.model import Condition, Field, SavedView
from tests.screens.stage import Scene, State

FRAUD = Condition(field=Field.TAG, values=("fraud", "inr"))
HURRY = Condition(field=Field.PRIORITY, values=("urgent", "high"))
OURS = Condition(field=Field.STATUS, values=("new", "open"))
LONG = Condition(field=Field.WAITING, values=("900",))


async def kept(scene: Scene, opened: str = "Lena Hoffmann") -> Workspace:
    """The workspace with views of one's own and of a team's."""
    shown = await scene.work(opened)
    views = shown.views.saved
    europe = next(t.id for t in shown.directory.teams.values() if t.name == "Europe")
    for name, icon, conditions, audience in (
        ("Fraud signals", "warning-circle", (OURS, FRAUD), "team"),
        ("Urgent and free", "lightning", (OURS, HURRY), "personal"),
        ("Waiting a quarter of an hour or longer", "clock", (OURS, LONG), "personal"),
        ("Vips", "star", (Condition(field=Field.TAG, values=("vip",)),), "personal"),
    ):
        team_id = europe if audience == "team" else NIL
        view = SavedView(
            name=name, icon=icon, conditions=conditions, audience=audience, team_id=team_id,
            sort="priority",
        )  # fmt: skip
        await views.create(view)
    await scene.settle()
    while shown.views.count_next():
        pass
    return shown


async def saved_views(scene: Scene) -> None:
    shown = await kept(scene)
    (first, *_) = shown.views.saved.kept_for("personal")
    shown.show_view(view_of(first))
    await scene.settle()


async def view_menu(scene: Scene) -> None:
    await saved_views(scene)
    shown = scene.workspace
    at = shown.views_list.visualRect(shown.views_list.currentIndex()).bottomLeft()
    shown.looks.open_menu(shown.views_list.mapToGlobal(at))
    await scene.settle()


async def filter_new(scene: Scene) -> None:
    shown = await scene.work("Lena Hoffmann")
    shown.looks.filter()
    await scene.settle()


async def filter_many(scene: Scene) -> None:
    shown = await kept(scene)
    tags = Condition(field=Field.TAG, values=("", "fraud", "vip", "b2b"), without=True)
    people = Condition(field=Field.ASSIGNEE, values=("me", "nobody"))
    rest = (
        Condition(field=Field.SIDE, values=("buyer",)),
        Condition(field=Field.AGE, values=("86400",), without=True),
        Condition(field=Field.UNREAD, values=("some",)),
        Condition(field=Field.DUE, values=("soon",)),
        Condition(field=Field.CHANNEL, values=("email", "chat", "web")),
    )
    view = View(name=ViewName.FILTER, conditions=(OURS, HURRY, people, tags, LONG, *rest))
    shown.show_view(view)
    shown.looks.filter()
    await scene.settle()


async def filter_values(scene: Scene) -> None:
    await filter_edit(scene)
    (dialog,) = scene.workspace.findChildren(FilterDialog)
    dialog.pick_values(1)
    await scene.settle()


async def filter_days(scene: Scene) -> None:
    """Days counted from today, asked of when a ticket was opened; the list of what can be."""
    shown = await kept(scene)
    asked = (
        Condition(field=Field.AGE, values=("@-6..0",)),
        Condition(field=Field.UPDATED, values=("@..-8",), without=True),
        Condition(field=Field.WAITING, values=("@-1..-1",)),
    )
    shown.show_view(View(name=ViewName.FILTER, conditions=asked))
    shown.looks.filter()
    await scene.settle()
    (dialog,) = scene.workspace.findChildren(FilterDialog)
    dialog.pick_values(2)
    await scene.settle()


async def mentions_of_me(scene: Scene) -> None:
    """The tickets whose notes name me, and the filter that asks for more of the kind."""
    shown = await scene.work("Lena Hoffmann")
    shown.show_view(MENTIONS)
    shown.looks.filter()
    await scene.settle()
    (dialog,) = scene.workspace.findChildren(FilterDialog)
    dialog.pick_values(0)
    await scene.settle()


async def mentions_unseen(scene: Scene) -> None:
    """A mention that was not seen: counted, marked on its row, and the note is gone to."""
    shown = await scene.work("Lena Hoffmann")
    shown.show_view(MENTIONS)
    await scene.settle()


async def filter_edit(scene: Scene) -> None:
    await saved_views(scene)
    scene.workspace.looks.edit()
    await scene.settle()


async def filter_nameless(scene: Scene) -> None:
    shown = await kept(scene)
    shown.show_view(View(name=ViewName.FILTER, conditions=(OURS, HURRY)))
    shown.looks.filter()
    await scene.settle()
    QTest.keyClick(
        QApplication.activeWindow(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    await scene.settle()


async def rename(scene: Scene) -> None:
    await saved_views(scene)
    scene.workspace.looks.rename()
    await scene.settle()


async def table(scene: Scene) -> None:
    shown = await kept(scene)
    shown.show_view(View(name=ViewName.ACTIVE))
    shown.looks.tabled.toggle()
    shown.sort_by(Sort.PRIORITY)
    await scene.settle()


async def table_opened(scene: Scene) -> None:
    await table(scene)
    scene.workspace.enter()
    await scene.settle()


async def table_columns(scene: Scene) -> None:
    await table(scene)
    scene.workspace.looks.tabled.pick_columns()
    await scene.settle()


async def table_empty(scene: Scene) -> None:
    await table(scene)
    scene.workspace.show_view(View(name=ViewName.HOLD))
    await scene.settle()


async def pick_sort(scene: Scene) -> None:
    (await scene.work("Lena Hoffmann")).looks.pick_sort()
    await scene.settle()


LOOKING = (
    State("saved-views", saved_views),
    State("view-menu", view_menu),
    State("filter-new", filter_new),
    State("filter-many", filter_many, elides=True),
    State("filter-edit", filter_edit),
    State("filter-values", filter_values),
    State("filter-nameless", filter_nameless),
    State("filter-days", filter_days, elides=True),
    State("mentions-of-me", mentions_of_me),
    State("mentions-unseen", mentions_unseen),
    State("rename-view", rename),
    State("table", table),
    State("table-1024x640", table, (1024, 640), elides=True),
    State("table-opened", table_opened, elides=True),
    State("table-columns", table_columns),
    State("table-empty", table_empty),
    State("pick-sort", pick_sort),
)
