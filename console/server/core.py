"""The server without its web face: database, writer, dispatch, feed and hub, assembled."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from console.catalog import catalog
from console.kernel.clock import Clock
from console.kernel.crash import crash_here
from console.kernel.errors import Unavailable
from console.people.model import Actor
from console.people.server import accounts, sessions
from console.server import rooms
from console.server.tombstones import Stones
from console.store import migrate
from console.store.engine import Database
from console.store.reader import Reader
from console.store.writer import Writer
from console.sync.records import Command, Outcome, Result, Retry
from console.sync.server import epoch
from console.sync.server.answers import Decision
from console.sync.server.feed import Feed
from console.sync.server.hub import Hub
from console.sync.server.lookup import Lookup
from console.sync.server.tx import Tx

T = TypeVar("T")
RETRY_S = 5.0

log = logging.getLogger(__name__)


class Core:
    """One server's working parts, living on the loop that made them. `close` ends them."""

    def __init__(self, database: Database, clock: Clock, stones: Stones | None = None) -> None:
        self._stones = stones
        self.database = database
        self.clock = clock
        self.catalog = catalog()
        self.feed = Feed(self.catalog)
        self.lookup = Lookup(self.feed)
        self.dispatch = rooms.dispatch()
        with database.reading() as reader:
            self.hub = Hub(self.feed.head(reader))
        self._loop = asyncio.get_running_loop()
        self._writer: Writer[Tx] = Writer(database, self._open, self._committed)

    def _open(self, connection: Connection) -> Tx:
        return Tx(connection, self.catalog, self.clock.now(), rooms.SUBSCRIBERS)

    def _committed(self, tx: Tx) -> None:
        self._loop.call_soon_threadsafe(self.hub.publish, tx.log)
        if self._stones is not None:
            self._stones.keep_erased(tx)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """`work(tx)` in a transaction of the writer; returns once it is durable."""
        return await self._writer.submit(work)

    async def read(self, work: Callable[[Reader], T]) -> T:
        """`work(reader)` on a pooled thread, in one snapshot."""
        return await self.database.read(work)

    async def actor(self, token: str) -> Actor:
        """Whoever holds the session token now. Raises Denied."""
        now = self.clock.now()
        return await self.read(lambda reader: sessions.actor_of(reader, token, now))

    async def execute(self, actor: Actor, commands: Sequence[Command]) -> list[Result]:
        """Decide commands in their order; one result each. All that is decided is durable."""
        deciding = [
            self._writer.put(partial(self._execute, actor, command)) for command in commands
        ]
        if deciding:
            # The writer settles in order: when the last is decided, all are. One wait, not many.
            last = asyncio.wrap_future(deciding[-1])
            await asyncio.wait([last])
            if not last.cancelled():
                last.exception()  # raised again below: asyncio need not complain that nobody looked
        return [
            await self._result(actor, command, decided)
            for command, decided in zip(commands, deciding, strict=True)
        ]

    def _execute(self, actor: Actor, command: Command, tx: Tx) -> Decision:
        return self.dispatch.execute(tx, actor, command)

    async def _result(self, actor: Actor, command: Command, decided: Future[Decision]) -> Result:
        try:
            decision = decided.result()
        except Unavailable as away:
            return Result(command.cmd_id, Retry(away.retry_after_s or RETRY_S))
        except Exception:
            log.exception("command_failed", extra={"type": command.type, "cmd": command.cmd_id})
            decision = await self.write(lambda tx: self.dispatch.give_up(tx, actor, command))
        outcome: Outcome = decision.settled
        return Result(command.cmd_id, outcome, again=decision.first is not None)

    def close(self) -> None:
        """Finish what is queued and close the database."""
        self._writer.close()
        self.database.close()


async def open_core(
    database: Database, clock: Clock, *, serving: bool, stones: Path | None = None
) -> Core:
    """The core over a database, brought to this release's schema.

    `serving` begins a new epoch of the log on SQLite; command-line tools go on with the last.
    What is erased is noted in the file `stones` too.
    """
    migrate.upgrade(database)
    with database.writing() as connection:
        fresh = connection.exec_driver_sql("SELECT count(*) FROM epoch").scalar() == 0
        if fresh or (serving and database.dialect == "sqlite"):
            epoch.begin(connection, clock.now())
    crash_here("server.epoch.done")
    kept = Stones(stones) if stones is not None else None
    if kept is not None:
        kept.catch_up(database)
    core = Core(database, clock, kept)
    if fresh:
        await core.write(accounts.found_organisation)
    return core
