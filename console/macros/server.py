"""Macros on the server: who may write which, and where they are seen."""

from uuid import UUID

from msgspec import structs

from console.conversations.server import kept_files
from console.kernel.errors import Bug, Denied, Refused
from console.kernel.grown import with_unknown
from console.macros.model import Content, Macro, checked
from console.macros.records import MACRO, ChangeMacro, CreateMacro, DeleteMacro
from console.people.model import Action, Actor
from console.people.records import TEAM, USER
from console.people.server.scopes import org_scopes
from console.sync.records import Scopes, internal_scope
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Stored, Tx


def create_macro(tx: Tx, request: Request[CreateMacro]) -> None:
    """A new macro of the actor's."""
    if tx.get(MACRO, request.target) is not None:
        raise Refused("already_there", "There is a macro with this id already.")
    me, content = request.actor.user_id, _taken(tx, request.actor, request.args.content)
    scopes = _shown(tx, request.actor, content, me)
    macro = Macro(id=request.target, content=content, owner_id=me, changed_by=me)
    tx.record(MACRO, macro, scopes)


def change_macro(tx: Tx, request: Request[ChangeMacro]) -> None:
    """Compare and set: a colleague's newer words are not written over unseen."""
    before = _writable(tx, request)
    me, args = request.actor.user_id, request.args
    whole = with_unknown(args.content, before.content, args.knows)
    content = _taken(tx, request.actor, whole)
    scopes = _shown(tx, request.actor, content, before.owner_id)
    tx.record(MACRO, structs.replace(before, content=content, changed_by=me), scopes)


def delete_macro(tx: Tx, request: Request[DeleteMacro]) -> None:
    """Gone for everybody."""
    tx.erase(MACRO, _writable(tx, request).id)


def _taken(tx: Tx, actor: Actor, told: Content) -> Content:
    """The content as it is kept, its files as they are here."""
    content = checked(told)
    return structs.replace(content, files=kept_files(tx, actor, content.files))


def _writable(tx: Tx, request: Request[ChangeMacro] | Request[DeleteMacro]) -> Macro:
    """The target, if the actor may change it and has seen its latest content."""
    stored: Stored[Macro] | None = tx.get(MACRO, request.target)
    if stored is None:
        raise Bug("dispatch lets no command through whose target is not there")
    macro, me = stored.record, request.actor.user_id
    _shown(tx, request.actor, macro.content, macro.owner_id)
    if stored.rev > request.base_rev and macro.changed_by != me:
        raise Refused("macro_changed", "A colleague changed the macro meanwhile.")
    return macro


def _shown(tx: Tx, actor: Actor, content: Content, owner_id: UUID) -> Scopes:
    """Where a macro with this content is seen. Raises Denied unless the actor may write it there."""
    if content.sharing == "everybody":
        if Action.MACROS_SHARED not in actor.actions:
            raise Denied
        return org_scopes()
    if content.sharing == "team":
        team = tx.get(TEAM, content.team_id)
        if team is None:
            raise Refused("no_team", "There is no such team.", fields={"team": "unknown"})
        inside = internal_scope(team.record.scope)
        if inside not in actor.scopes:
            raise Denied
        return frozenset((inside,))
    owner = tx.get(USER, owner_id)
    if owner is None or owner_id != actor.user_id:
        raise Denied
    return frozenset((owner.record.scope,))


HANDLERS = (
    Handles(CreateMacro, Action.MACROS, None, create_macro),
    Handles(ChangeMacro, Action.MACROS, MACRO, change_macro),
    Handles(DeleteMacro, Action.MACROS, MACRO, delete_macro),
)
