"""Whether this server lives and may be sent work: for balancers and whoever watches over it.

Public and without any data. However often it is asked, database and writer are tried at most once
in KEPT_S.
"""

import asyncio
from typing import Any, Literal

from litestar import Request, Response, get
from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from console.kernel.errors import ParleyError
from console.server.auth import PUBLIC
from console.server.core import Core

READ_DEADLINE_S = 2.0
WRITE_DEADLINE_S = 5.0
KEPT_S = 1.0

Missing = Literal["", "database", "writer", "stopping"]


class Health(Struct, frozen=True, omit_defaults=True):
    """`missing` names what keeps a server that is not ready."""

    live: bool
    ready: bool
    missing: Missing = ""


class Live(Struct, frozen=True):
    """The process answers."""

    live: bool


class Checks:
    """Tries what a server needs, one at a time for however many ask."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._trying = asyncio.Lock()
        self._found: Missing = ""
        self._tried_at: float | None = None

    async def missing(self) -> Missing:
        """What keeps the server from work, empty when nothing does; at most KEPT_S old."""
        if self._core.stopping:
            return "stopping"
        async with self._trying:
            now = self._core.clock.monotonic()
            if self._tried_at is None or now - self._tried_at >= KEPT_S:
                self._found = await self._try()
                self._tried_at = self._core.clock.monotonic()
        return self._found

    async def _try(self) -> Missing:
        try:
            async with asyncio.timeout(READ_DEADLINE_S):
                await self._core.read(lambda reader: reader.row("SELECT 1"))
        except (TimeoutError, SQLAlchemyError, ParleyError):
            return "database"
        try:
            async with asyncio.timeout(WRITE_DEADLINE_S):
                await self._core.write(lambda _: None)
        except (TimeoutError, SQLAlchemyError, ParleyError):
            return "writer"
        return ""


async def _health(request: Request[Any, Any, Any]) -> Response[Health]:
    checks: Checks = request.app.state.checks
    missing = await checks.missing()
    return Response(Health(True, not missing, missing), status_code=503 if missing else 200)


@get("/health", opt={"action": PUBLIC})
async def health(request: Request[Any, Any, Any]) -> Response[Health]:
    """Whether the server lives and is ready; 503 when it is not ready, and what is missing."""
    return await _health(request)


@get("/health/ready", opt={"action": PUBLIC})
async def ready(request: Request[Any, Any, Any]) -> Response[Health]:
    """Whether the server may be sent work; 503 when it may not, and what is missing."""
    return await _health(request)


@get("/health/live", opt={"action": PUBLIC})
async def live() -> Live:
    """Whether the process answers at all: restart it when it does not."""
    return Live(True)


ROUTES = (health, live, ready)
