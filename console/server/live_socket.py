"""The live socket's door: from the web server straight to the sync core.

It goes round the web framework, whose objects beside each socket were a sixth of its memory.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.exc import OperationalError

from console.kernel.crash import crash_here
from console.kernel.errors import SignedOut, Unavailable
from console.people.model import Action
from console.people.server import sessions
from console.server.core import Core
from console.server.leaving import come_back_s
from console.server.sockets import put_of
from console.store.reader import Reader
from console.sync import wire
from console.sync.frames import (
    BYE_PROTOCOL,
    BYE_RESTART,
    BYE_SIGNED_OUT,
    SUBPROTOCOL,
    Bye,
    Hello,
)
from console.sync.records import Command, Result, Scopes
from console.sync.server.live import Ended, LiveSession, receive

PATH = "/sync/v1/live"
HELLO_DEADLINE_S = 10.0
NORMAL, NO_ENTRY = 1000, 1008

log = logging.getLogger(__name__)
Event = dict[str, Any]
Scope = Event
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]


class _Socket:
    """The web server's socket as the sync protocol sees it."""

    __slots__ = ("_receive", "_send", "put")

    def __init__(self, receive: Receive, send: Send, put: Callable[[str | bytes], bool]) -> None:
        self._receive = receive
        self._send = send
        self.put = put

    async def send(self, data: str | bytes) -> None:
        kind = "text" if isinstance(data, str) else "bytes"
        try:
            await self._send({"type": "websocket.send", kind: data})
        except OSError as error:
            raise ConnectionError("the console is gone") from error

    async def receive(self) -> str | bytes:
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            raise ConnectionError("the console is gone")
        found = event.get("text") or event.get("bytes") or b""
        return found if isinstance(found, str | bytes) else b""

    async def close(self, code: int) -> None:
        """End it; before it was accepted it never begins."""
        await self._send({"type": "websocket.close", "code": code, "reason": ""})


async def live(core: Core, scope: Scope, hear: Receive, say: Send) -> None:
    """One socket from its beginning to its end. Its first frame carries the token, no URL ever does."""
    channel = _Socket(hear, say, put_of(scope))
    await hear()  # that somebody connects
    if scope["path"] != PATH or any(name == b"origin" for name, _ in scope["headers"]):
        # Consoles send no Origin; whoever does is a page in somebody's browser.
        await channel.close(NO_ENTRY)
        return
    scope["headers"] = []  # they would stay as long as the socket does
    await say({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
    with core.guests.seat():
        try:
            await _serve(core, channel)
        except Ended as ended:
            await _part(channel, ended.bye)
        except ConnectionError:
            pass
        except SignedOut:
            await _part(channel, Bye(BYE_SIGNED_OUT))
        except (Unavailable, OperationalError) as away:
            # The database is gone for a while: every console comes back, none in the same second.
            log.warning("console_sent_away", extra={"cause": type(away).__name__})
            await _part(channel, Bye(BYE_RESTART))


async def _serve(core: Core, channel: _Socket) -> None:
    try:
        async with asyncio.timeout(HELLO_DEADLINE_S):
            hello = await receive(channel)
    except TimeoutError as error:
        raise Ended(Bye(BYE_PROTOCOL)) from error
    if not isinstance(hello, Hello):
        raise Ended(Bye(BYE_PROTOCOL))
    actor = await core.actor(hello.token)
    if actor.device != hello.device or Action.READ not in actor.actions:
        raise Ended(Bye(BYE_SIGNED_OUT))

    async def execute(command: Command, epoch_no: int) -> Result:
        crash_here("server.said")
        (result,) = await core.execute(hello.token, [command], epoch_no)
        crash_here("server.said.decided")
        return result

    def granted(reader: Reader) -> Scopes:
        return sessions.actor_of(reader, hello.token, core.clock.now()).scopes

    def last_number(reader: Reader) -> int:
        row = reader.row("SELECT last_n FROM device WHERE id = :id", id=hello.device.bytes)
        return int(row[0]) if row else 0

    session = LiveSession(
        channel, core.hub, core.feed, core.database, core.clock, execute, granted, core.presence
    )
    await session.run(hello, actor.user_id, await core.read(last_number))


async def _part(channel: _Socket, bye: Bye | None) -> None:
    if bye is not None and bye.code == BYE_RESTART:
        bye = Bye(BYE_RESTART, retry_after_s=come_back_s())
    try:
        if bye is not None:
            await channel.send(wire.pack(bye))
        await channel.close(bye.code if bye and bye.code >= 4000 else NORMAL)
    except (OSError, RuntimeError) as error:
        log.info("parting_failed", exc_info=error)
