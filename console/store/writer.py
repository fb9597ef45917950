"""One writer that lets many jobs share a transaction, so that one flush serves them all."""

import asyncio
import logging
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from time import perf_counter
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from console.kernel.crash import crash_here
from console.kernel.errors import Unavailable
from console.store.engine import Database
from console.store.timing import Times

T = TypeVar("T")
BATCH = 64
TRIES = 4
LOCK_WAIT_MS = 100
"""Jobs that share a transaction wait so long for another node's; then each goes alone."""
CONFLICTS = frozenset({"40P01", "40001", "23505"})
"""PostgreSQL's codes for: deadlock, serialization failure, somebody else made this key."""
BEYOND_LIMITS = "54"
"""How its codes begin for what goes beyond one of its limits; to SQLAlchemy it looks like an outage."""
AWAY_RETRY_S = 5.0
"""After how long whoever was told that nothing can be written now should try again."""

log = logging.getLogger(__name__)


class Unit(Protocol):
    """What the jobs of one transaction write through."""

    def begin(self) -> None:
        """A job starts."""

    def keep(self) -> None:
        """The job ended well: its writes stay."""

    def drop(self) -> None:
        """The job failed: its writes are undone, those of earlier jobs stay."""

    def finish(self) -> None:
        """All jobs are done: write what is still held back; the commit comes next."""


U = TypeVar("U", bound=Unit)


class _Job(NamedTuple):
    work: Callable[[Any], Any]
    done: Future[Any]
    put_at: float
    about: object


class Writer(Generic[U]):
    """Takes jobs in order, runs up to `BATCH` of those that wait in one transaction, commits once.

    A job that raises undoes only itself. When the commit itself fails, each job is run again in
    a transaction of its own, and up to TRIES times when another node's writer was in the way, so
    jobs must bear a second run. `committed(unit)` is called on the writer thread after each commit
    and before the jobs' results are known. `foresee(unit, abouts)` is called before the first job of
    a transaction with what several of its jobs were said to be about: it may read at once what they
    will read one by one. `executor` takes the thread's place: one that runs one
    thing at a time and is this writer's alone.

    `waits` has how long each job waited to be taken up, `transactions` how long each transaction
    took from its beginning to the end of its commit.
    """

    def __init__(
        self,
        database: Database,
        open_unit: Callable[[Connection], U],
        committed: Callable[[U], None] = lambda unit: None,
        executor: Executor | None = None,
        foresee: Callable[[U, list[Any]], None] = lambda unit, abouts: None,
    ) -> None:
        self._database = database
        self._open_unit = open_unit
        self._committed = committed
        self._foresee = foresee
        self.waits, self.transactions = Times(), Times()
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._executor = executor or ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    async def submit(self, work: Callable[[U], T]) -> T:
        """The result of `work(unit)` once it is durable; raises what it raised.

        Raises Unavailable when the database cannot be written now (full, read-only, away).
        """
        return await asyncio.wrap_future(self.put(work))

    def put(self, work: Callable[[U], T]) -> Future[T]:
        """The same without waiting."""
        (done,) = self.put_all([(work, None)])
        return done

    def put_all(self, works: Sequence[tuple[Callable[[U], T], object]]) -> list[Future[T]]:
        """The same for several, in their order, each with what it is about."""
        now, futures = perf_counter(), list[Future[T]]()
        for work, about in works:
            done: Future[T] = Future()
            self._jobs.put(_Job(work, done, now, about))
            futures.append(done)
        for _ in range(0, len(futures), BATCH):
            self._executor.submit(self._drain)
        return futures

    @property
    def waiting(self) -> int:
        """Jobs not yet taken up."""
        return self._jobs.qsize()

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._executor.shutdown(wait=True)

    def _drain(self) -> None:
        """Write up to BATCH of what waits; nothing does when an earlier one took it along."""
        batch: list[_Job] = []
        while len(batch) < BATCH and not self._jobs.empty():
            batch.append(self._jobs.get())
        taken_at = perf_counter()
        for job in batch:
            self.waits.add(taken_at - job.put_at)
        if batch:
            self._write(batch)

    def _write(self, batch: list[_Job]) -> None:
        batch = [job for job in batch if job.done.set_running_or_notify_cancel()]
        try:
            settled = self._transact(batch)
        except Exception as error:  # noqa: BLE001 - the edge: a failure becomes its job's
            self._retry_alone(batch, error)
        else:
            _settle(settled)
            crash_here("server.settled")

    def _retry_alone(self, batch: list[_Job], error: Exception) -> None:
        for job in batch:
            if len(batch) > 1 or _is_conflict(error):
                self._run_alone(job)
            else:
                job.done.set_exception(_translated(error))

    def _run_alone(self, job: _Job) -> None:
        for tries in range(1, TRIES + 1):
            try:
                settled = self._transact([job])
            except Exception as error:  # noqa: BLE001 - as above
                if tries == TRIES or not _is_conflict(error):
                    job.done.set_exception(_translated(error))
                    return
            else:
                _settle(settled)
                return

    def _transact(self, batch: list[_Job]) -> list[tuple[_Job, Any, Exception | None]]:
        settled: list[tuple[_Job, Any, Exception | None]] = []
        with self.transactions.measured(), self._database.writing() as connection:
            if len(batch) > 1 and self._database.dialect == "postgresql":
                # Two nodes' batches lock in two orders; PostgreSQL takes 1 s to call that a deadlock.
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}")
            unit = self._open_unit(connection)
            crash_here("server.begin")
            abouts = [job.about for job in batch if job.about is not None]
            if len(abouts) > 1:
                self._foresee(unit, abouts)
            for job in batch:
                unit.begin()
                try:
                    result = job.work(unit)
                except DBAPIError:
                    raise
                except Exception as error:  # noqa: BLE001 - as above
                    unit.drop()
                    settled.append((job, None, error))
                else:
                    unit.keep()
                    settled.append((job, result, None))
            unit.finish()
            crash_here("server.commit")
        crash_here("server.committed")
        try:
            self._committed(unit)
        except Exception:
            # It is committed: whatever goes wrong in telling must not run the jobs once more.
            log.exception("committed_not_told")
        crash_here("server.told")
        return settled


def _settle(settled: list[tuple[_Job, Any, Exception | None]]) -> None:
    for job, result, error in settled:
        if error is None:
            job.done.set_result(result)
        else:
            job.done.set_exception(error)


def _is_conflict(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in CONFLICTS


def _is_too_much(error: DBAPIError) -> bool:
    """Whether it is more than PostgreSQL ever takes, as for an index: trying again is in vain."""
    return (getattr(error.orig, "sqlstate", None) or "").startswith(BEYOND_LIMITS)


def _translated(error: Exception) -> Exception:
    if isinstance(error, OperationalError) and not _is_too_much(error):
        log.error("database_write_failed", exc_info=error)
        return Unavailable("The database cannot be written now.", retry_after_s=AWAY_RETRY_S)
    return error
