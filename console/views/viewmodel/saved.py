"""The saved views one sees: which there are, who keeps each, and what one may do with it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import structs

from console.kernel.codec import NIL, Strict
from console.kernel.ids import new_id
from console.kernel.signal import Signal
from console.kernel.tongue import tr
from console.people.viewmodel import Directory
from console.sync.client.local import Local, Touched
from console.views.model import AUDIENCES, POSITION_GAP, Audience, SavedView, checked, may_keep
from console.views.records import (
    VIEW,
    ChangeView,
    CreateView,
    DeleteView,
    MoveView,
    RestoreView,
    ShareView,
)
from console.views.tables import rows

Keeper = tuple[Audience, UUID]
"""For whom a view is kept, and the team if it is a team's."""


class SavedViews:
    """Saved views in their order, pending changes included. `changed` when any differs."""

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local, self._directory = local, directory
        self.views: Sequence[SavedView] = ()
        self.changed: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._opened)
        self._load()

    def get(self, view_id: UUID) -> SavedView | None:
        """The view of that id; None for one that is not there or was deleted."""
        return next((view for view in self.views if view.id == view_id), None)

    def kept_for(self, audience: Audience, team_id: UUID = NIL) -> list[SavedView]:
        """One section: the views of an audience, in their order. Personal ones are one's own."""
        return [v for v in self.views if (v.audience, v.team_id) == (audience, team_id)]

    def may_change(self, view: SavedView) -> bool:
        """Whether one may change, move, share and delete it."""
        me = self._directory.me
        return me is not None and may_keep(me, view.audience, view.owner_id, view.team_id)

    def keepers(self) -> list[Keeper]:
        """For whom one may keep views: oneself first, then teams by name, then everybody."""
        me = self._directory.me
        if me is None:
            return []
        teams = sorted(self._directory.teams.values(), key=lambda team: team.name)
        asked: dict[Audience, list[UUID]] = {audience: [NIL] for audience in AUDIENCES}
        asked["team"] = [team.id for team in teams]
        return [
            (audience, team_id)
            for audience, team_ids in asked.items()
            for team_id in team_ids
            if may_keep(me, audience, me.id, team_id)
        ]

    # -- acting; all of it is in the work file when it returns

    async def create(self, view: SavedView) -> UUID:
        """Keep a new view, behind the others of its section. Its id. Raises Refused `bad_view`."""
        kept = checked(view)
        section = self.kept_for(kept.audience, kept.team_id)
        place = section[-1].position + POSITION_GAP if section else 0
        args = CreateView(
            name=kept.name, audience=kept.audience, team_id=kept.team_id, icon=kept.icon,
            conditions=kept.conditions, sort=kept.sort, columns=kept.columns, position=place,
        )  # fmt: skip
        view_id = new_id()
        await self._do(view_id, args, tr("Keep the view {name}").format(name=kept.name))
        return view_id

    async def change(self, view_id: UUID, wished: SavedView) -> None:
        """Make the view what is wished: what differs is told. Raises Refused `bad_view`."""
        view = self.get(view_id)
        if view is None:
            return
        kept = checked(wished)
        about = tr("Change the view {name}").format(name=view.name)
        told: dict[str, Any] = {
            name: getattr(kept, name)
            for name in ("name", "icon", "conditions", "sort", "columns")
            if getattr(kept, name) != getattr(view, name)
        }
        if told:
            await self._do(view_id, ChangeView(**told), about)
        if (kept.audience, kept.team_id) != (view.audience, view.team_id):
            args = ShareView(audience=kept.audience, team_id=kept.team_id)
            await self._do(view_id, args, about)

    async def rename(self, view_id: UUID, name: str) -> None:
        """Call it something else. Raises Refused `bad_view`."""
        view = self.get(view_id)
        if view is not None:
            await self.change(view_id, structs.replace(view, name=name))

    async def move(self, view_id: UUID, by: int) -> None:
        """One place up (-1) or down (1) within its section; at its end nothing happens."""
        view = self.get(view_id)
        if view is None:
            return
        section = self.kept_for(view.audience, view.team_id)
        here = section.index(view)
        there = here + by
        if not 0 <= there < len(section):
            return
        del section[here]
        section.insert(there, view)
        about = tr("Move the view {name}").format(name=view.name)
        before = section[there - 1].position if there else None
        after = section[there + 1].position if there + 1 < len(section) else None
        position = _between(before, after)
        if position is not None:
            await self._do(view_id, MoveView(position=position), about)
            return
        # No room is left between the two: all of the section are numbered anew.
        for place, each in enumerate(section):
            if each.position != place * POSITION_GAP:
                await self._do(each.id, MoveView(position=place * POSITION_GAP), about)

    async def delete(self, view_id: UUID) -> None:
        """Show it to nobody any more; `restore` takes that back."""
        view = self.get(view_id)
        if view is not None:
            about = tr("Delete the view {name}").format(name=view.name)
            await self._do(view_id, DeleteView(), about)

    async def restore(self, view: SavedView) -> None:
        """Take back that the view was deleted."""
        about = tr("Bring back the view {name}").format(name=view.name)
        await self._do(view.id, RestoreView(), about)

    async def _do(self, view_id: UUID, args: Strict, about: str) -> None:
        await self._local.do(VIEW, view_id, args, lane=view_id, about=about)

    # -- staying current

    def _load(self) -> None:
        reader = self._local.reader
        found = rows.views(reader) if reader else []
        if found != list(self.views):
            self.views = found
            self.changed.emit(None)

    def _touched(self, touched: Touched) -> None:
        if VIEW.name in touched:
            self._load()

    def _opened(self, _: None) -> None:
        self._load()


def _between(before: int | None, after: int | None) -> int | None:
    """A position between two; None when there is none left."""
    if before is None:
        return after - POSITION_GAP if after is not None else 0
    if after is None:
        return before + POSITION_GAP
    middle = (before + after) // 2
    return middle if before < middle < after else None
