"""Saved searches on the server: each is its owner's alone."""

from console.kernel.errors import Denied, Refused
from console.people.model import Action
from console.people.records import USER
from console.search.model.saved import SAVED_MOST, SavedSearch, checked_line, full, saved_id
from console.search.records import SAVED_SEARCH, DropSearch, SaveSearch
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx


def save_search(tx: Tx, request: Request[SaveSearch]) -> None:
    """The line is kept, unless it is already or there are too many."""
    line, me = checked_line(request.args.line), request.actor.user_id
    if request.target != saved_id(me, line):
        raise Refused("wrong_target", "A saved search is its owner's own.")
    owner = tx.get(USER, me)
    if owner is None:
        raise Denied
    if tx.get(SAVED_SEARCH, request.target) is not None:
        return
    tx.alone("saved_searches", str(me))
    if len(tx.find(SAVED_SEARCH, "owner_id", me)) >= SAVED_MOST:
        raise full()
    kept = SavedSearch(id=request.target, owner_id=me, line=line, at=request.args.at)
    tx.record(SAVED_SEARCH, kept, frozenset((owner.record.scope,)))


def drop_search(tx: Tx, request: Request[DropSearch]) -> None:
    """Nobody keeps the line any more."""
    stored = tx.get(SAVED_SEARCH, request.target)
    if stored is None:
        return
    if stored.record.owner_id != request.actor.user_id:
        raise Denied
    tx.erase(SAVED_SEARCH, request.target)


HANDLERS = (
    Handles(SaveSearch, Action.VIEWS, None, save_search),
    Handles(DropSearch, Action.VIEWS, None, drop_search),
)
