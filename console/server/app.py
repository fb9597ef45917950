"""The web face: routes, errors as values, headers, and the OpenAPI page made from the same types."""

import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Litestar, MediaType, Request, Response, Router
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import Message, Scope
from sqlalchemy.exc import OperationalError

from console import __version__
from console.kernel.errors import Denied, ParleyError, Refused, SignedOut, Unavailable
from console.server import (
    admin_routes,
    auth,
    blob_routes,
    field_routes,
    figures,
    health,
    live_socket,
    lookup_routes,
    metrics,
    search_routes,
    sync_routes,
    ticket_routes,
)
from console.server.auth import Gate
from console.server.core import Core
from console.store.writer import AWAY_RETRY_S
from console.sync.wire import MAX_ASKED_BYTES

ROUTES = (
    *auth.ROUTES,
    *sync_routes.ROUTES,
    *lookup_routes.ROUTES,
    *search_routes.ROUTES,
    *ticket_routes.ROUTES,
    *blob_routes.ROUTES,
    *admin_routes.ROUTES,
    *field_routes.ROUTES,
    *figures.ROUTES,
    *health.ROUTES,
    *metrics.ROUTES,
)
ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]
_PRIVATE = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))

log = logging.getLogger(__name__)


def make_app(core: Core, control_token: str, scrape_token: str = "") -> ASGIApp:
    """The ASGI application over a core; the tokens are those of its data folder."""
    web = _web(core, control_token, scrape_token)

    def app(scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        if scope["type"] == "websocket":
            return live_socket.live(core, scope, receive, send)
        return web(scope, receive, send)

    return app


def _web(core: Core, control_token: str, scrape_token: str) -> Litestar:
    return Litestar(
        route_handlers=list(ROUTES),
        guards=[auth.needs_leave],
        exception_handlers={
            ParleyError: _known_error,
            HTTPException: _web_error,
            OperationalError: _away,
            RecursionError: _too_deep,
            Exception: _bug,
        },
        before_send=[_private],
        state=State(
            {
                "core": core,
                "gate": Gate(core, control_token, scrape_token),
                "checks": health.Checks(core),
                "searches": search_routes.Limits(),
            }
        ),
        request_max_body_size=MAX_ASKED_BYTES,
        openapi_config=OpenAPIConfig(
            title="Parley",
            version=__version__,
            openapi_router=Router("/schema", route_handlers=[], opt={"action": auth.SIGNED_IN}),
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
        debug=False,
    )


def _known_error(request: Request[Any, Any, Any], error: ParleyError) -> Response[Any]:
    headers = {}
    match error:
        case SignedOut():
            status, code = 401, error.code
        case Denied():
            status, code = 403, error.code
        case Refused():
            status, code = 422, error.code
        case Unavailable():
            status, code = 503, "unavailable"
            headers["retry-after"] = str(math.ceil(error.retry_after_s or 5))
        case _:
            return _bug(request, error)
    fields = error.fields if isinstance(error, Refused) else {}
    return _answer(status, code, str(error), fields, headers)


def _web_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    fields = {}
    if isinstance(error.extra, list):
        fields = {str(e.get("key", "body")): str(e.get("message", "")) for e in error.extra}
    return _answer(error.status_code, "bad_request", error.detail, fields)


def _too_deep(_: Request[Any, Any, Any], __: RecursionError) -> Response[Any]:
    """A body of brackets within brackets, which nothing that is asked of us has."""
    return _answer(400, "bad_request", "The request is nested too deeply.", {})


def _away(request: Request[Any, Any, Any], error: OperationalError) -> Response[Any]:
    """A read that failed for what is not ours, as the writer words it: full, broken, gone."""
    log.error("database_read_failed", exc_info=error, extra={"path": request.url.path})
    away = Unavailable("The database cannot be read now.", retry_after_s=AWAY_RETRY_S)
    return _known_error(request, away)


def _bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    log.error("request_failed", exc_info=error, extra={"path": request.url.path})
    return _answer(500, "server_error", "The server failed on this request; it is logged.", {})


def _answer(
    status: int, code: str, message: str, fields: dict[str, str], headers: Any = None
) -> Response[Any]:
    content = {"code": code, "message": message, "fields": fields}
    return Response(content, status_code=status, media_type=MediaType.JSON, headers=headers)


async def _private(message: Message, _: Scope) -> None:
    # Nothing here may be kept by a cache between us and the console (security page, class 24).
    if message["type"] == "http.response.start":
        kept = message.get("headers", ())
        message["headers"] = [*kept, *_PRIVATE]
