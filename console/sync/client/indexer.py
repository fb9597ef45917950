"""Fills the cache's full-text index beside everything else: a block, a pause, another block."""

import asyncio
import logging

from console.kernel.lull import Lull
from console.kernel.tasks import Tasks
from console.store.worker import Worker
from console.sync.client.carrier import DISK_ERRORS
from console.sync.client.replica import Replica

QUIET_S = 0.1
"""After a change: what is changed again within it is put in once, and what follows comes first."""
LATE_MOST_S = 5.0
"""Where there is always something changing it is put in all the same after this long."""
PAUSE_S = 0.02
"""Before each block, so that whatever else is to be written is never far behind."""

log = logging.getLogger(__name__)


class Indexer:
    """Works whenever it is poked, until all is in; nothing is lost by a crash or by its end."""

    def __init__(self, tasks: Tasks, worker: Worker) -> None:
        self._tasks = tasks
        self._worker = worker
        self._news = asyncio.Event()
        self._lull = Lull(QUIET_S, LATE_MOST_S)
        self._running: asyncio.Task[None] | None = None

    def begin(self, replica: Replica) -> None:
        """Fill this cache's index from here on."""
        self._news.set()
        self._running = self._tasks.spawn(self._run(replica), name="index")

    def poke(self) -> None:
        """The cache has changed."""
        self._lull.stir()
        self._news.set()

    async def end(self) -> None:
        """Stop; whatever is being written is finished first."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running])

    async def _run(self, replica: Replica) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            self._lull.due()
            more = True
            while more:
                await asyncio.sleep(PAUSE_S)
                await self._lull.wait()
                try:
                    more = await self._worker.run(replica.index_some)
                except DISK_ERRORS as error:  # the next change tries again
                    log.info("not_indexed", extra={"cause": type(error).__name__})
                    more = False
