"""Notes on parties, on the server: added by whoever may note, changed and deleted by their authors."""

from uuid import UUID

from msgspec import structs

from console.kernel.clock import whole_ms
from console.kernel.errors import Bug, Denied, Refused
from console.people.model import MAX_NOTES, Action, Actor, PartyNote, authorize, checked_note
from console.people.records import (
    PARTY,
    PARTY_NOTE,
    ChangePartyNote,
    DeletePartyNote,
    NoteParty,
)
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx


def note_party(tx: Tx, request: Request[NoteParty]) -> None:
    """One more note, if there is room and the actor sees what staff say of the party."""
    args = request.args
    party = tx.get(PARTY, args.party_id)
    if party is None:
        raise Denied
    authorize(request.actor, Action.NOTE, party.scopes)
    if tx.get(PARTY_NOTE, request.target) is not None:
        raise Refused("already_there", "There is a note with this id already.")
    body = checked_note(args.body)
    if len(tx.find(PARTY_NOTE, "party_id", args.party_id)) >= MAX_NOTES:
        text = f"There are {MAX_NOTES} notes already: delete one first."
        raise Refused("too_many_notes", text)
    author, at = request.actor.user_id, whole_ms(tx.at)
    note = PartyNote(id=request.target, party_id=args.party_id, author_id=author, at=at, body=body)
    tx.record(PARTY_NOTE, note)


def change_party_note(tx: Tx, request: Request[ChangePartyNote]) -> None:
    """Other words for a note of one's own."""
    note = _note(tx, request.target)
    if note.author_id != request.actor.user_id:
        raise Denied
    body = checked_note(request.args.body)
    if body != note.body:
        tx.record(PARTY_NOTE, structs.replace(note, body=body, changed_at=whole_ms(tx.at)))


def delete_party_note(tx: Tx, request: Request[DeletePartyNote]) -> None:
    """Gone for everybody, if it is one's own or one may."""
    note = _note(tx, request.target)
    if note.author_id != request.actor.user_id and not _may_delete(request.actor):
        raise Denied
    tx.erase(PARTY_NOTE, note.id)


def _note(tx: Tx, note_id: UUID) -> PartyNote:
    stored = tx.get(PARTY_NOTE, note_id)
    if stored is None:
        raise Bug("dispatch lets no command through whose target is not there")
    return stored.record


def _may_delete(actor: Actor) -> bool:
    return Action.CUSTOMER_NOTES in actor.actions


HANDLERS = (
    Handles(NoteParty, Action.NOTE, None, note_party),
    Handles(ChangePartyNote, Action.NOTE, PARTY_NOTE, change_party_note),
    Handles(DeletePartyNote, Action.NOTE, PARTY_NOTE, delete_party_note),
)
