"""How one looks at the queue: filters and saved views, orders, and what is kept of it."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QPoint, QTimer

from console.desktop.settings import Settings
from console.desktop.tabled import Tabled
from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import tr
from console.sync.client.local import Local
from console.tickets.model import Sort, View, ViewName
from console.tickets.model.orders import Order, order_of, word_of
from console.tickets.tables.rows import MOST_COUNTED
from console.tickets.viewmodel.views import conditions_of
from console.tickets.widgets.signs import order_signs
from console.ui.picker import Choice, Picker, containing
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.views.model import SavedView

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

_MINUTE_MS = 60_000
DEFAULT = View(name=ViewName.UNASSIGNED)


class Looks:
    """The part of a workspace that is about views; `tabled` is what is about its table.

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
        self._sort: Order = Sort.NEWEST
        self._shown = 0
        self._listed: UUID = NIL
        self.changed: Signal[None] = Signal()
        self.tabled: Tabled = Tabled(workspace, settings, theme, clock, slots)
        workspace.list.picked.connect(self._picked)
        # Behind the first rows of a filter is counted bite by bite: keys and paints come between.
        self._rest = QTimer(workspace, singleShot=True, interval=0)
        self._rest.timeout.connect(self._count_rest)
        self._minute = QTimer(workspace, interval=_MINUTE_MS)
        self._minute.timeout.connect(self._tick)

    def follow(self) -> None:
        """Do what is asked for, and what the views' and the queue's changes ask for, from now on."""
        workspace, settings = self._workspace, self._settings
        self.tabled.changed.connect(self.changed.emit)
        self.tabled.follow()
        workspace.list_panel.sort_wanted.connect(self.pick_sort)
        workspace.list_panel.filter_wanted.connect(self.filter)
        workspace.views_list.menu_wanted.connect(self.open_menu)
        workspace.views_list.folded.connect(
            lambda folded: settings.keep_text("tags", "" if folded else "open")
        )
        self._shown = len(workspace.queue)
        workspace.queue.edits.connect(self._followed)
        workspace.queue.uncounted.connect(lambda _: self._rest.start())
        workspace.queue.counted.connect(workspace.show_count)
        workspace.fields.changed.connect(workspace.show_count)
        if workspace.queue.counting:
            self._rest.start()
        workspace.views.changed.connect(self._views_changed)
        self._minute.start()

    # -- what is remembered

    def remembered(self) -> View:
        """The view shown last, as it is now; DEFAULT when it is gone. The table comes back too."""
        self._sort = order_of(self._settings.text("sort")) or Sort.NEWEST
        if self._settings.text("tags") == "open":
            self._workspace.views.fold_tags(False)
        if self._settings.text("table") == "yes":
            self.tabled.toggle()
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
        self.tabled.keep_widths()
        self._settings.keep_text("view", codec.encode(self._workspace.queue.view).decode())
        self._settings.keep_text("sort", word_of(self._sort))
        self._settings.keep_text("table", "yes" if self.tabled.on else "")

    def sort_of(self, view: View) -> Order:
        """The order to show a view in: its own if it was kept with one, else the one used last."""
        saved = self._workspace.views.saved_of(view)
        return (order_of(saved.sort) if saved else None) or self._sort

    def sorted_by(self, sort: Order) -> None:
        """Somebody chose an order; of a saved view it holds while that is shown."""
        if self._workspace.views.saved_of(self._workspace.queue.view) is None:
            self._sort = sort
            self.changed.emit(None)

    def counted(self) -> tuple[int, bool]:
        """How many tickets the view has, as exactly as is known, and whether there may be more."""
        queue = self._workspace.queue
        here = len(queue)
        row = self._workspace.views.row(queue.view)
        if queue.more and row is not None and row.count > here:
            return row.count, row.over
        return here, queue.more and (queue.counting or here >= MOST_COUNTED)

    # -- staying true

    def _tick(self) -> None:
        self._workspace.queue.tick()
        self._workspace.views.tick()

    def _count_rest(self) -> None:
        if self._workspace.queue.count_next():
            self._rest.start()

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
        now, signs = self._workspace.queue.sort, order_signs(self._workspace.fields.active)
        choices = [Choice(s.order, s.words, s.icon, checked=s.order == now) for s in signs]
        search, workspace = containing(choices), self._workspace
        picker = Picker(self._theme, tr("Order"), search, workspace.sort_by, workspace)
        picker.open_under(workspace.list_panel.sort)

    # -- filters and saved views

    def filter(self) -> None:
        """Put conditions together, beginning with those of the filter that is shown."""
        view = self._workspace.queue.view
        order = word_of(self._workspace.queue.sort)
        fresh = SavedView(name="", conditions=conditions_of(view), sort=order)
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
            if sort := order_of(made.view.sort):
                workspace.sort_by(sort)

        async def keep() -> None:
            columns = workspace.list_panel.header.names if self.tabled.on else view.columns
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
        saved = workspace.views.saved_of(workspace.queue.view)
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
        saved = workspace.views.saved_of(workspace.queue.view)
        mine = saved is not None and workspace.views.saved.may_change(saved)
        wanted, keymap = _OF_SAVED if mine else _OF_ANY, workspace.keymap
        choices = [Choice(c, tr(c.title), c.icon, keymap.shown(c)) for c in LOOKS if c.id in wanted]
        title = workspace.views.title(workspace.queue.view)
        picker = Picker(self._theme, title, containing(choices), workspace.run, workspace)
        picker.open_at(place)

    # -- in general

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._slots.start(work, name)


_OF_ANY = frozenset({"filter"})
_OF_SAVED = frozenset({"view.edit", "view.rename", "view.up", "view.down", "view.delete", "filter"})
