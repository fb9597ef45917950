"""Saved views on the wire: the kind, and the commands that keep them, with their conflict rules."""

from uuid import UUID

from console.kernel.codec import NIL, Strict, Whole
from console.sync.records import Kind
from console.views.model import DEFAULT_ICON, Audience, Condition, SavedView

VIEW = Kind("view", SavedView)


class CreateView(Strict, frozen=True):
    """Keep a new view under the target's id; one of that id is there: refused `already_there`."""

    name: str
    audience: Audience = "personal"
    team_id: UUID = NIL
    icon: str = DEFAULT_ICON
    conditions: tuple[Condition, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()
    position: Whole = 0


class ChangeView(Strict, frozen=True):
    """Change what is given and leave the rest; of two who change the same, the last one wins.

    A view that was deleted meanwhile refuses with `view_gone`, as it does all commands but
    RestoreView.
    """

    name: str | None = None
    icon: str | None = None
    conditions: tuple[Condition, ...] | None = None
    sort: str | None = None
    columns: tuple[str, ...] | None = None


class ShareView(Strict, frozen=True):
    """Keep the view for others than so far, or for its owner alone; the last one wins."""

    audience: Audience
    team_id: UUID = NIL


class MoveView(Strict, frozen=True):
    """Put the view at another place of its section; the last one wins."""

    position: Whole


class DeleteView(Strict, frozen=True):
    """Show the view to nobody any more; deleted already: nothing happens."""


class RestoreView(Strict, frozen=True):
    """Take back that the view was deleted; not deleted: nothing happens."""
