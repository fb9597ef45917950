"""Administration over HTTP, for the command line beside a running server and for consoles later."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.params import JSONBody
from msgspec import Struct

from console.kernel.codec import Strict, Whole
from console.kernel.errors import Refused
from console.people.model import Action, Actor, User
from console.people.records import USER
from console.people.server import accounts
from console.server.core import Core
from console.server.erasing import erase_ticket
from console.sync.server.tx import Tx
from console.tickets.server.erasure import TicketErased


class NewUser(Strict, frozen=True):
    """A user to be."""

    email: str
    name: str
    role: str
    password: str
    teams: tuple[str, ...] = ()


class UserAdded(Struct, frozen=True):
    """The user that now is."""

    user_id: UUID


async def add_user(core: Core, asked: NewUser) -> UserAdded:
    """Add a user with a password. Raises Refused."""
    password_hash = await asyncio.to_thread(accounts.hashed, asked.password)

    def work(tx: Tx) -> User:
        user = accounts.add_user(tx, asked.email, asked.name, asked.role, asked.teams)
        accounts.set_password(tx, user.id, password_hash)
        return user

    return UserAdded((await core.write(work)).id)


class TeamsOf(Strict, frozen=True):
    """The teams that a user is in from now on, and no others."""

    email: str
    teams: tuple[str, ...] = ()


async def set_teams(core: Core, actor: Actor, asked: TeamsOf) -> UserAdded:
    """Put a user in exactly these teams; what they may see follows at once. Raises Refused."""

    def work(tx: Tx) -> User:
        tx.actor_id = actor.user_id
        found = tx.find(USER, "email", asked.email.strip().lower())
        if not found:
            raise Refused("no_user", f"There is no user {asked.email.strip()!r}.")
        return accounts.set_teams(tx, found[0].record.id, asked.teams)

    return UserAdded((await core.write(work)).id)


class Erase(Strict, frozen=True):
    """A ticket to be erased, by its number."""

    number: Whole


@post("/admin/users", opt={"action": Action.PEOPLE})
async def post_user(request: Request[Any, Any, Any], data: JSONBody[NewUser]) -> UserAdded:
    """Add a user."""
    return await add_user(request.app.state.core, data)


@post("/admin/teams", opt={"action": Action.PEOPLE}, status_code=200)
async def post_teams(request: Request[Any, Any, Any], data: JSONBody[TeamsOf]) -> UserAdded:
    """Put a user in exactly these teams."""
    return await set_teams(request.app.state.core, request.state.actor, data)


@post("/admin/erase", opt={"action": Action.ERASE}, status_code=200)
async def post_erase(request: Request[Any, Any, Any], data: JSONBody[Erase]) -> TicketErased:
    """Erase a ticket with its conversation."""
    return await erase_ticket(request.app.state.core, request.state.actor, data.number)


ROUTES = (post_user, post_teams, post_erase)
