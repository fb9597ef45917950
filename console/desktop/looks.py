"""How one looks at the queue: filters and saved views, orders, list or table, and what is kept of it."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from msgspec import structs
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QWidget

from console.desktop.settings import Settings
from console.fields.model import column_of
from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import tr
from console.sync.client.local import Local
from console.tickets.model import Sort, View, ViewName
from console.tickets.tables.rows import MOST_COUNTED
from console.tickets.viewmodel.views import conditions_of, sort_of
from console.tickets.widgets.signs import SORT_ICONS, SORT_WORDS
from console.tickets.widgets.table import COLUMNS, TableDelegate, known_columns
from console.ui.picker import Choice, Picker, containing
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.views.model import SavedView

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

_MINUTE_MS = 60_000
DEFAULT = View(name=ViewName.UNASSIGNED)


class Looks:
    """The part of a workspace that is about views. `table` says that tickets stand in a table.

    `changed` when something is chosen that is to be remembered.
    """

    def __init__(
        self,
        workspace: "Workspace",
        local: Local,
        settings: Settings,
        theme: Theme,
        clock: Clock,
        slots: Slots,
    ) -> None:
        self._workspace, self._local, self._settings = workspace, local, settings
        self._theme, self._slots = theme, slots
        self._sort = Sort.NEWEST
        self._shown = 0
        self._listed: UUID = NIL
        self.table = False
        self.changed: Signal[None] = Signal()
        self._wide = False
        tickets = workspace.list
        self._as_list = tickets.itemDelegate()
        self._as_table = TableDelegate(workspace.list_panel.header, theme, clock, tickets)
        tickets.picked.connect(self._picked)
        self._minute = QTimer(workspace, interval=_MINUTE_MS)
        self._minute.timeout.connect(self._tick)

    def follow(self) -> None:
        """Do what is asked for, and what the views' and the queue's changes ask for, from now on."""
        workspace, settings, panel = self._workspace, self._settings, self._workspace.list_panel
        tickets = workspace.list
        panel.header.sectionResized.connect(lambda *_: tickets.viewport().update())
        panel.header.sort_wanted.connect(workspace.sort_by)
        panel.header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        panel.header.customContextMenuRequested.connect(lambda _: self.pick_columns())
        panel.sort_wanted.connect(self.pick_sort)
        panel.filter_wanted.connect(self.filter)
        panel.table_wanted.connect(self.toggle_table)
        workspace.views_list.menu_wanted.connect(self.open_menu)
        workspace.views_list.folded.connect(
            lambda folded: settings.keep_text("tags", "" if folded else "open")
        )
        self._shown = len(workspace.queue)
        workspace.queue.edits.connect(self._followed)
        workspace.views.changed.connect(self._views_changed)
        workspace.fields.changed.connect(self._fields_changed)
        self._minute.start()

    # -- what is remembered

    def remembered(self) -> View:
        """The view shown last, as it is now; DEFAULT when it is gone. The table comes back too."""
        self._sort = _known_sort(self._settings.text("sort")) or Sort.NEWEST
        if self._settings.text("tags") == "open":
            self._workspace.views.fold_tags(False)
        if self._settings.text("table") == "yes":
            self.toggle_table()
        told = self._settings.text("view")
        try:
            view = codec.decode(told, View) if told else DEFAULT
        except Refused:
            return DEFAULT  # of another release
        if view.name == ViewName.FILTER and view.owner != NIL:
            return self._workspace.views.saved_as(view.owner) or DEFAULT
        return view

    def keep(self) -> None:
        """Remember the view, its order, list or table, and the table's columns."""
        self._keep_widths()
        self._settings.keep_text("view", codec.encode(self._workspace.queue.view).decode())
        self._settings.keep_text("sort", self._sort)
        self._settings.keep_text("table", "yes" if self.table else "")

    def sort_of(self, view: View) -> Sort:
        """The order to show a view in: its own if it was kept with one, else the one used last."""
        saved = self._saved(view)
        return (sort_of(saved) if saved else None) or self._sort

    def sorted_by(self, sort: Sort) -> None:
        """Somebody chose an order; of a saved view it holds while that is shown."""
        if self._saved(self._workspace.queue.view) is None:
            self._sort = sort
            self.changed.emit(None)

    def counted(self) -> tuple[int, bool]:
        """How many tickets the view has, as exactly as is known, and whether there may be more."""
        queue = self._workspace.queue
        here = len(queue)
        row = self._workspace.views.row(queue.view)
        if queue.more and row is not None and row.count > here:
            return row.count, row.over
        return here, queue.more and here >= MOST_COUNTED

    def _saved(self, view: View) -> SavedView | None:
        return self._workspace.views.saved.get(view.owner) if view.owner != NIL else None

    # -- staying true

    def _tick(self) -> None:
        self._workspace.queue.tick()
        self._workspace.views.tick()

    def _picked(self, ticket_id: UUID) -> None:
        self._listed = ticket_id

    def _followed(self, _: object) -> None:
        """The last ticket left the view: it does not stay open beside an empty list.

        Unless somebody writes on it, or it was opened from elsewhere.
        """
        workspace, before = self._workspace, self._shown
        self._shown = len(workspace.queue)
        open_id = workspace.opened.ticket_id
        left = before and not self._shown and open_id == self._listed
        if left and not workspace.queue.has_draft(open_id):
            workspace.opened.open(NIL)

    def _views_changed(self, _: None) -> None:
        """The view that is shown may have been changed or deleted, here or elsewhere."""
        workspace = self._workspace
        view = workspace.queue.view
        if view.name == ViewName.FILTER and view.owner != NIL and self._local.reader:
            now = workspace.views.saved_as(view.owner)
            if now is None:
                workspace.toast.say(tr("The view was deleted"))
                workspace.show_view(DEFAULT)
                return
            if now != view:
                workspace.show_view(now)
                return
        workspace.show_count(None)

    # -- orders

    def pick_sort(self) -> None:
        """Choose an order."""
        now = self._workspace.queue.sort
        choices = [Choice(s, tr(SORT_WORDS[s]), SORT_ICONS[s], checked=s == now) for s in Sort]
        panel = self._workspace.list_panel
        self._pick(tr("Order"), choices, self._workspace.sort_by, panel.sort)

    # -- filters and saved views

    def filter(self) -> None:
        """Put conditions together, beginning with those of the filter that is shown."""
        view = self._workspace.queue.view
        fresh = SavedView(name="", conditions=conditions_of(view), sort=self._workspace.queue.sort)
        self._open(fresh)

    def edit(self) -> None:
        """Change the saved view that is shown; another is the beginning of a new one."""
        saved = self._mine()
        if saved is not None:
            self._open(saved)

    def _open(self, view: SavedView) -> None:
        workspace = self._workspace
        from console.tickets.viewmodel.filter import Filter  # no start waits for a dialog's code
        from console.tickets.widgets.filter_dialog import FilterDialog

        made = Filter(self._local, workspace.views.saved, view, workspace.fields.all)
        dialog = FilterDialog(made, workspace.directory, self._theme, workspace)

        def show() -> None:
            dialog.accept()
            workspace.show_view(made.shown())
            if sort := _known_sort(made.view.sort):
                workspace.sort_by(sort)

        async def keep() -> None:
            columns = workspace.list_panel.header.names if self.table else view.columns
            try:
                view_id = await made.save(columns)
            except Refused as refusal:
                dialog.refuse(refusal)
                return
            dialog.accept()
            if (now := workspace.views.saved_as(view_id)) is not None:
                workspace.show_view(now)
            workspace.toast.say(tr("{view} is saved").format(view=made.view.name))

        self._remember(made.view)
        made.changed.connect(lambda _: self._remember(made.view))
        dialog.finished.connect(lambda _: self._remember(None))
        dialog.shown.connect(show)
        dialog.kept.connect(lambda: self._slots.start(keep(), "save-view"))
        dialog.open()

    def _remember(self, view: SavedView | None) -> None:
        """What is being put together outlives a crash; None once it is shown, kept or left."""
        told = codec.encode(view).decode() if view is not None else ""
        self._local.remember(f"filter.{self._settings.place}", told)

    def resume_filter(self) -> bool:
        """Go on with what was being put together when Parley ended; whether there was anything."""
        told = self._local.remembered.get(f"filter.{self._settings.place}", "")
        try:
            view = codec.decode(told, SavedView) if told else None
        except Refused:
            return False  # of another release
        if view is not None:
            self._open(view)
        return view is not None

    def _mine(self) -> SavedView | None:
        """The saved view that is shown, if one may change it; else why not is said."""
        workspace = self._workspace
        saved = self._saved(workspace.queue.view)
        if saved is None:
            workspace.toast.say(tr("This view is part of Parley: save a filter of your own"))
        elif not workspace.views.saved.may_change(saved):
            workspace.toast.say(tr("Only those who lead teams change views that everybody has"))
            return None
        return saved

    def rename(self) -> None:
        """Call the saved view that is shown something else."""
        saved = self._mine()
        if saved is None:
            return
        from console.desktop.name_dialog import NameDialog  # no start waits for a dialog's code

        dialog = NameDialog(tr("Rename view"), tr("Name of the view"), saved.name, self._workspace)
        views = self._workspace.views.saved

        async def rename(name: str) -> None:
            try:
                await views.rename(saved.id, name)
            except Refused as refusal:
                dialog.refuse(refusal.message)
                return
            dialog.accept()

        dialog.named.connect(lambda name: self._slots.start(rename(name), "rename-view"))
        dialog.open()

    def move(self, by: int) -> None:
        """Put the saved view that is shown one place up (-1) or down (1)."""
        saved = self._mine()
        if saved is not None:
            self._start(self._workspace.views.saved.move(saved.id, by), "move-view")

    def delete(self) -> None:
        """Delete the saved view that is shown; undo brings it back."""
        saved = self._mine()
        if saved is None:
            return
        workspace, views = self._workspace, self._workspace.views.saved

        async def delete() -> None:
            workspace.show_view(DEFAULT)
            await views.delete(saved.id)

            def undo() -> None:
                self._start(views.restore(saved), "restore-view")

            workspace.toast.say(tr("{view} is deleted").format(view=saved.name), undo)

        self._start(delete(), "delete-view")

    def open_menu(self, place: QPoint) -> None:
        """What one can do with the view that is shown."""
        from console.desktop.commands.looks import LOOKS  # commands name this module's class

        workspace = self._workspace
        saved = self._saved(workspace.queue.view)
        mine = saved is not None and workspace.views.saved.may_change(saved)
        wanted, keymap = _OF_SAVED if mine else _OF_ANY, workspace.keymap
        choices = [Choice(c, tr(c.title), c.icon, keymap.shown(c)) for c in LOOKS if c.id in wanted]
        title = workspace.views.title(workspace.queue.view)
        picker = Picker(self._theme, title, containing(choices), workspace.run, workspace)
        picker.open_at(place)

    # -- list and table

    def toggle_table(self) -> None:
        """Show tickets as rows of a table, or as a list again."""
        if self._lacks_list():
            return
        self.table = not self.table
        self._spread(self.table)
        self.changed.emit(None)
        self._workspace.list.setFocus()

    def _lacks_list(self) -> bool:
        """Whether a ticket stands alone in this window; then that is said."""
        if not self._workspace.has_list:
            self._workspace.toast.say(tr("This window has no list"))
        return not self._workspace.has_list

    def enter(self) -> None:
        """Show the ticket beside the list; `back` shows the table again."""
        self._spread(False)

    def back(self) -> None:
        """The table again, if that is how one looks."""
        self._spread(self.table)

    def _spread(self, wide: bool) -> None:
        """Let the table have the room of ticket and context, or the list its own."""
        if wide == self._wide:
            return
        self._keep_widths()
        if wide:
            self._workspace.panes.keep()
        self._wide = wide
        workspace, tickets = self._workspace, self._workspace.list
        workspace.split.widen(wide)
        workspace.list_panel.show_table(wide)
        if wide:
            self._show_columns()
        tickets.setItemDelegate(self._as_table if wide else self._as_list)
        tickets.scheduleDelayedItemsLayout()
        tickets.scrollTo(tickets.currentIndex())

    def pick_columns(self) -> None:
        """Choose which columns the table has; the list stays open until Esc."""
        if self._lacks_list():
            return
        self.table = True
        self._spread(True)
        header = self._workspace.list_panel.header
        names = (*COLUMNS, *header.custom)
        choices = [Choice(name, header.title(name), checked=name in header.names) for name in names]

        def picked(name: str) -> None:
            self._keep_widths()
            has = {*header.names} ^ {name}
            self._keep_columns(known_columns([n for n in names if n in has], header.custom))
            self.pick_columns()

        self._pick(tr("Columns"), choices, picked, self._workspace.list_panel.sort)

    def _keep_columns(self, names: Sequence[str]) -> None:
        """A saved view with columns of its own has these from now on; else they are this desk's."""
        views, saved = self._workspace.views.saved, self._saved(self._workspace.queue.view)
        if saved is not None and saved.columns and views.may_change(saved):
            wished = structs.replace(saved, columns=tuple(names))
            self._start(views.change(saved.id, wished), "columns")
        else:
            self._settings.keep_text("columns", " ".join(names))
            self.changed.emit(None)
        self._show_columns(names)

    def _fields_changed(self, _: None) -> None:
        self.dress()

    def dress(self) -> None:
        """Give the table the columns of the view that is shown."""
        if self._wide:
            self._keep_widths()
            self._show_columns()

    def _show_columns(self, names: Sequence[str] = ()) -> None:
        saved = self._saved(self._workspace.queue.view)
        own = saved.columns if saved is not None else ()
        kept = names or own or self._settings.text("columns").split()
        widths = _numbers(self._settings.text("widths"))
        header = self._workspace.list_panel.header
        header.custom = {column_of(f.id): f for f in self._workspace.fields.active}
        header.show_columns(known_columns(kept, header.custom), widths)
        header.show_sort(self._workspace.queue.sort)
        self._workspace.list.viewport().update()

    def _keep_widths(self) -> None:
        if self._wide:
            header = self._workspace.list_panel.header
            widths = _numbers(self._settings.text("widths")) | header.widths()
            self._settings.keep_text("widths", codec.encode(widths).decode())

    # -- in general

    def _pick(
        self, title: str, choices: Sequence[Choice], picked: Callable[[Any], None], at: QWidget
    ) -> None:
        picker = Picker(self._theme, title, containing(choices), picked, self._workspace)
        picker.open_at(at.mapToGlobal(QPoint(0, at.height() + 4)))

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._slots.start(work, name)


_OF_ANY = frozenset({"filter"})
_OF_SAVED = frozenset({"view.edit", "view.rename", "view.up", "view.down", "view.delete", "filter"})


def _known_sort(told: str) -> Sort | None:
    return Sort(told) if told in set(Sort) else None


def _numbers(told: str) -> dict[str, int]:
    """Widths as they were kept; none when what is kept is of another release."""
    try:
        return codec.decode(told, dict[str, int]) if told else {}
    except Refused:
        return {}
