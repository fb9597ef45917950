"""The views at the side: which there are, how many tickets each holds, which one is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from console.kernel.codec import NIL
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr
from console.people.model import Team
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.telling import Touched
from console.tickets.model import DUE_SOON, ME, NOBODY, SOME, UNSEEN, Status, View, ViewName
from console.tickets.tables import rows
from console.tickets.tables.conditions import IN_OUR_COURT, timed
from console.tickets.tables.tally import Borders, Tally
from console.views.model import Condition, Field, SavedView
from console.views.viewmodel.saved import SavedViews

DUE = View(
    name=ViewName.FILTER,
    conditions=(IN_OUR_COURT, Condition(field=Field.DUE, values=(DUE_SOON,))),
)
UNREAD = View(name=ViewName.FILTER, conditions=(Condition(field=Field.UNREAD, values=(SOME,)),))
MENTIONS = View(name=ViewName.FILTER, conditions=(Condition(field=Field.MENTIONS, values=(ME,)),))
_NOT_SEEN = View(
    name=ViewName.FILTER, conditions=(Condition(field=Field.MENTIONS, values=(UNSEEN,)),)
)
_COUNTED = {MENTIONS: _NOT_SEEN}
"""Views of which not all is counted, but what of it is new."""
_EVERYBODYS = (
    (View(name=ViewName.MINE), mark("Mine")),
    (DUE, mark("Due soon")),
    (View(name=ViewName.WAITING), mark("Waiting on us")),
    (View(name=ViewName.UNASSIGNED), mark("Unassigned")),
    (UNREAD, mark("Unread")),
    (MENTIONS, mark("Mentions of me")),
    (View(name=ViewName.ACTIVE), mark("All active")),
    (View(name=ViewName.PENDING), mark("Pending")),
    (View(name=ViewName.HOLD), mark("On hold")),
    (View(name=ViewName.SNOOZED), mark("Snoozed")),
    (View(name=ViewName.SOLVED), mark("Solved")),
)


TAGS_SHOWN = 12


@dataclass(frozen=True)
class ViewRow:
    """A line of the sidebar: a section's title when `view` is None, else a view with its count.

    `over` says that there may be more than counted; `saved` is the view's record if it has one,
    `tag` the tag that a line stands for. A title with `folded` set can be folded, and is or is not.
    """

    title: str
    view: View | None = None
    count: int = 0
    over: bool = False
    saved: SavedView | None = None
    tag: str = ""
    folded: bool | None = None


def tagged(tag: str) -> View:
    """What is in our court and has a tag."""
    condition = Condition(field=Field.TAG, values=(tag,))
    return View(name=ViewName.FILTER, conditions=(IN_OUR_COURT, condition))


def view_of(saved: SavedView) -> View:
    """The way to look at the queue that a saved view keeps."""
    return View(name=ViewName.FILTER, owner=saved.id, conditions=saved.conditions)


def conditions_of(view: View) -> tuple[Condition, ...]:
    """What a view shows, said in conditions: where a filter of one's own begins."""
    if view.name == ViewName.FILTER:
        return view.conditions
    status = _STATUSES.get(view.name)
    first = Condition(field=Field.STATUS, values=status) if status else IN_OUR_COURT
    value = {**_MORE, ViewName.TEAM: (Field.TEAM, str(view.owner))}.get(view.name)
    return (first, Condition(field=value[0], values=(value[1],))) if value else (first,)


_STATUSES: Mapping[ViewName, tuple[str, ...]] = {
    ViewName.SNOOZED: (rows.SNOOZED,),
    ViewName.PENDING: (Status.PENDING,),
    ViewName.HOLD: (Status.HOLD,),
    ViewName.SOLVED: (Status.SOLVED, Status.CLOSED),
}
_MORE = {
    ViewName.MINE: (Field.ASSIGNEE, ME),
    ViewName.UNASSIGNED: (Field.ASSIGNEE, NOBODY),
    ViewName.WAITING: (Field.WAITING, "0"),
}


def _last_value(view: View) -> str:
    return next(iter(view.conditions[-1].values), "")


class Views:
    """The sidebar's lines. `changed` when one did; `stale` asks whoever shows them to `load`.

    What an index of its own counts is counted by `load`. What takes longer, conditions and views
    of very many, is counted when there is time, one after another and bite by bite: by `count_next`.
    """

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local = local
        self._directory = directory
        self.saved = SavedViews(local, directory)
        self.rows: Sequence[ViewRow] = ()
        self.tags_folded = True
        self._known: dict[View, int] = {}
        self._due: list[View] = []
        self._tally: Tally | None = None
        self._borders: Borders = {}
        self.changed: Signal[None] = Signal()
        self.stale: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._opened)
        self._mode = local.standing.mode if local.standing else ""
        local.link.connect(self._linked)
        directory.changed.connect(self._opened)
        self.saved.changed.connect(self._kept)
        self.load()

    def load(self) -> None:
        """Count what is counted at once; the rest is due."""
        self._due, self._tally, self._borders = [], None, {}
        self._tell()

    def count_next(self) -> bool:
        """Count the next bite of the view that is due; whether more is due."""
        reader = self._local.reader
        if reader is None or not self._due:
            return False
        view = self._due[0]
        if self._tally is None:
            now, most, me = self._local.clock.now(), rows.EXACTLY_COUNTED, self._local.me
            counted = _COUNTED.get(view, view)
            self._tally = Tally(reader, counted, me, now=now, most=most, borders=self._borders)
        if self._tally.step():
            return True
        self._known[view], self._tally = self._tally.count, None
        self._due.pop(0)
        lines = [self._counted(row) if row.view == view else row for row in self.rows]
        if lines != list(self.rows):
            self.rows = lines
            self.changed.emit(None)
        return bool(self._due)

    def tick(self) -> None:
        """A minute went by: what time decides may have changed."""
        if any(row.view is not None and timed(row.view.conditions) for row in self.rows):
            self.stale.emit(None)

    def fold_tags(self, folded: bool) -> None:
        """Show the tags in use under their title, or the title alone."""
        self.tags_folded = folded
        self.load()
        self.stale.emit(None)

    def title(self, view: View) -> str:
        """What a view is called."""
        if len(view.conditions) > 1 and view == tagged(tag := _last_value(view)):
            return tr("Tag “{tag}”").format(tag=tag)
        if view.name == ViewName.TEAM:
            return self._directory.team_name(view.owner)
        if view.owner != NIL:
            saved = self.saved_of(view)
            return saved.name if saved else ""
        named = (tr(title) for known, title in _EVERYBODYS if known == view)
        return next(named, tr("Filter"))

    def row(self, view: View) -> ViewRow | None:
        """The line of a view, None when it has none."""
        return next((row for row in self.rows if row.view == view), None)

    def saved_of(self, view: View) -> SavedView | None:
        """The saved view that a view is, None when it is none that is there."""
        return self.saved.get(view.owner) if view.owner != NIL else None

    def saved_as(self, view_id: UUID) -> View | None:
        """The view that is saved under that id, as it is now; None when it is gone."""
        saved = self.saved.get(view_id)
        return view_of(saved) if saved else None

    # -- the lines

    def _tell(self) -> None:
        lines = [ViewRow(tr("Views"))]
        lines += [self._line(tr(title), view) for view, title in _EVERYBODYS]
        lines += self._of(self.saved.kept_for("shared"))
        lines += self._teams()
        if personal := self._of(self.saved.kept_for("personal")):
            lines += [ViewRow(tr("Personal")), *personal]
        lines += self._tags()
        self._known = {row.view: self._known[row.view] for row in lines if row.view in self._known}
        if lines != list(self.rows):
            self.rows = lines
            self.changed.emit(None)

    def _tags(self) -> list[ViewRow]:
        """A title to unfold, and under it the tags used most on what was touched last."""
        title = ViewRow(tr("Tags"), folded=self.tags_folded)
        reader = self._local.reader
        if self.tags_folded or reader is None:
            return [title]
        used = rows.tags(reader, TAGS_SHOWN)
        return [title, *(replace(self._line(tag, tagged(tag)), tag=tag) for tag in used)]

    def _teams(self) -> list[ViewRow]:
        """A title, and each team's queue with the views it keeps; one's own teams first."""
        teams = sorted(self._directory.teams.values(), key=lambda team: team.name)
        me = self._directory.me
        mine = [team for team in teams if me is not None and team.id in me.teams]
        lines: list[ViewRow] = []
        for team in (*mine, *(team for team in teams if team not in mine)):
            lines += self._team(team, mine=team in mine)
        return [ViewRow(tr("Teams")), *lines] if teams else []

    def _team(self, team: Team, *, mine: bool) -> list[ViewRow]:
        line = self._line(team.name, View(name=ViewName.TEAM, owner=team.id))
        kept = self._of(self.saved.kept_for("team", team.id))
        return [line, *kept] if mine or line.count or kept else []

    def _of(self, saved: Sequence[SavedView]) -> list[ViewRow]:
        return [self._line(view.name, view_of(view), view) for view in saved]

    def _line(self, title: str, view: View, saved: SavedView | None = None) -> ViewRow:
        reader = self._local.reader
        if reader is None:
            return ViewRow(title, view, saved=saved)
        known = self._known.get(view, 0)
        if view.name != ViewName.FILTER:
            count = rows.count(reader, view, self._local.me)
            if count < rows.MOST_COUNTED:
                return ViewRow(title, view, count)
            known = max(known, count)
        self._due.append(view)
        return self._counted(ViewRow(title, view, known, known > 0, saved))

    def _counted(self, row: ViewRow) -> ViewRow:
        """The line with its exact count, if it has been counted."""
        known = self._known.get(row.view) if row.view else None
        if known is None:
            return row
        return replace(row, count=known, over=known >= rows.EXACTLY_COUNTED)

    def _touched(self, touched: Touched) -> None:
        if "ticket" in touched or "sighting" in touched:
            self.stale.emit(None)

    def _linked(self, standing: pipe.Standing) -> None:
        before, self._mode = self._mode, standing.mode
        if before == "loading" and standing.mode != "loading":
            self.stale.emit(None)  # notes, which may mention somebody, come last

    def _kept(self, _: None) -> None:
        self.load()
        self.stale.emit(None)

    def _opened(self, _: None) -> None:
        self.load()
        self.stale.emit(None)
