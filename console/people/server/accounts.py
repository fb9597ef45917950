"""Accounts: the roles and scopes a new installation has, users, teams and their passwords."""

import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from msgspec import structs

from console.kernel.clock import to_ms
from console.kernel.errors import Refused
from console.kernel.ids import derived_id, new_id
from console.people.model import INTAKE_SCOPE, ORG_SCOPE, ROLES, Action, Role, Team, User
from console.people.records import ROLE, TEAM, USER
from console.people.server.schema import credential, session
from console.people.server.scopes import new_scope, org_scopes, regrant, regrant_all
from console.sync.server import schema
from console.sync.server.tx import Tx

_BROUGHT: Mapping[str, frozenset[str]] = {
    "admin": ROLES["admin"],
    "agent": frozenset({Action.VIEWS, Action.VALUES}),
    "supervisor": frozenset({Action.VIEWS, Action.VALUES, Action.FIELDS, Action.CUSTOMER_NOTES})
    | {Action.UNMASK, Action.MASKING},
}
"""What roles founded by an earlier release may do from now on."""

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 256

# argon2id with the parameters of RFC 9106's second recommendation (64 MiB, 3 passes, 4 lanes).
_hasher = PasswordHasher()
# A well-formed hash of the same cost that no password has, for those who are not there.
_NOBODYS = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def found_organisation(tx: Tx) -> None:
    """The roles and fixed scopes of a new installation.

    One that has them is left alone, but for what this release brings: administrators may do all
    of it, others what `_BROUGHT` says.
    """
    if tx.all(ROLE):
        for stored in tx.all(ROLE):
            missing = _BROUGHT.get(stored.record.name, frozenset()) - stored.record.actions
            if missing:
                grown = structs.replace(stored.record, actions=stored.record.actions | missing)
                tx.record(ROLE, grown)
        return
    tx.insert(schema.scope, id=ORG_SCOPE, name="org")
    tx.insert(schema.scope, id=INTAKE_SCOPE, name="intake")
    for name, actions in ROLES.items():
        role = Role(id=derived_id("role", name), name=name, actions=frozenset(actions))
        tx.record(ROLE, role, org_scopes())


def ensure_team(tx: Tx, name: str) -> Team:
    """The team of that name, made with a queue of its own when there is none."""
    clean = " ".join(name.split())
    if not clean or not clean.isprintable():
        raise Refused("bad_team", "A team needs a name.", fields={"team": "empty"})
    tx.alone("people")
    known = tx.find(TEAM, "name", clean)
    if known:
        return known[0].record
    team_id = new_id()
    team = Team(id=team_id, name=clean, scope=new_scope(tx, f"queue:{team_id}"))
    tx.record(TEAM, team, org_scopes())
    regrant_all(tx)
    return team


def add_user(tx: Tx, email: str, name: str, role: str, teams: Iterable[str]) -> User:
    """A new user in these teams. Raises Refused for a bad address or role, or a taken address."""
    address = email.strip()
    sides = address.split("@")
    if len(sides) != 2 or not all(sides) or not address.isprintable():
        raise Refused("bad_email", f"{email!r} is no e-mail address.", fields={"email": "not one"})
    if not name.strip() or not name.isprintable():
        raise Refused("bad_name", "A user needs a name.", fields={"name": "empty"})
    tx.alone("people")
    if not tx.find(ROLE, "name", role):
        known = ", ".join(sorted(stored.record.name for stored in tx.all(ROLE)))
        raise Refused("bad_role", f"There is no role {role!r}: use one of {known}.")
    if tx.find(USER, "email", address.lower()):
        raise Refused("email_taken", f"There is a user {address} already.")
    user_id = new_id()
    user = User(
        id=user_id,
        name=" ".join(name.split()),
        email=address,
        role=role,
        teams=frozenset(ensure_team(tx, team).id for team in teams),
        scope=new_scope(tx, f"user:{user_id}"),
    )
    tx.record(USER, user, org_scopes())
    regrant(tx, user)
    return user


def set_teams(tx: Tx, user_id: UUID, teams: Iterable[str]) -> User:
    """Put a user in exactly these teams; what they may see follows at once."""
    tx.alone("people")
    stored = tx.get(USER, user_id)
    if stored is None:
        raise Refused("no_user", "There is no such user.")
    ids = frozenset(ensure_team(tx, team).id for team in teams)
    user = structs.replace(stored.record, teams=ids)
    tx.record(USER, user)
    regrant(tx, user)
    return user


def hashed(password: str) -> str:
    """The password's argon2id hash; takes a tenth of a second on purpose. Raises Refused."""
    if len(password) < MIN_PASSWORD_CHARS:
        text = f"A password needs at least {MIN_PASSWORD_CHARS} characters."
        raise Refused("password_short", text, fields={"password": "too short"})
    if len(password) > MAX_PASSWORD_CHARS:
        text = f"A password has at most {MAX_PASSWORD_CHARS} characters."
        raise Refused("password_long", text, fields={"password": "too long"})
    return _hasher.hash(password)


def set_password(tx: Tx, user_id: UUID, password_hash: str) -> None:
    """Store a new password hash; every session of the user ends."""
    tx.insert(
        credential,
        user_id=user_id.bytes,
        password_hash=password_hash,
        changed_at=to_ms(tx.at),
    )
    tx.delete(session, user_id=user_id.bytes)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hashed one; as slow without a hash as with one."""
    try:
        return _hasher.verify(password_hash or _NOBODYS, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def random_password() -> str:
    """A password nobody has to remember."""
    return secrets.token_urlsafe(24)
