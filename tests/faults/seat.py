"""A console process without a window: its outbox, its drafts, its engine; told what to do by a test."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from console.catalog import catalog
from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.desktop.rooms import rooms
from console.kernel import codec, crash
from console.kernel.clock import SystemClock
from console.sync.client import bridge, pipe
from console.sync.client.bridge import Bridge
from console.sync.client.local import Local
from console.sync.client.scratch import Draft
from console.sync.records import Rejected
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    SetPriority,
    SetStatus,
)
from tests.faults.belief import believe
from tests.parts.until import until

TRAMPOLINE = Path(__file__).with_name("trampoline.py")
ARGS = {
    args.__name__: (args, kind)
    for kind, known in (
        (CONVERSATION, (AddNote, SendReply)),
        (TICKET, (Assign, ChangeTags, MarkRead, SetPriority, SetStatus)),
    )
    for args in known
}
RESTART_AFTER_S = 0.01
KEY = bytes(range(32))
NOTHING_NEW_S = 0.2


async def run_seat(
    line: socket.socket, *, folder: str, me: str, nursery: str, control: str
) -> None:
    """Open the work file, then do what comes over the line until it is closed or says quit."""
    bridge.RESTART_AFTER_S = RESTART_AFTER_S
    seat = Seat(Path(folder), UUID(me), [nursery, control])
    line.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=line)
    writer.write(codec.encode({"device": seat.local.device, "pid": os.getpid()}) + b"\n")
    while text := await reader.readline():
        (name, told), *_ = json.loads(text).items()
        answer = await seat.orders[name](told)
        writer.write(codec.encode({name: answer}) + b"\n")
        await writer.drain()
        if name == "quit":
            break
    else:
        await seat.quit(None)


class Seat:
    """One console; each order's answer says that it is done and, if it writes, durable."""

    def __init__(self, folder: Path, me: UUID, engine: list[str]) -> None:
        self.folder = folder
        self.local = Local(folder, KEY, me, SystemClock(), rooms())
        self.bridge = Bridge([sys.executable, "-I", "-S", str(TRAMPOLINE), *engine])
        self.bridge.said.connect(self._hear)
        self.bridge.started.connect(self._started)
        self.local.say = self.bridge.send
        self._begin: pipe.Begin | None = None
        self._running = False
        self._asked: pipe.SignIn | None = None
        self._signed: pipe.FromEngine | None = None
        self._news = asyncio.Event()
        self.orders: dict[str, Callable[[Any], Awaitable[Any]]] = {
            "begin": self.begin,
            "do": self.do,
            "draft": self.draft,
            "stand": self.stand,
            "next": self.next,
            "retry": self.retry,
            "discard": self.discard,
            "hurry": self.hurry,
            "offline": self.offline,
            "sign_in": self.sign_in,
            "sign_out": self.sign_out,
            "open": self.open,
            "arm": self.arm,
            "clock": self.clock,
            "quit": self.quit,
        }
        assert catalog().tables, "the engine knows the same kinds"

    def _started(self, _: None) -> None:
        for frame in (self._asked, self._begin):
            if frame is not None:
                self.bridge.send(frame)

    def _hear(self, frame: pipe.FromEngine) -> None:
        match frame:
            case pipe.SignedIn() | pipe.SignInFailed() | pipe.SignedOut():
                self._asked, self._signed = None, frame
            case _:
                self.local.hear(frame)
        self._news.set()

    async def _until(self, holds: Callable[[], Any]) -> None:
        await until(holds, news=self._news)

    async def begin(self, told: dict[str, str]) -> None:
        """Work on a server with a session; the engine is started if none is."""
        who = self.local.me, self.local.device
        self._begin = pipe.Begin(told["url"], told["token"], *who, str(self.folder), KEY)
        if self._running:
            self._started(None)
        else:
            self._running = True
            self.bridge.start()

    async def do(self, told: dict[str, Any]) -> str:
        """Queue a command; its id."""
        args, kind = ARGS[told["type"]]
        wish = codec.decode(codec.encode(told["args"]), args)
        lane = UUID(told["lane"])
        target = UUID(told["target"])
        return str(await self.local.do(kind, target, wish, lane=lane, about=told["type"]))

    async def draft(self, told: list[str]) -> None:
        """Keep, or with an empty text drop, a ticket's draft."""
        ticket, body = told
        self.local.keep_draft(UUID(ticket), Draft("buyer", body))
        await self._written()

    async def _written(self) -> None:
        while self.local._tasks.names:
            await self.local._worker.run(lambda: None)

    async def stand(self, _: Any) -> dict[str, Any]:
        """How link and outbox are."""
        entries = [
            [str(entry.command.cmd_id), entry.state, getattr(entry.outcome, "code", "")]
            for entry in self.local.entries.values()
        ]
        told = self.local.standing
        mode, cursor = (told.mode, told.cursor) if told else ("", 0)
        settled = all(state == "rejected" for _, state, _ in entries)
        if settled:
            await self._written()
        return {"mode": mode, "cursor": cursor, "entries": entries, "settled": settled}

    async def next(self, told: Any) -> dict[str, Any]:
        """How they are after the engine said something new, or nothing for a while."""
        try:
            async with asyncio.timeout(NOTHING_NEW_S):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()
        return await self.stand(told)

    async def retry(self, cmd_id: str) -> None:
        """Try a refused command again."""
        await self.local.retry(self.local.entries[UUID(cmd_id)])

    async def discard(self, cmd_id: str) -> None:
        """Forget a refused command."""
        entry = self.local.entries[UUID(cmd_id)]
        assert isinstance(entry.outcome, Rejected), "it was refused"
        await self.local.discard(entry)

    async def hurry(self, _: Any) -> None:
        """Try the server now."""
        self.bridge.send(pipe.Hurry())

    async def offline(self, stay: bool) -> None:
        """Work offline, or not any more."""
        self.bridge.send(pipe.GoOffline(stay))

    async def sign_in(self, told: list[str]) -> str:
        """What came of signing in: the token, or empty when the server did not answer."""
        self._signed = None
        self._asked = pipe.SignIn(told[0], told[1], told[2], self.local.device)
        self.bridge.send(self._asked)
        await self._until(lambda: self._signed)
        return self._signed.token if isinstance(self._signed, pipe.SignedIn) else ""

    async def sign_out(self, _: Any) -> None:
        """End the session on the server; an engine that dies over it ended it here."""
        self._signed, self._begin = None, None
        self.bridge.send(pipe.SignOut())

    async def open(self, told: list[str]) -> None:
        """Look at a record, so that it is fetched if it is not here."""
        self.bridge.send(pipe.Open(told[0], UUID(told[1])))

    async def arm(self, order: str) -> None:
        """Die at a crash point from here on."""
        crash.arm(order)

    async def clock(self, seconds: float) -> None:
        """Believe from here on that it is so much later than it is."""
        believe(seconds)

    async def quit(self, _: Any) -> None:
        """Close everything, as a quitting console does."""
        await self.bridge.close()
        await self.local.close()
