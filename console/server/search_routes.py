"""The door to the server's whole history: what a search line finds in it for whoever asks."""

from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from litestar import Request, post
from litestar.params import JSONBody

from console.kernel.errors import Refused, Unavailable
from console.people.model import Action, Actor
from console.people.server.sessions import granted_in
from console.search.model.saved import MAX_QUERY_CHARS
from console.search.server import finding
from console.server.core import Core
from console.store.reader import Reader
from console.sync.asking import Search, Searched

PER_MINUTE = 120
"""So often a user may search; a console asks when somebody has stopped typing."""
_RETRY_S = 5.0


class Limits:
    """How often each user has searched within the last minute."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(per_minute)

    def count(self, actor: Actor) -> None:
        """One more search. Raises Unavailable after too many."""
        if not self._limiter.hit(self._limit, str(actor.user_id)):
            raise Unavailable("Too many searches in a minute.", retry_after_s=_RETRY_S)


@post("/sync/v1/search", opt={"action": Action.READ}, status_code=200, include_in_schema=False)
async def search(request: Request[Any, Any, Any], data: JSONBody[Search]) -> Searched:
    """The newest of what a search line finds in all that the asker may see."""
    core: Core = request.app.state.core
    actor: Actor = request.state.actor
    if len(data.text) > MAX_QUERY_CHARS:
        told = f"A search has at most {MAX_QUERY_CHARS} characters."
        raise Refused("too_long", told, fields={"text": "too long"})
    request.app.state.searches.count(actor)
    postgres = core.database.dialect == "postgresql"

    def look(reader: Reader) -> Searched:
        scopes = granted_in(reader, actor)
        return finding.search(reader, data, actor.user_id, scopes, postgres=postgres)

    return await core.read(look)


ROUTES = (search,)
