"""Doing the jobs of the queue, one after another, woken when one is due."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError

from console.kernel.clock import Clock
from console.kernel.errors import Unavailable
from console.kernel.tasks import heed, race
from console.store.reader import Reader
from console.sync.server import jobs
from console.sync.server.jobs import MAX_TRIES, Job
from console.sync.server.tx import Tx

T = TypeVar("T")
POLL_S = 5.0
"""Where others may put jobs too, so often is looked; alone, whoever puts one wakes us."""
ALONE_S = 3_600.0
"""Not longer even then: the wall clock may be set."""
LEAST_S = 1.0
RENEW_S = jobs.LEASE / timedelta(seconds=1) / 3

log = logging.getLogger(__name__)


class Bench(Protocol):
    """What a job works with: the server's database through its two doors, and the time."""

    clock: Clock

    async def write(self, work: Callable[[Tx], T]) -> T:
        """`work(tx)` in a transaction of the writer; returns once it is durable."""

    async def read(self, work: Callable[[Reader], T]) -> T:
        """`work(reader)` in one snapshot."""


@dataclass(frozen=True)
class JobKind:
    """One kind of job: its name, and what does it with the arguments (JSON) it was put with.

    It may be done twice, when a node dies between doing it and saying so, so it must bear that.
    A nightly one comes back every night.
    """

    name: str
    run: Callable[[Bench, str], Coroutine[Any, Any, None]]
    nightly: bool = False


class _Lost(Exception):
    """The job is somebody else's by now."""


class Worker:
    """Works at the queue of one database; `shared` tells that other nodes do so too."""

    def __init__(self, bench: Bench, kinds: Iterable[JobKind], *, shared: bool) -> None:
        self._bench = bench
        self._kinds = {kind.name: kind for kind in kinds}
        self._names = tuple(self._kinds)
        self._most_s = POLL_S if shared else ALONE_S
        self._nightly_put = False
        self._put = asyncio.Event()
        self._away = False

    def poke(self) -> None:
        """A job was put here."""
        self._put.set()

    async def work(self) -> None:
        """Do what is due until cancelled; then what was begun is left to others."""
        await heed(self._put, self._try)

    async def _try(self) -> float:
        try:
            wait_s = await self.turn()
        except (Unavailable, DBAPIError) as error:
            if not self._away:
                log.warning("jobs_wait", extra={"cause": type(error).__name__})
            self._away = True
            return POLL_S
        self._away = False
        return wait_s

    async def turn(self) -> float:
        """Do all that is due now; returns the seconds until it is worth looking again."""
        if not self._nightly_put:
            await self._bench.write(self._put_nightly)
            self._nightly_put = True
        while (job := await self._bench.write(partial(jobs.take, kinds=self._names))) is not None:
            await self._do(job)
        at = await self._bench.read(partial(jobs.next_at, kinds=self._names))
        if at is None:
            return self._most_s
        due_s = (at - self._bench.clock.now()) / timedelta(seconds=1)
        return min(max(due_s, LEAST_S), self._most_s)

    def _put_nightly(self, tx: Tx) -> None:
        for kind in self._kinds.values():
            if kind.nightly:
                jobs.put_nightly(tx, kind.name)

    async def _do(self, job: Job) -> None:
        kind = self._kinds[job.kind]
        nightly = kind.nightly
        try:
            if job.tries > MAX_TRIES:
                raise RuntimeError("every node that began it died")
            await race(job=kind.run(self._bench, job.args), lease=self._hold(job))
        except _Lost:
            log.warning("job_lost", extra={"kind": job.kind})
        except asyncio.CancelledError:
            await self._bench.write(lambda tx: jobs.give_back(tx, job))
            raise
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            dead = await self._bench.write(lambda tx: jobs.failed(tx, job, told, nightly=nightly))
            level = logging.ERROR if dead else logging.WARNING
            event = "job_dead" if dead else "job_failed"
            log.log(level, event, exc_info=error, extra={"kind": job.kind, "attempt": job.tries})
        else:
            await self._bench.write(lambda tx: jobs.done(tx, job, nightly=nightly))

    async def _hold(self, job: Job) -> None:
        """Renew our claim for ever. Raises _Lost once it is not ours any more."""
        while True:
            await asyncio.sleep(RENEW_S)
            if not await self._bench.write(partial(jobs.renew, job=job)):
                raise _Lost
