"""Brings changed words into SQLite's full-text index once the server is quiet.

To take a ticket's old words out of the index so that no byte of them stays costs many times the
command that changed its tags. So the command leaves them there, noted in `search_words_late`, and
they follow in blocks, several changes of one ticket at once. What is new is in at once, and what is
erased leaves at once. PostgreSQL keeps its index by itself.
"""

import asyncio
import logging

from sqlalchemy.exc import DBAPIError

from console.kernel.errors import Unavailable
from console.kernel.lull import Lull
from console.sync.server.tx import Tx
from console.sync.server.worker import Bench

LATE = "words changed"
"""Noted in a transaction after which the index is behind."""
QUIET_S = 0.25
"""Words follow once nobody has changed anything for this long: they would be in the way."""
LATE_MOST_S = 60.0
"""On a server that is never quiet they follow at the latest after this long."""
BLOCK = 4
"""So many rows at a time: a transaction of some 5 ms, in the way of commands."""
PAUSE_S = 0.02
"""Before each block."""

log = logging.getLogger(__name__)


class Settling:
    """Settles what is late while the server has nothing else to write."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._late = asyncio.Event()
        self._lull = Lull(QUIET_S, LATE_MOST_S)

    def committed(self, *, late: bool) -> None:
        """Something was changed; whether words were among it."""
        self._lull.stir()
        if late:
            self._late.set()

    async def work(self) -> None:
        """Settle after each change of words, and at first what an earlier life left, until cancelled."""
        while True:
            try:
                more = await self._bench.write(settle)
            except (Unavailable, DBAPIError) as error:  # the next change tries again
                log.warning("words_not_settled", extra={"cause": type(error).__name__})
                more = False
            if not more:
                await self._late.wait()
                self._late.clear()
                self._lull.due()
            await asyncio.sleep(PAUSE_S)
            await self._lull.wait()


def settle(tx: Tx) -> bool:
    """Put the words of some rows in the place of those they had; whether there may be more."""
    run = tx.connection.exec_driver_sql
    rows = run(f"SELECT n, words FROM search_words_late ORDER BY n LIMIT {BLOCK}").fetchall()
    if rows:
        some = [{"n": n, "words": words} for n, words in rows]
        old = "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', :n, :words)"
        run(old, some)
        run(
            "INSERT INTO search_words (rowid, words)"
            " SELECT rowid, words FROM search_text WHERE rowid = :n", some
        )  # fmt: skip
        run("DELETE FROM search_words_late WHERE n = :n", some)
    return len(rows) == BLOCK
