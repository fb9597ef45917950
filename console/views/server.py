"""Saved views on the server: who may keep which, and who is shown it."""

from typing import Any
from uuid import UUID

from msgspec import structs

from console.kernel.errors import Bug, Denied, Refused
from console.people.model import ORG_SCOPE, Action, User
from console.people.records import TEAM, USER
from console.sync.records import Scopes
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx
from console.views.model import MAX_VIEWS, SavedView, checked, may_keep
from console.views.records import (
    VIEW,
    ChangeView,
    CreateView,
    DeleteView,
    MoveView,
    RestoreView,
    ShareView,
)
from console.views.tables.rows import kept_by


def create_view(tx: Tx, request: Request[CreateView]) -> None:
    """A new view of the actor's, for whom they say."""
    args, user = request.args, _user(tx, request.actor)
    if tx.get(VIEW, request.target) is not None:
        raise Refused("already_there", "There is a view of that id.")
    view = checked(SavedView(id=request.target, owner_id=user.id, **structs.asdict(args)))
    scopes = _shown(tx, user, view)
    _room_for(tx, view)
    tx.record(VIEW, view, scopes)


def change_view(tx: Tx, request: Request[ChangeView]) -> None:
    """What is given replaces what was there."""
    given = {
        name: value for name, value in structs.asdict(request.args).items() if value is not None
    }
    view = _mine(tx, request)
    changed = checked(structs.replace(view, **given))
    if changed != view:
        tx.record(VIEW, changed)


def share_view(tx: Tx, request: Request[ShareView]) -> None:
    """The view goes where its new audience sees it; the actor must be allowed both places."""
    args, view = request.args, _mine(tx, request)
    shared = checked(structs.replace(view, audience=args.audience, team_id=args.team_id))
    if shared == view:
        return
    scopes = _shown(tx, _user(tx, request.actor), shared)
    _room_for(tx, shared)
    tx.record(VIEW, shared, scopes)


def move_view(tx: Tx, request: Request[MoveView]) -> None:
    """Another place within the section."""
    view = _mine(tx, request)
    if view.position != request.args.position:
        tx.record(VIEW, structs.replace(view, position=request.args.position))


def delete_view(tx: Tx, request: Request[DeleteView]) -> None:
    """Nobody is shown it any more."""
    view = _mine(tx, request, gone=True)
    if not view.gone:
        tx.record(VIEW, structs.replace(view, gone=True))


def restore_view(tx: Tx, request: Request[RestoreView]) -> None:
    """It is there again, if there is room."""
    view = _mine(tx, request, gone=True)
    if view.gone:
        back = structs.replace(view, gone=False)
        _room_for(tx, back)
        tx.record(VIEW, back)


def _mine(tx: Tx, request: Request[Any], *, gone: bool = False) -> SavedView:
    """The target, which the actor may change; `gone` also when it was deleted."""
    stored = tx.get(VIEW, request.target)
    if stored is None:
        raise Bug("dispatch lets no command through whose target is not there")
    view = stored.record
    if not may_keep(_user(tx, request.actor), view.audience, view.owner_id, view.team_id):
        raise Denied
    if view.gone and not gone:
        raise Refused("view_gone", "Somebody deleted the view meanwhile.")
    return view


def _user(tx: Tx, actor: Any) -> User:
    user_id: UUID = actor.user_id
    stored = tx.get(USER, user_id)
    if stored is None:
        raise Denied
    return stored.record


def _shown(tx: Tx, user: User, view: SavedView) -> Scopes:
    """Who sees the view. Raises Denied unless the user may keep one for them."""
    if not may_keep(user, view.audience, view.owner_id, view.team_id):
        raise Denied
    if view.audience == "personal":
        return frozenset((user.scope,))
    if view.audience == "shared":
        return frozenset((ORG_SCOPE,))
    team = tx.get(TEAM, view.team_id)
    if team is None:
        raise Refused("no_team", "There is no such team.", fields={"team_id": "unknown"})
    return frozenset((team.record.scope,))


def _room_for(tx: Tx, view: SavedView) -> None:
    tx.alone("views", str(kept_by(view)))
    found = tx.find(VIEW, "kept_by", kept_by(view))
    others = [s for s in found if not s.record.gone and s.record.id != view.id]
    if len(others) >= MAX_VIEWS:
        raise Refused("too_many_views", f"There are {MAX_VIEWS} views already: delete one first.")


HANDLERS = (
    Handles(CreateView, Action.VIEWS, None, create_view),
    Handles(ChangeView, Action.VIEWS, VIEW, change_view),
    Handles(ShareView, Action.VIEWS, VIEW, share_view),
    Handles(MoveView, Action.VIEWS, VIEW, move_view),
    Handles(DeleteView, Action.VIEWS, VIEW, delete_view),
    Handles(RestoreView, Action.VIEWS, VIEW, restore_view),
)
