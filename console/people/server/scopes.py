"""Handing out scopes and granting them: who sees what, kept as state and told through the log."""

from uuid import UUID

from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.people.model import (
    FIRST_FREE_SCOPE,
    INTAKE_SCOPE,
    ORG_SCOPE,
    Team,
    User,
    granted_scopes,
)
from console.people.records import TEAM, USER
from console.sync.records import Scopes
from console.sync.server import schema
from console.sync.server.tx import Tx


def new_scope(tx: Tx, name: str) -> int:
    """A scope of that name, made when there is none; the odd number after it is its inside."""
    tx.alone("people")
    noted: int | None = tx.noted(("scope", name))
    if noted is not None:
        return noted
    found = tx.rows("SELECT id FROM scope WHERE name = :name", name=name)
    if found:
        return int(found[0][0])
    highest = tx.noted("scope") or tx.rows("SELECT max(id) FROM scope")[0][0] or 0
    scope = max(FIRST_FREE_SCOPE, highest + 2)
    tx.insert(schema.scope, id=scope, name=name)
    tx.note(("scope", name), scope)
    tx.note("scope", scope)
    return scope


def regrant(tx: Tx, user: User) -> None:
    """Let the user see what their role and teams say, and nothing else."""
    tx.set_grants(user.id, user.scope, granted_scopes(user, _teams(tx)))


def regrant_all(tx: Tx) -> None:
    """The same for everybody: a team came or went."""
    for stored in tx.all(USER):
        regrant(tx, stored.record)


def org_scopes() -> Scopes:
    """Where staff, teams and roles are kept."""
    return frozenset((ORG_SCOPE,))


def queue_scopes(tx: Tx, team_id: UUID) -> Scopes:
    """Where the tickets of a team's queue are kept; NIL is the intake. Raises Refused `no_team`."""
    if team_id == NIL:
        return frozenset((INTAKE_SCOPE,))
    team = tx.get(TEAM, team_id)
    if team is None:
        raise Refused("no_team", "There is no such team.", fields={"team_id": "unknown"})
    return frozenset((team.record.scope,))


def _teams(tx: Tx) -> list[Team]:
    return [stored.record for stored in tx.all(TEAM)]
