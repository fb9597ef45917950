"""List or table: tickets one under the other beside what is open, or in columns with all the room."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import structs
from PySide6.QtCore import Qt

from console.desktop.settings import Settings
from console.fields.model import column_of
from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import tr
from console.tickets.widgets.signs import order_sign
from console.tickets.widgets.table import COLUMNS, TableDelegate, known_columns
from console.ui.picker import Choice, Picker, containing
from console.ui.slots import Slots
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


class Tabled:
    """The part of a workspace that is about its table. `on` says that tickets stand in one.

    `changed` when something is chosen that is to be remembered.
    """

    def __init__(
        self,
        workspace: "Workspace",
        settings: Settings,
        theme: Theme,
        clock: Clock,
        slots: Slots,
    ) -> None:
        self._workspace, self._settings = workspace, settings
        self._theme, self._slots = theme, slots
        self.on = False
        self.changed: Signal[None] = Signal()
        self._wide = False
        self._as_list = workspace.list.itemDelegate()
        self._as_table = TableDelegate(workspace.list_panel.header, theme, clock, workspace.list)

    def follow(self) -> None:
        """Do what is asked for from now on."""
        workspace, header = self._workspace, self._workspace.list_panel.header
        header.sectionResized.connect(lambda *_: workspace.list.viewport().update())
        header.sort_wanted.connect(workspace.sort_by)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda _: self.pick_columns())
        workspace.list_panel.table_wanted.connect(self.toggle)
        workspace.fields.changed.connect(lambda _: self.dress())

    def toggle(self) -> None:
        """Show tickets as rows of a table, or as a list again."""
        if self._lacks_list():
            return
        self.on = not self.on
        self._spread(self.on)
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
        self._spread(self.on)

    def _spread(self, wide: bool) -> None:
        """Let the table have the room of ticket and context, or the list its own."""
        if wide == self._wide:
            return
        self.keep_widths()
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
        self.on = True
        self._spread(True)
        header = self._workspace.list_panel.header
        names = (*COLUMNS, *header.custom)
        choices = [Choice(name, header.title(name), checked=name in header.names) for name in names]

        def picked(name: str) -> None:
            self.keep_widths()
            has = {*header.names} ^ {name}
            self._keep_columns(known_columns([n for n in names if n in has], header.custom))
            self.pick_columns()

        search, workspace = containing(choices), self._workspace
        picker = Picker(self._theme, tr("Columns"), search, picked, workspace)
        picker.open_under(workspace.list_panel.sort)

    def _keep_columns(self, names: Sequence[str]) -> None:
        """A saved view with columns of its own has these from now on; else they are this desk's."""
        views = self._workspace.views.saved
        saved = self._workspace.views.saved_of(self._workspace.queue.view)
        if saved is not None and saved.columns and views.may_change(saved):
            wished = structs.replace(saved, columns=tuple(names))
            self._slots.start(views.change(saved.id, wished), "columns")
        else:
            self._settings.keep_text("columns", " ".join(names))
            self.changed.emit(None)
        self._show_columns(names)

    def dress(self) -> None:
        """Give the table the columns of the view that is shown."""
        if self._wide:
            self.keep_widths()
            self._show_columns()

    def _show_columns(self, names: Sequence[str] = ()) -> None:
        saved = self._workspace.views.saved_of(self._workspace.queue.view)
        own = saved.columns if saved is not None else ()
        kept = names or own or self._settings.text("columns").split()
        widths = _numbers(self._settings.text("widths"))
        header = self._workspace.list_panel.header
        header.custom = {column_of(f.id): f for f in self._workspace.fields.active}
        header.show_columns(known_columns(kept, header.custom), widths)
        header.show_sort(order_sign(self._workspace.queue.sort, self._workspace.fields.all))
        self._workspace.list.viewport().update()

    def keep_widths(self) -> None:
        """Remember how wide the columns are, if there are any."""
        if self._wide:
            header = self._workspace.list_panel.header
            widths = _numbers(self._settings.text("widths")) | header.widths()
            self._settings.keep_text("widths", codec.encode(widths).decode())


def _numbers(told: str) -> dict[str, int]:
    """Widths as they were kept; none when what is kept is of another release."""
    try:
        return codec.decode(told, dict[str, int]) if told else {}
    except Refused:
        return {}
