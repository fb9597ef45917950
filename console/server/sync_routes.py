"""Three doors of the sync protocol: commands, changes, bootstrap. The fourth is `live_socket.py`.

They are told in `console/sync/README.md`; the OpenAPI page is of the REST routes.
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from litestar import Request, get, post
from litestar.params import FromQuery, JSONBody, RawBody
from litestar.response import Stream

from console.kernel import codec
from console.kernel.crash import crash_here
from console.kernel.errors import Refused
from console.people.model import Action, Actor
from console.people.server.sessions import granted_in
from console.server.auth import SIGNED_IN
from console.server.core import Core
from console.store.reader import Reader
from console.sync import wire
from console.sync.asking import BootEnd, BootPage, BootStart, Bootstrap
from console.sync.frames import Batch
from console.sync.records import MAX_COMMANDS, Commands, Results, Scopes
from console.sync.server import epoch, place
from console.sync.server.feed import Page, Pruned, Resume, first_page, resume_of, token_of
from console.sync.server.live import border_at
from console.sync.server.working_set import WorkingSet


@post(
    "/sync/v1/commands",
    opt={"action": SIGNED_IN},
    status_code=200,
    include_in_schema=False,
)
async def commands(request: Request[Any, Any, Any], body: RawBody) -> Results:
    """Decide up to 100 commands in order; each answer stands with its effects.

    Consoles send MAX_COMMANDS_BYTES at a time; one command alone may be larger than that.
    """
    # Decoded here: Litestar goes through plain objects, which a Raw (the arguments) cannot.
    asked = codec.decode(body, Commands)
    if len(asked.commands) > MAX_COMMANDS:
        raise Refused("too_many_commands", f"At most {MAX_COMMANDS} commands at a time.")
    core: Core = request.app.state.core
    crash_here("server.commands")
    results = await core.execute(request.state.actor, asked.commands, asked.epoch)
    crash_here("server.commands.decided")
    return Results(tuple(results))


@get("/sync/v1/changes", opt={"action": Action.READ}, include_in_schema=False)
async def changes(request: Request[Any, Any, Any], after: FromQuery[int]) -> Batch:
    """What changed after a cursor, for who has no live socket.

    Refused with `resync` when this log cannot tell: fetch everything anew.
    """
    core: Core = request.app.state.core
    actor: Actor = request.state.actor

    def look(reader: Reader) -> Batch:
        if after and epoch.is_fork(reader, after):
            raise Refused("resync", "This log never was at that place: fetch everything anew.")
        try:
            return core.feed.changes(reader, after, granted_in(reader, actor))
        except Pruned as error:
            text = "The log does not go back to there any more: fetch everything anew."
            raise Refused("resync", text) from error

    return await core.read(look)


@post("/sync/v1/bootstrap", opt={"action": Action.READ}, status_code=200, include_in_schema=False)
async def bootstrap(request: Request[Any, Any, Any], data: JSONBody[Bootstrap]) -> Stream:
    """Everything in scope, newest first, as compressed NDJSON in pages that can be resumed."""
    core: Core = request.app.state.core
    actor: Actor = request.state.actor
    scopes = actor.scopes.intersection(data.scopes) if data.scopes else actor.scopes
    known = core.catalog.names
    kinds = tuple(kind for kind in known if not data.kinds or kind in data.kinds)
    if not kinds:
        raise Refused("unknown_kind", f"This server knows {', '.join(known)}.")
    # Checked before the answer begins: what fails in its middle cannot be told any more.
    resume = resume_of(data.resume, kinds) if data.resume else None
    border = border_at(core.clock.now()) if data.working else 0
    first = resume or Resume(start=0, kind=kinds[0], border=border, since=data.since)
    core.feed.check_place(first)
    pages = _counted(core, _pages(core, actor, scopes, kinds, first))
    await anext(pages)
    return Stream(
        pages,
        media_type="application/x-ndjson+zstd",
        headers={"x-parley-scopes": ",".join(map(str, sorted(scopes)))},
    )  # fmt: skip


async def _counted(core: Core, pages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """`pages`, behind an empty first one: a place is taken with it and given back at the end.

    A generator that was never begun is never ended either, so whoever makes this takes that one.
    Who stops reading loses the place, and is sent no more: a console goes on from its last page.
    """
    place = core.bootstraps.enter()
    try:
        with core.counts.bootstrap():
            yield b""
            async for block in pages:
                with place.sending():
                    yield block
                if place.left:
                    return
    finally:
        place.leave()


async def _pages(
    core: Core, actor: Actor, scopes: Scopes, kinds: tuple[str, ...], at: Resume
) -> AsyncIterator[bytes]:
    feed = core.feed

    def begin(reader: Reader) -> tuple[Resume, WorkingSet | None, BootStart]:
        from_here = first_page(feed.head(reader), kinds[0], at.border, at.since)
        first = at if at.start else from_here
        among = feed.working_set(reader, scopes, first.border, first.since)
        totals = feed.totals(reader, scopes, kinds, first.border, first.since, among)
        shown = tuple(sorted(scopes))
        now, number = epoch.current(reader), place.number(reader)
        return first, among, BootStart(first.start, now, shown, totals, first.border, number)

    def look(reader: Reader, at: Resume) -> Page | None:
        if not scopes <= granted_in(reader, actor):
            return None
        return feed.page(reader, scopes, kinds, at, among)

    at, among, start = await core.read(begin)

    deflate = wire.Deflater()
    crash_here("server.bootstrap")
    yield deflate.block([wire.control_line(start)])
    while True:
        page = await core.read(partial(look, at=at))
        if page is None:
            return  # broken off: whoever lost a scope meanwhile begins anew
        if page.next is None:
            break
        mark = wire.control_line(BootPage(token_of(page.next), page.as_of))
        crash_here("server.page")
        yield deflate.block([*page.rows, mark])
        at = page.next
    crash_here("server.page.last")
    yield deflate.block([*page.rows, wire.control_line(BootEnd(page.as_of))]) + deflate.end()


ROUTES = (commands, changes, bootstrap)
