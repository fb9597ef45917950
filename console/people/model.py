"""Users, teams, roles and parties, and the one rule of who may do what to which record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from console.kernel.codec import NIL, Record
from console.kernel.errors import Denied, Refused
from console.kernel.money import Money

Side = Literal["buyer", "seller"]
Scopes = frozenset[int]

ORG_SCOPE = 2
"""What all staff see: users, teams, roles."""
INTAKE_SCOPE = 4
"""Tickets that no team has yet."""
FIRST_FREE_SCOPE = 16


class Action(StrEnum):
    """Everything that needs leave; what each role may do is data, in its role record."""

    READ = "read"
    REPLY = "conversation.reply"
    NOTE = "conversation.note"
    UNMASK = "conversation.unmask"
    RECEIVE = "conversation.receive"
    ASSIGN = "ticket.assign"
    STATUS = "ticket.status"
    PRIORITY = "ticket.priority"
    TAGS = "ticket.tags"
    VALUES = "ticket.fields"
    IMPORT = "ticket.import"
    ERASE = "ticket.erase"
    VIEWS = "view.write"
    MACROS = "macro.write"
    MACROS_SHARED = "macro.share"
    FIELDS = "field.write"
    MASKING = "masking.write"
    CUSTOMER_NOTES = "people.notes"
    ORDERS = "order.write"
    PEOPLE = "people.write"
    FIGURES = "server.figures"
    METRICS = "server.metrics"


_TRIAGE = frozenset(
    {Action.READ, Action.REPLY, Action.NOTE, Action.ASSIGN, Action.STATUS, Action.PRIORITY}
    | {Action.TAGS, Action.VALUES, Action.VIEWS, Action.MACROS}
)
INTERNAL = frozenset({Action.NOTE})
"""Actions on what only staff see: they need the internal side of a record's scopes."""
ROLES: Mapping[str, frozenset[Action]] = {
    "agent": _TRIAGE,
    "supervisor": _TRIAGE
    | {Action.MACROS_SHARED, Action.FIELDS, Action.CUSTOMER_NOTES, Action.FIGURES}
    | {Action.UNMASK, Action.MASKING},
    "admin": frozenset(Action),
    "integration": frozenset({Action.READ, Action.RECEIVE, Action.ORDERS}),
}
"""What a new installation's roles may do; afterwards the role records say."""
SEES_ALL_TEAMS = frozenset({"supervisor", "admin", "integration"})


class Role(Record, frozen=True, kw_only=True):
    """A named set of actions."""

    name: str
    actions: frozenset[str]


class Team(Record, frozen=True, kw_only=True):
    """A group of agents with a queue; `scope` shows the queue's tickets."""

    name: str
    scope: int


class User(Record, frozen=True, kw_only=True):
    """A member of staff, or an integration acting for the outside world."""

    name: str
    email: str
    role: str
    teams: frozenset[UUID] = frozenset()
    active: bool = True
    scope: int = 0


MAX_NOTE_CHARS = 2_000
MAX_NOTES = 50
"""So many notes there are on one party."""


class Party(Record, frozen=True, kw_only=True):
    """A buyer or seller: somebody outside who writes and is written to.

    `language` is a BCP 47 tag, `zone` an IANA time zone, `country` ISO 3166; empty when unknown.
    """

    side: Side
    name: str
    email: str = ""
    phone: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    zone: str = ""
    since: datetime | None = None
    orders: int = 0
    spent: Money | None = None


class PartyNote(Record, frozen=True, kw_only=True):
    """What staff remember of a party; nobody outside sees it.

    `changed_at` is when its words were changed last; `gone` only while its deletion waits.
    """

    party_id: UUID
    author_id: UUID
    at: datetime
    body: str
    changed_at: datetime | None = None
    gone: bool = False


def checked_note(body: str) -> str:
    """A note as it is kept. Raises Refused `empty_note` or `note_too_long`."""
    clean = body.replace("\r\n", "\n").strip()
    if not clean:
        raise Refused("empty_note", "A note says something.", fields={"body": "empty"})
    if len(clean) > MAX_NOTE_CHARS:
        text = f"A note has at most {MAX_NOTE_CHARS:,} characters."
        raise Refused("note_too_long", text, fields={"body": "too long"})
    return clean


@dataclass(frozen=True)
class Actor:
    """Whoever is signed in: what they may do, what they may see, and on which device."""

    user_id: UUID
    name: str
    role: str
    actions: frozenset[str]
    scopes: Scopes
    device: UUID | None = None
    session: UUID = NIL


def authorize(actor: Actor, action: str, scopes: Scopes | None) -> None:
    """Raise Denied unless the actor may do `action` to a record in `scopes` (None: no record).

    The one place that decides this, for every route, command and frame. What an actor may not
    see does not exist for them, so both refusals read the same.
    """
    if action not in actor.actions:
        raise Denied
    needed = scopes
    if scopes is not None and action in INTERNAL:
        needed = frozenset(scope + 1 for scope in scopes)
    if needed is not None and actor.scopes.isdisjoint(needed):
        raise Denied


def granted_scopes(user: User, teams: list[Team]) -> Scopes:
    """The scopes a user sees: their own, the organisation's, their teams' queues and notes.

    Integrations see queues but no internal side: what staff write among themselves never leaves.
    """
    if not user.active:
        return frozenset()
    queues = {INTAKE_SCOPE} | {
        team.scope for team in teams if team.id in user.teams or user.role in SEES_ALL_TEAMS
    }
    if user.role == "integration":
        return frozenset(queues)
    internal = {scope + 1 for scope in queues}
    return frozenset(queues | internal | {ORG_SCOPE, user.scope})


def initials(name: str) -> str:
    """Up to two letters that stand for a name: first and last word's."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    last = words[-1][0] if len(words) > 1 else ""
    return (words[0][0] + last).upper()
