"""The doors beside the log: records wanted, older children, sums, and where a console differs."""

from collections.abc import Callable
from typing import Any, TypeVar

from litestar import Request, post
from litestar.params import JSONBody

from console.people.model import Action, Actor
from console.people.server.sessions import granted_in
from console.server.core import Core
from console.store.reader import Reader
from console.sync.asking import Compared, Digests, Found, Older, Summed, Wanted
from console.sync.records import Scopes

T = TypeVar("T")
COMPRESS_FROM_BYTES = 2 * 1024
Ask = Request[Any, Any, Any]


async def _looked(request: Ask, look: Callable[[Reader, Scopes], T]) -> T:
    """`look(reader, scopes)` in one snapshot with what the asker may see in it."""
    core: Core = request.app.state.core
    actor: Actor = request.state.actor
    return await core.read(lambda reader: look(reader, granted_in(reader, actor)))


@post("/sync/v1/records", opt={"action": Action.READ}, status_code=200, include_in_schema=False)
async def records(request: Ask, data: JSONBody[Wanted]) -> Found:
    """Records by id, with all that belongs to them."""
    lookup = request.app.state.core.lookup
    return await _looked(request, lambda reader, scopes: lookup.records(reader, data, scopes))


@post("/sync/v1/older", opt={"action": Action.READ}, status_code=200, include_in_schema=False)
async def older(request: Ask, data: JSONBody[Older]) -> Found:
    """The children before those that a console holds."""
    lookup = request.app.state.core.lookup
    return await _looked(request, lambda reader, scopes: lookup.older(reader, data, scopes))


@post("/sync/v1/digests", opt={"action": Action.READ}, status_code=200, include_in_schema=False)
async def digests(request: Ask, data: JSONBody[Summed]) -> Digests:
    """Sums over the working set, to find where a console differs."""
    lookup = request.app.state.core.lookup
    return await _looked(request, lambda r, scopes: lookup.digests(r, data.border, scopes))


@post("/sync/v1/compare", opt={"action": Action.READ}, status_code=200, include_in_schema=False)
async def compare(request: Ask, data: JSONBody[Compared]) -> Found:
    """What differs from what a console holds, as changes."""
    lookup = request.app.state.core.lookup
    return await _looked(request, lambda reader, scopes: lookup.compare(reader, data, scopes))


ROUTES = (records, older, digests, compare)
