"""Sessions: opaque tokens, known to the server by their hash alone, and the actor behind each."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from console.kernel.clock import from_ms, to_ms
from console.kernel.errors import Denied, SignedOut
from console.kernel.ids import new_id
from console.people.model import Actor, User
from console.people.server.schema import session
from console.people.tables import rows
from console.store.reader import Reader
from console.sync.records import Scopes
from console.sync.server import schema
from console.sync.server.tx import Tx
from console.sync.server.worker import Bench, JobKind

TOKEN_BYTES = 32
LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Opened:
    """A new session: the token is told once and not kept."""

    id: UUID
    token: str
    expires_at: datetime


def token_hash(token: str) -> bytes:
    """What the database knows of a token. Tokens are random, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def open_session(tx: Tx, user_id: UUID, device: UUID | None) -> Opened:
    """Begin a session on a device, which becomes the user's. Raises Denied on another's device."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    opened = Opened(new_id(), token, tx.at + LIFETIME)
    if device is not None:
        _claim(tx, user_id, device)
    tx.insert(
        session,
        token_hash=token_hash(token),
        id=opened.id.bytes,
        user_id=user_id.bytes,
        device=device.bytes if device else None,
        made_at=to_ms(tx.at),
        expires_at=to_ms(opened.expires_at),
    )
    return opened


def _claim(tx: Tx, user_id: UUID, device: UUID) -> None:
    found = tx.rows("SELECT user_id FROM device WHERE id = :id", id=device.bytes)
    owner = UUID(bytes=bytes(found[0][0])) if found else tx.noted(("owner", device))
    if owner is None:
        tx.note(("owner", device), user_id)
        tx.insert_new(
            schema.device,
            id=device.bytes,
            user_id=user_id.bytes,
            last_n=0,
            pruned_n=0,
            seen_at=to_ms(tx.at),
        )
    elif owner != user_id:
        raise Denied("This device belongs to somebody else: sign in from a new profile.")


def close_session(tx: Tx, token: str) -> None:
    """End a session; unknown tokens are ignored."""
    tx.delete(session, token_hash=token_hash(token))


def close_sessions(tx: Tx, user_id: UUID) -> None:
    """End every session of a user."""
    tx.delete(session, user_id=user_id.bytes)


async def delete_expired(bench: Bench, _: str = "") -> None:
    """Forget the sessions that are over."""

    def work(tx: Tx) -> None:
        sql = text("DELETE FROM session WHERE expires_at <= :now")
        tx.connection.execute(sql, {"now": to_ms(tx.at)})

    await bench.write(work)


def actor_of(reader: Reader, token: str, now: datetime) -> Actor:
    """Whoever holds the token. Raises SignedOut for unknown and expired tokens and inactive users."""
    row = reader.row(
        "SELECT id, user_id, device, expires_at FROM session WHERE token_hash = :hash",
        hash=token_hash(token),
    )
    if row is None or from_ms(row[3]) <= now:
        raise SignedOut
    user = rows.user(reader, UUID(bytes=bytes(row[1])))
    if user is None or not user.active:
        raise SignedOut
    device = UUID(bytes=bytes(row[2])) if row[2] else None
    return actor_for(reader, user, device, UUID(bytes=bytes(row[0])))


def actor_for(reader: Reader, user: User, device: UUID | None, session_id: UUID) -> Actor:
    """The actor that a user is, with what their role lets them do and see now."""
    role = rows.role(reader, user.role)
    granted = reader.rows("SELECT scope_id FROM scope_grant WHERE user_id = :u", u=user.id.bytes)
    return Actor(
        user.id,
        user.name,
        user.role,
        role.actions if role else frozenset(),
        frozenset(row[0] for row in granted),
        device,
        session_id,
    )


def granted_in(reader: Reader, actor: Actor) -> Scopes:
    """What an actor may see in this snapshot; one without a user (the operator) keeps what it has."""
    user = rows.user(reader, actor.user_id)
    return actor_for(reader, user, None, actor.session).scopes if user else actor.scopes


JOBS = (JobKind("delete_expired_sessions", delete_expired, nightly=True),)
