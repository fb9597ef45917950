"""Reads of people, and the query columns their documents project to."""

from collections.abc import Iterable
from uuid import UUID

from console.kernel.clock import to_ms
from console.people.model import Party, PartyNote, Role, Team, User
from console.people.records import PARTY, PARTY_NOTE, ROLE, TEAM, USER
from console.store.reader import Reader, Value, listed


def role_columns(role: Role) -> dict[str, Value]:
    """Query columns of a role."""
    return {"name": role.name}


def team_columns(team: Team) -> dict[str, Value]:
    """Query columns of a team."""
    return {"name": team.name}


def user_columns(user: User) -> dict[str, Value]:
    """Query columns of a user; the address in lower case, as it is looked up."""
    return {"email": user.email.lower(), "name": user.name, "active": int(user.active)}


def party_columns(party: Party) -> dict[str, Value]:
    """Query columns of a party; `handle` tells parties apart (their side and address)."""
    return {"handle": handle(party.side, party.email), "name": party.name}


def note_columns(note: PartyNote) -> dict[str, Value]:
    """Query columns of a note on a party; staff alone see it."""
    return {
        "party_id": note.party_id.bytes,
        "noted_at": to_ms(note.at),
        "internal": 1,
        "gone": int(note.gone),
    }


def handle(side: str, email: str) -> str:
    """What tells one party from another: the same person may both buy and sell."""
    return f"{side}:{email.lower()}" if email else ""


def users(reader: Reader) -> list[User]:
    """All users, by name."""
    found = reader.rows("SELECT name, id, doc FROM users ORDER BY name, id")
    return [USER.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]


def teams(reader: Reader) -> list[Team]:
    """All teams, by name."""
    found = reader.rows("SELECT name, id, doc FROM teams ORDER BY name, id")
    return [TEAM.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]


def role(reader: Reader, name: str) -> Role | None:
    """The role of that name."""
    row = reader.row("SELECT id, doc FROM roles WHERE name = :name", name=name)
    return ROLE.read(UUID(bytes=bytes(row[0])), row[1]) if row else None


def user(reader: Reader, user_id: UUID) -> User | None:
    """The user of that id."""
    row = reader.row("SELECT id, doc FROM users WHERE id = :id", id=user_id.bytes)
    return USER.read(user_id, row[1]) if row else None


def user_by_email(reader: Reader, email: str) -> User | None:
    """The user of that address, whatever its letter case."""
    row = reader.row("SELECT id, doc FROM users WHERE email = :email", email=email.lower())
    return USER.read(UUID(bytes=bytes(row[0])), row[1]) if row else None


def parties(reader: Reader, ids: Iterable[UUID]) -> dict[UUID, Party]:
    """The parties of those ids that are known, by id."""
    names, params = listed("p", ids)
    found = reader.rows(f"SELECT id, doc FROM parties WHERE id IN {names}", **params)
    records = [PARTY.read(UUID(bytes=bytes(row[0])), row[1]) for row in found]
    return {party.id: party for party in records}


def parties_by_name(reader: Reader, prefix: str, limit: int) -> list[Party]:
    """Parties whose name begins with `prefix` as it is written, by name, at most `limit`."""
    begun = prefix[:1].upper() + prefix[1:]
    found = reader.rows(
        "SELECT name, id, doc FROM parties WHERE name >= :low AND name < :high"
        " ORDER BY name, id LIMIT :limit",
        low=begun,
        high=begun + "\U0010ffff",
        limit=limit,
    )
    return [PARTY.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]


def notes(reader: Reader, party_id: UUID) -> list[PartyNote]:
    """The notes on a party, newest first; without those whose deletion waits."""
    found = reader.rows(
        "SELECT noted_at, id, doc FROM party_notes WHERE party_id = :party AND gone = 0"
        " ORDER BY noted_at DESC, id",
        party=party_id.bytes,
    )
    return [PARTY_NOTE.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]
