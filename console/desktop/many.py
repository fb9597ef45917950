"""Many tickets at once: what is selected, the bar under the list, its pickers, and dropping on views."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QPushButton

from console.kernel.codec import NIL
from console.kernel.tongue import tr, trn
from console.sync.client.local import Local
from console.tickets.model import Priority, Status, View, ViewName
from console.tickets.viewmodel.bulk import Bulk
from console.tickets.viewmodel.bulk_deeds import (
    PRIORITY_NAMES,
    STATUS_NAMES,
    AssignTo,
    Become,
    Deed,
    MoveTo,
    Rank,
    SnoozeUntil,
    TagWith,
    TakeThem,
    WakeThem,
)
from console.tickets.viewmodel.selection import Selection
from console.tickets.viewmodel.views import ViewRow
from console.tickets.widgets.bulkbar import BulkBar, Total
from console.tickets.widgets.selecting import Selecting
from console.tickets.widgets.signs import PRIORITY_ICONS, STATUS_ICONS
from console.ui import words
from console.ui.carry import Carried
from console.ui.picker import Choice, Picker, Search, containing
from console.ui.rows import row_at
from console.ui.slots import Slots
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

_STATUSES = (Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED, Status.CLOSED)
_BECOMES = {
    ViewName.PENDING: Status.PENDING,
    ViewName.HOLD: Status.HOLD,
    ViewName.SOLVED: Status.SOLVED,
}
_SNOOZED = View(name=ViewName.SNOOZED)
What = Selection | Sequence[UUID]


class Many:
    """Selects, and does to all that are selected what the ticket's commands do to one."""

    def __init__(self, workspace: "Workspace", local: Local, slots: Slots, theme: Theme) -> None:
        self._workspace, self._local, self._slots, self._theme = workspace, local, slots, theme
        self._total = Total()
        self.selection = Selection(workspace.queue)
        self.bulk = Bulk(local)
        self.bar = BulkBar(self.selection, self.bulk, self._total, theme)
        self.selecting = Selecting(workspace.list, workspace.queue, self.selection)
        self._carried = Carried(workspace)
        self._acts: dict[str, Callable[[], None]] = {
            "assign": self._assignee,
            "team": self._team,
            "mine": lambda: self.do(TakeThem(local.me)),
            "status": self._status,
            "priority": self._priority,
            "tags": self._tags,
            "fields": self._fields,
            "snooze": self._snooze,
            "merge": lambda: workspace.merging.ask_many(self.selection),
            "wake": lambda: self.do(WakeThem()),
            "solve": lambda: self.do(self._become(Status.SOLVED)),
            "back": self._back,
        }
        workspace.list_panel.add_below(self.bar)
        workspace.toast.keep_clear_of(self.bar)
        self._connect()

    def _connect(self) -> None:
        bar, selecting = self.bar, self.selecting
        bar.wanted.connect(lambda name: self._acts[name]())
        bar.all_wanted.connect(self.every)
        bar.none_wanted.connect(self._back)
        bar.confirmed.connect(self._confirm)
        bar.cancelled.connect(self._back)
        bar.stopped.connect(self.bulk.stop)
        selecting.dragged.connect(self._drag)
        selecting.dropped.connect(self._drop)
        self.bulk.done.connect(self._workspace.say_done)
        self.bulk.refused.connect(self._workspace.toast.say)

    # -- selecting

    def toggle(self) -> None:
        """Select the current ticket, or no more."""
        self._workspace.show_inbox()
        self.selecting.toggle()

    def extend(self, by: int) -> None:
        """Select up to the next (1) or previous (-1) ticket."""
        self._workspace.show_inbox()
        self.selecting.extend(by)

    def every(self) -> None:
        """Select all of the view."""
        self._workspace.show_inbox()
        if len(self._workspace.queue):
            self.selection.every()

    def count(self, number: int, *, over: bool) -> None:
        """The view has so many (`over`: or more)."""
        self._total.count, self._total.over = number, over
        self._total.unseen = number - len(self._workspace.queue)
        self.bar.show_state()

    # -- acting

    def takes(self, command_id: str) -> bool:
        """Do a command to what is selected, if it is one for that and anything is."""
        act = self._acts.get(command_id)
        if self.bulk.asked is not None:
            act = {"open": self.bar.enter, "back": self._back}.get(command_id, act)
        elif not self.selection:
            return False
        if act is None:
            return False
        act()
        return True

    def do(self, deed: Deed, what: What | None = None) -> None:
        """Do it to what is selected, or to these; with a question before if they are many."""
        selected = self.selection if what is None else what
        self._slots.start(self.bulk.wish(deed, selected), "bulk")

    def leave(self) -> None:
        """Ask no more: another view is shown, and what was asked about is out of sight."""
        if self.bulk.cancel():
            self._workspace.list.setFocus()

    def _confirm(self) -> None:
        self._workspace.list.setFocus()
        self._slots.start(self.bulk.confirm(), "bulk")

    def _back(self) -> None:
        """Leave the question; without one select none."""
        self._workspace.list.setFocus()
        if not self.bulk.cancel():
            self.selection.clear()

    # -- picking

    def _assignee(self) -> None:
        directory = self._workspace.directory
        choices = [Choice(AssignTo(u.id, u.name), u.name, "user") for u in directory.colleagues]
        choices.append(Choice(AssignTo(NIL, ""), tr("Nobody"), "user-minus"))
        self._pick("assign", tr("Assign to"), containing([*choices, *self._teams(tr("team"))]))

    def _team(self) -> None:
        self._pick("team", tr("Move to a team"), containing(self._teams()))

    def _teams(self, aside: str = "") -> list[Choice]:
        teams = sorted(self._workspace.directory.teams.values(), key=lambda team: team.name)
        return [Choice(MoveTo(t.id, t.name), t.name, "users", aside) for t in teams]

    def _status(self) -> None:
        choices = []
        for status in _STATUSES:
            icon, color = STATUS_ICONS[status]
            choices.append(
                Choice(self._become(status), tr(STATUS_NAMES[status]), icon, color=color)
            )
        self._pick("status", tr("Set status"), containing(choices))

    def _priority(self) -> None:
        choices = []
        for priority in reversed(Priority):
            icon, color = PRIORITY_ICONS[priority]
            choices.append(Choice(Rank(priority), tr(PRIORITY_NAMES[priority]), icon, color=color))
        self._pick("priority", tr("Set priority"), containing(choices))

    def _tags(self) -> None:
        known = self._workspace.triage.known_tags()
        add = [Choice(TagWith(tag), tag, "tag") for tag in known]
        less = [
            Choice(TagWith(tag, off=True), tr("Remove “{tag}”").format(tag=tag), "minus")
            for tag in known
        ]

        def search(typed: str) -> list[Choice]:
            found = list(containing([*add, *(less if typed.strip() else ())])(typed))
            fresh = "-".join(typed.lower().split())
            if fresh and fresh not in known:
                add_it = tr("Add “{tag}”").format(tag=fresh)
                found.append(Choice(TagWith(fresh), add_it, "plus"))
            return found

        self._pick("tags", tr("Tag"), search)

    def _fields(self) -> None:
        self._workspace.fielding.many(self.bar.buttons["fields"], self.do)

    def _snooze(self) -> None:
        def snooze(at: datetime) -> None:
            self.do(SnoozeUntil(at, words.stamp(at)))

        wake = (lambda: self.do(WakeThem())) if self._workspace.queue.view == _SNOOZED else None
        self._workspace.snoozing.ask(self.bar.buttons["snooze"], snooze, wake, above=True)

    def _pick(self, button: str, title: str, search: Search) -> None:
        at: QPushButton = self.bar.buttons[button]
        picker = Picker(self._theme, title, search, self._picked, self._workspace)
        picker.open_at(at.mapToGlobal(QPoint(0, -picker.sizeHint().height() - 4)))

    def _picked(self, deed: Any) -> None:
        self.do(deed)

    # -- dropping

    def _drag(self, at: QPoint, what: What) -> None:
        said = trn("{count} ticket", "{count} tickets", len(what))
        _, place = self._under(at)
        self._carried.show(said.format(count=words.count(len(what))), at, place)

    def _drop(self, at: QPoint | None, what: What) -> None:
        self._carried.hide()
        deed, _ = self._under(at) if at is not None else (None, None)
        if deed is not None:
            self.do(deed, what)

    def _under(self, at: QPoint) -> tuple[Deed | None, QRect | None]:
        """What dropping there would do, and the line it would be dropped on."""
        views = self._workspace.views_list
        port = views.viewport()
        place = port.mapFromGlobal(at)
        row: ViewRow | None = row_at(views.indexAt(place)) if port.rect().contains(place) else None
        deed = self._meant(row.view, row.tag) if row and row.view and views.isVisible() else None
        if deed is None:
            return None, None
        line = views.visualRect(views.indexAt(place)).adjusted(8, 0, -8, 0)
        return deed, QRect(port.mapToGlobal(line.topLeft()), line.size())

    def _meant(self, view: View, tag: str) -> Deed | None:
        """What it means to put a ticket into a view, or onto a tag."""
        if tag:
            return TagWith(tag)
        me = self._workspace.directory.me
        match view.name:
            case ViewName.MINE:
                return AssignTo(self._local.me, me.name if me else tr("me"))
            case ViewName.UNASSIGNED:
                return AssignTo(NIL, "")
            case ViewName.TEAM:
                return MoveTo(view.owner, self._workspace.directory.team_name(view.owner))
        status = _BECOMES.get(view.name)
        return self._become(status) if status else None

    def _become(self, status: Status) -> Become:
        return Become(status, tuple(self._workspace.fields.all))
