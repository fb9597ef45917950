"""People on the wire: users, teams, roles, parties, and what staff note of a party.

All but the notes change through administration only.
"""

from uuid import UUID

from console.kernel.codec import Strict
from console.people.model import Party, PartyNote, Role, Team, User
from console.sync.records import Kind

ROLE = Kind("role", Role)
TEAM = Kind("team", Team)
USER = Kind("user", User)
PARTY = Kind("party", Party)
PARTY_NOTE = Kind(
    "party_note",
    PartyNote,
    parent="party",
    parent_id=lambda note: note.party_id,
    internal=lambda _: True,
)


class NoteParty(Strict, frozen=True):
    """Note something of a party, under the target's id; one of that id: refused `already_there`."""

    party_id: UUID
    body: str


class ChangePartyNote(Strict, frozen=True):
    """Give a note of one's own other words; the last one wins."""

    body: str


class DeletePartyNote(Strict, frozen=True):
    """Delete a note of one's own, or with leave anybody's."""
