"""The views at the side: which there are, how many tickets each holds, which one is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.kernel.signal import Signal
from console.kernel.tongue import mark
from console.people.viewmodel import Directory
from console.sync.client.local import Local, Touched
from console.tickets.model import View, ViewName
from console.tickets.tables import rows

_EVERYBODYS = (
    (ViewName.MINE, "Mine"),
    (ViewName.WAITING, "Waiting on us"),
    (ViewName.UNASSIGNED, "Unassigned"),
    (ViewName.ACTIVE, "All active"),
    (ViewName.PENDING, "Pending"),
    (ViewName.HOLD, "On hold"),
    (ViewName.SNOOZED, mark("Snoozed")),
    (ViewName.SOLVED, "Solved"),
)


@dataclass(frozen=True)
class ViewRow:
    """A line of the sidebar: a section's title when `view` is None, else a view with its count.

    `count` stops at MOST_COUNTED.
    """

    title: str
    view: View | None = None
    count: int = 0

    @property
    def over(self) -> bool:
        """Whether there may be more than counted."""
        return self.count >= rows.MOST_COUNTED


class Views:
    """The sidebar's lines. `changed` when one did; `stale` asks whoever shows them to `load`."""

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local = local
        self._directory = directory
        self.rows: Sequence[ViewRow] = ()
        self.changed: Signal[None] = Signal()
        self.stale: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._opened)
        directory.changed.connect(self._opened)
        self.load()

    def load(self) -> None:
        """Count everything anew."""
        lines = [ViewRow("Views")]
        lines += [self._line(title, View(name=name)) for name, title in _EVERYBODYS]
        teams = sorted(self._directory.teams.values(), key=lambda team: team.name)
        me = self._directory.me
        mine = [team for team in teams if me is not None and team.id in me.teams]
        others = [team for team in teams if team not in mine]
        if teams:
            lines.append(ViewRow("Teams"))
        for team in (*mine, *others):
            line = self._line(team.name, View(name=ViewName.TEAM, owner=team.id))
            if team in mine or line.count:
                lines.append(line)
        if lines != list(self.rows):
            self.rows = lines
            self.changed.emit(None)

    def title(self, view: View) -> str:
        """What a view is called."""
        if view.name == ViewName.TEAM:
            return self._directory.team_name(view.owner)
        return next(title for name, title in _EVERYBODYS if name == view.name)

    def _line(self, title: str, view: View) -> ViewRow:
        reader = self._local.reader
        count = rows.count(reader, view, self._local.me) if reader else 0
        return ViewRow(title, view, count)

    def _touched(self, touched: Touched) -> None:
        if "ticket" in touched:
            self.stale.emit(None)

    def _opened(self, _: None) -> None:
        self.load()
