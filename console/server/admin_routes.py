"""Administration over HTTP, for the command line beside a running server and for consoles later."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.params import JSONBody
from msgspec import Struct

from console.kernel.codec import Strict
from console.people.model import Action, User
from console.people.server import accounts
from console.server.core import Core
from console.sync.server.tx import Tx


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


@post("/admin/users", opt={"action": Action.PEOPLE})
async def post_user(request: Request[Any, Any, Any], data: JSONBody[NewUser]) -> UserAdded:
    """Add a user."""
    return await add_user(request.app.state.core, data)


ROUTES = (post_user,)
