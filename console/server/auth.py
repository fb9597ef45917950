"""Who is asking: bearer tokens, sign-in and sign-out, and the limits on guessing."""

import asyncio
import secrets
from typing import Any
from uuid import UUID

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from litestar import Request, post
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody
from msgspec import Struct

from console.kernel.codec import Strict
from console.kernel.crash import crash_here
from console.kernel.errors import Refused, SignedOut, Unavailable
from console.kernel.ids import derived_id
from console.people.model import Action, Actor, authorize
from console.people.records import USER
from console.people.server import accounts, sessions
from console.people.tables import rows
from console.server.config import LOOPBACK
from console.server.core import Core
from console.sync.server.tx import Tx

SIGN_INS_PER_ADDRESS = 10
SIGN_INS_PER_PEER = 120
MAX_ADDRESS = 320
"""No address is longer; what is longer is not remembered as one that was guessed for."""
PUBLIC = "public"
SIGNED_IN = "signed in"
"""For routes that check each part of a request by itself."""
OPERATOR_ID = derived_id("operator")


class SignIn(Strict, frozen=True):
    """An address, its password, and the device that asks."""

    email: str
    password: str
    device: UUID | None = None


class SignedIn(Struct, frozen=True):
    """The session token, told once, and who it stands for."""

    token: str
    user_id: UUID
    name: str
    email: str
    role: str


class Gate:
    """Turns requests into actors and slows down whoever guesses passwords."""

    def __init__(self, core: Core, control_token: str, scrape_token: str = "") -> None:
        self._core = core
        self._control = control_token
        self._scrape = scrape_token
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_address = RateLimitItemPerMinute(SIGN_INS_PER_ADDRESS)
        self._per_peer = RateLimitItemPerMinute(SIGN_INS_PER_PEER)
        # Hashing costs 64 MiB and a tenth of a second: two at a time leave the machine its air.
        self._hashing = asyncio.Semaphore(2)

    async def actor(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Actor:
        """The actor of a request by its bearer token. Raises SignedOut."""
        token = _bearer(connection)
        if not token:
            raise SignedOut
        if self._is_operator(connection, token):
            return await self._operator()
        return await self._core.actor(token)

    def _is_operator(self, connection: ASGIConnection[Any, Any, Any, Any], token: str) -> bool:
        peer = connection.client.host if connection.client else ""
        same = secrets.compare_digest(token.encode(), self._control.encode())
        return same and (peer in LOOPBACK or not peer)

    def may_scrape(self, connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
        """Whether the request holds the token that is good for the metrics and nothing else."""
        token = _bearer(connection)
        same = secrets.compare_digest(token.encode(), self._scrape.encode())
        return same and bool(self._scrape)

    async def _operator(self) -> Actor:
        return await operator(self._core)

    async def sign_in(self, peer: str, asked: SignIn) -> SignedIn:
        """A new session. Raises Refused `wrong_password`, Unavailable when asked too often.

        Takes as long for an unknown address as for a wrong password.
        """
        address = asked.email.strip().lower()[: MAX_ADDRESS + 1]
        allowed = self._limiter.hit(self._per_peer, "peer", peer)
        if not allowed or not self._limiter.hit(self._per_address, "address", address):
            raise Unavailable("Too many attempts: wait a minute.", retry_after_s=60.0)
        user = await self._core.read(
            lambda reader: rows.user_by_email(reader, address) if address.isprintable() else None
        )
        found = await self._core.read(
            lambda reader: reader.row(
                "SELECT password_hash FROM credential WHERE user_id = :u",
                u=user.id.bytes if user else b"",
            )
        )
        async with self._hashing:
            known = found[0] if found else None
            right = await asyncio.to_thread(accounts.matches, known, asked.password)
        if not right or user is None or not user.active:
            raise _wrong()
        user_id, device = user.id, asked.device
        crash_here("server.sign_in")

        def open_if_still_right(tx: Tx) -> sessions.Opened:
            sql = "SELECT password_hash FROM credential WHERE user_id = :u"
            now = tx.get(USER, user_id)
            if tx.rows(sql, u=user_id.bytes) != [(known,)] or now is None or not now.record.active:
                raise _wrong()  # by now
            return sessions.open_session(tx, user_id, device)

        opened = await self._core.write(open_if_still_right)
        crash_here("server.signed_in")
        self._limiter.clear(self._per_address, "address", address)
        return SignedIn(opened.token, user.id, user.name, user.email, user.role)


def _wrong() -> Refused:
    return Refused("wrong_password", "The address or the password is wrong.")


def _bearer(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


async def operator(core: Core) -> Actor:
    """Whoever runs the tools of this machine: may do and see everything."""
    scopes = await core.read(lambda reader: reader.rows("SELECT id FROM scope"))
    seen = frozenset(row[0] for row in scopes)
    internal = frozenset(scope + 1 for scope in seen)
    return Actor(OPERATOR_ID, "operator", "operator", frozenset(Action), seen | internal)


async def needs_leave(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """The guard of every route: its `action` is the actor's, or SIGNED_IN, or PUBLIC. Raises Denied."""
    action = handler.opt.get("action")
    if action == PUBLIC:
        return
    gate: Gate = connection.app.state.gate
    if action == Action.METRICS and gate.may_scrape(connection):
        return
    actor = await gate.actor(connection)
    if action != SIGNED_IN:
        authorize(actor, str(action), None)
    connection.state.actor = actor


@post("/auth/sign-in", opt={"action": PUBLIC}, status_code=200)
async def sign_in(request: Request[Any, Any, Any], data: JSONBody[SignIn]) -> SignedIn:
    """Exchange an address and password for a session token."""
    gate: Gate = request.app.state.gate
    return await gate.sign_in(request.client.host if request.client else "", data)


@post("/auth/sign-out", opt={"action": SIGNED_IN}, status_code=204)
async def sign_out(request: Request[Any, Any, Any]) -> None:
    """End the session whose token is presented."""
    core: Core = request.app.state.core
    token = request.headers["authorization"].partition(" ")[2]
    await core.write(lambda tx: sessions.close_session(tx, token))
    crash_here("server.signed_out")
    core.recheck(request.state.actor.user_id)


@post("/auth/sign-out-everywhere", opt={"action": SIGNED_IN}, status_code=204)
async def sign_out_everywhere(request: Request[Any, Any, Any]) -> None:
    """End every session of whoever asks."""
    core: Core = request.app.state.core
    user_id = request.state.actor.user_id
    await core.write(lambda tx: sessions.close_sessions(tx, user_id))
    core.recheck(user_id)


ROUTES = (sign_in, sign_out, sign_out_everywhere)
