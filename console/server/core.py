"""The server without its web face: database, writer, dispatch, feed and hub, assembled."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from console.catalog import catalog
from console.kernel.clock import Clock
from console.kernel.codec import NIL
from console.kernel.crash import crash_here
from console.kernel.errors import SignedOut, Unavailable
from console.kernel.tasks import Tasks
from console.people.model import Action, Actor
from console.people.server import accounts, sessions
from console.people.tables import rows
from console.search.server.settling import LATE, Settling
from console.server import erasing, rooms, scanning
from console.server.counts import Counts
from console.server.leaving import Guests, Turnstile, come_back_s
from console.server.scanning import Clamd
from console.server.tombstones import Stones
from console.store import migrate
from console.store.engine import Database
from console.store.reader import Reader
from console.store.writer import Writer
from console.sync.records import Command, Outcome, Result, Retry, Scopes
from console.sync.server import epoch, jobs, place
from console.sync.server.answers import Decision
from console.sync.server.broker import Alone, Broker, Subject
from console.sync.server.feed import Feed
from console.sync.server.hub import Hub
from console.sync.server.ledger import LogEntry
from console.sync.server.lookup import Lookup
from console.sync.server.place import Place
from console.sync.server.presence import Presence
from console.sync.server.tail import Tail
from console.sync.server.tx import Tx
from console.sync.server.worker import Worker

T = TypeVar("T")
RETRY_S = 5.0
_AT_A_CONSOLE = frozenset({Action.REPLY, Action.NOTE})
_START_LOCK = 0x5041_5253  # nodes that start together bring the schema up one after another

log = logging.getLogger(__name__)


class Core:
    """One server's working parts, living on the loop that made them. `close` ends them.

    `counts` is what it counts of its work; `stopping` says that it should be sent no more. `start`
    begins what runs beside requests, `leave` ends it and sends the consoles away. `executor` takes
    the place of the writer's thread; see `Writer`.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        stones: Stones | None = None,
        broker: Broker | None = None,
        executor: Executor | None = None,
        scanner: Clamd | None = None,
    ) -> None:
        self._stones = stones
        self.database = database
        self.clock = clock
        self.catalog = catalog()
        self.feed = Feed(self.catalog)
        self.lookup = Lookup(self.feed)
        self.dispatch = rooms.dispatch()
        self.counts = Counts(self.dispatch.handlers)
        self.stopping = False
        with database.reading() as reader:
            self.hub = Hub(self.feed.head(reader))
        self.presence = Presence(database, clock, sight)
        self.broker = broker or Alone()
        self.broker.hear(self._heard)
        self.presence.relay = lambda said: self.broker.tell("eph", said)
        self.guests = Guests()
        self.bootstraps = Turnstile()
        self.tail = Tail(self.hub, self.feed, self.read) if self._shared else None
        self.scanner = scanner
        kinds = (*rooms.JOBS, erasing.FINISH, *(scanning.kinds(scanner) if scanner else ()))
        self.worker = Worker(self, kinds, shared=self._shared)
        self.settling = Settling(self)
        self.moved = asyncio.Event()
        """Set when the database is elsewhere than when we started: nothing is written any more."""
        self._tasks = Tasks()
        self._loop = asyncio.get_running_loop()
        self.writer: Writer[Tx] = Writer(
            database, self._open, self._committed, executor, self.dispatch.foresee
        )

    def _open(self, connection: Connection) -> Tx:
        return Tx(connection, self.catalog, self.clock.now(), rooms.SUBSCRIBERS)

    @property
    def _shared(self) -> bool:
        """Whether other processes may write the same log."""
        return self.database.dialect == "postgresql"

    def _committed(self, tx: Tx) -> None:
        if self._stones is not None:
            self._stones.keep_erased(tx)
        if tx.log:
            self._loop.call_soon_threadsafe(self._publish, tx.log, bool(tx.noted(LATE)))
        if tx.noted(jobs.PUT):
            self._loop.call_soon_threadsafe(self.worker.poke)

    def _publish(self, entries: list[LogEntry], words_late: bool) -> None:
        self.settling.committed(late=words_late)
        if self.tail is None:
            self.hub.publish(entries)
        else:
            self.tail.committed(entries)
            self.broker.tell("wake", b"%d" % entries[-1].seq)

    def _heard(self, subject: Subject, data: bytes) -> None:
        if subject == "wake" and self.tail is not None and data.isdigit():
            self.tail.wake(int(data[:20]))
        elif subject == "recheck" and len(data) == len(NIL.bytes):
            self.hub.recheck(UUID(bytes=data))
        elif subject == "eph":
            self.presence.take(data)

    def recheck(self, user_id: UUID) -> None:
        """Have this user's consoles, on every node, look again whether and what they may see."""
        self.hub.recheck(user_id)
        self.broker.tell("recheck", user_id.bytes)

    def start(self, where: Place | None) -> None:
        """Begin what runs beside requests, on the PostgreSQL server that is `where`."""
        if where is not None:
            place.guard(self.database, where, self._elsewhere)
        if self.tail is not None:
            self._tasks.spawn(self.tail.follow(), name="tail")
        self._tasks.spawn(self.worker.work(), name="jobs")
        self._tasks.spawn(self.presence.glances.work(), name="glances")
        if not self._shared:
            self._tasks.spawn(self.settling.work(), name="search-words")

    def _elsewhere(self) -> None:
        self._loop.call_soon_threadsafe(self.moved.set)

    @property
    def leaving(self) -> bool:
        """Whether this server is about to stop and takes no more commands."""
        return self.hub.leaving

    async def leave(self) -> None:
        """Take no more commands, tell every console when to come back, end what runs beside."""
        self.stopping = True
        self.hub.leave()
        await self.guests.gone()
        await self._tasks.close()
        await self.broker.close()

    async def write(self, work: Callable[[Tx], T]) -> T:
        """`work(tx)` in a transaction of the writer; returns once it is durable."""
        return await self.writer.submit(work)

    async def read(self, work: Callable[[Reader], T]) -> T:
        """`work(reader)` on a pooled thread, in one snapshot."""
        return await self.database.read(work)

    async def actor(self, token: str) -> Actor:
        """Whoever holds the session token now. Raises Denied."""
        now = self.clock.now()
        return await self.read(lambda reader: sessions.actor_of(reader, token, now))

    async def execute(
        self, who: Actor | str, commands: Sequence[Command], epoch_no: int = 0
    ) -> list[Result]:
        """Decide commands in their order; one result each. All that is decided is durable.

        `who` is an actor or a session's token; whose that is, is read in the transaction that
        decides. `epoch_no` is the epoch they were numbered in: new ones of another are not
        decided. Raises SignedOut.
        """
        if self.leaving:
            return [Result(command.cmd_id, Retry(come_back_s())) for command in commands]
        asked_at = perf_counter()
        deciding = self.writer.put_all(
            [(partial(self._execute, who, command, epoch_no), command) for command in commands]
        )
        if deciding:
            # The writer settles in order: when the last is decided, all are. One wait, not many.
            last = asyncio.wrap_future(deciding[-1])
            # Raised again below, if somebody still waits: asyncio need not complain of it.
            last.add_done_callback(lambda done: done.cancelled() or done.exception())
            await asyncio.wait([last])
        results = [
            await self._result(who, command, decided)
            for command, decided in zip(commands, deciding, strict=True)
        ]
        self.counts.note(commands, results, perf_counter() - asked_at)
        return results

    def _execute(self, who: Actor | str, command: Command, epoch_no: int, tx: Tx) -> Decision:
        return self.dispatch.execute(tx, self._actor_in(tx, who), command, epoch_no)

    def _actor_in(self, tx: Tx, who: Actor | str) -> Actor:
        return sessions.actor_of(tx, who, self.clock.now()) if isinstance(who, str) else who

    async def _result(
        self, who: Actor | str, command: Command, decided: Future[Decision]
    ) -> Result:
        try:
            decision = decided.result()
        except SignedOut:
            raise
        except Unavailable as away:
            return Result(command.cmd_id, Retry(away.retry_after_s or RETRY_S))
        except Exception:
            log.exception("command_failed", extra={"type": command.type, "cmd": command.cmd_id})
            decision = await self.write(
                lambda tx: self.dispatch.give_up(tx, self._actor_in(tx, who), command)
            )
        outcome: Outcome = decision.settled
        return Result(command.cmd_id, outcome, again=decision.first is not None)

    def close(self) -> None:
        """Finish what is queued and close the database."""
        self.writer.close()
        self.database.close()


def sight(reader: Reader, user_id: UUID) -> Scopes:
    """What a user who writes to people at a console sees now; others are never present."""
    user = rows.user(reader, user_id)
    if user is None or not user.active:
        return frozenset()
    actor = sessions.actor_for(reader, user, None, NIL)
    return frozenset() if actor.actions.isdisjoint(_AT_A_CONSOLE) else actor.scopes


async def open_core(
    database: Database,
    clock: Clock,
    *,
    serving: bool,
    stones: Path | None = None,
    broker: Callable[[int], Broker] | None = None,
    executor: Executor | None = None,
    scanner: Clamd | None = None,
) -> Core:
    """The core over a database, brought to this release's schema.

    `serving` begins a new epoch of the log: on SQLite always, on PostgreSQL when the database is
    not where it was when a server last started; command-line tools go on with the last. What is
    erased is noted in the file `stones` too. `broker` makes one for the installation of that number.
    `scanner` looks at every file before anybody is given it.
    """
    where = place.found(database)
    with database.alone(_START_LOCK):
        migrate.upgrade(database)
        with database.writing() as connection:
            fresh = connection.exec_driver_sql("SELECT count(*) FROM epoch").scalar() == 0
            new_start = serving or fresh
            elsewhere = new_start and where is not None and place.moved(connection, where)
            if fresh or elsewhere or (serving and database.dialect == "sqlite"):
                begun = epoch.begin(connection, clock.now())
                if elsewhere and not fresh:
                    log.warning("database_moved", extra={"epoch": begun.no})
            number = place.installation(connection)
        crash_here("server.epoch.done")
        kept = Stones(stones) if stones is not None else None
        if kept is not None:
            kept.catch_up(database)
        core = Core(database, clock, kept, broker(number) if broker else None, executor, scanner)
        if fresh or serving:
            await core.write(accounts.found_organisation)
    if serving and scanner is not None:
        await core.write(scanning.wanted)
    if serving:
        core.start(where)
    return core
