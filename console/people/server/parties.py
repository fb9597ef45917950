"""Parties on the server: found by their address, made when new, shown where their tickets are."""

from uuid import UUID

from msgspec import structs

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import Party
from console.people.records import PARTY
from console.people.tables.rows import handle
from console.sync.records import Scopes
from console.sync.server.tx import Stored, Tx

_LEARNED = ("name", "phone", "city", "country", "language", "zone", "since")


def ensure_party(tx: Tx, told: Party, scopes: Scopes) -> Party:
    """The party with that side and address, made when new, visible in `scopes` from now on.

    What is told newly is learned; an empty field never wipes a known one. A party without an
    address is found by its id.
    """
    known = _known(tx, told)
    if known is None:
        party = told if told.id != NIL else structs.replace(told, id=new_id())
        tx.record(PARTY, party, scopes)
        return party
    news = {
        name: value
        for name in _LEARNED
        if (value := getattr(told, name)) and value != getattr(known.record, name)
    }
    party = structs.replace(known.record, **news)
    if news or not scopes <= known.scopes:
        tx.record(PARTY, party, known.scopes | scopes)
    return party


def _known(tx: Tx, told: Party) -> Stored[Party] | None:
    if told.email:
        known = handle(told.side, told.email)
        found = tx.find(PARTY, "handle", known)
        if not found:
            tx.alone("party", known)
            found = tx.find(PARTY, "handle", known)
        return found[0] if found else None
    return tx.get(PARTY, told.id) if told.id != NIL else None


def show_party(tx: Tx, party_id: UUID, scopes: Scopes) -> None:
    """Let exactly `scopes` see the party."""
    stored = tx.get(PARTY, party_id)
    if stored is not None and stored.scopes != scopes:
        tx.record(PARTY, stored.record, scopes)
