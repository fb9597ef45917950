"""Housekeeping of the spine: the log, the answers and the dead jobs that nobody needs any more.

Everything goes in blocks, each a short transaction between those of the people who work.
"""

from datetime import timedelta
from functools import partial

from sqlalchemy import text

from console.kernel.clock import to_ms
from console.store.reader import Reader
from console.sync.records import Seq
from console.sync.server import answers, jobs
from console.sync.server.tx import Tx
from console.sync.server.worker import Bench, JobKind

KEEP_LOG = timedelta(days=14)
KEEP_LOG_LINES = 1_000_000
"""Both are kept: the log of the last two weeks, and so many lines however old they are."""
KEEP_ANSWERS = timedelta(days=90)
KEEP_DEAD_JOBS = timedelta(days=90)
BLOCK = 500
"""So many lines at a time: some 25 ms, in the way of commands."""


async def prune_log(bench: Bench, _: str = "") -> None:
    """Cut the old end off the change log and move the horizon.

    Who was away for longer fetches anew what differs. Cut by place alone: what is older than the
    first line that is young enough, so that no line goes whose transaction committed late.
    """
    border = await bench.read(partial(_border, keep=KEEP_LOG_LINES))
    while await bench.write(partial(_cut_log, border=border)):
        pass


def _border(reader: Reader, keep: int) -> Seq:
    """The last place of the log before its newest `keep` lines, 0 when there are not so many."""
    sql = "SELECT seq FROM change_log ORDER BY seq DESC LIMIT 1 OFFSET :keep"
    row = reader.row(sql, keep=keep)
    return row[0] if row else 0


def _cut_log(tx: Tx, border: Seq) -> bool:
    """Cut one block off, up to `border` at most; whether there may be more."""
    sql = "SELECT seq, at FROM change_log WHERE seq <= :border ORDER BY seq LIMIT :block"
    lines = tx.rows(sql, border=border, block=BLOCK)
    young = to_ms(tx.at - KEEP_LOG)
    count = next((n for n, (_, at) in enumerate(lines) if at >= young), len(lines))
    if count == 0:
        return False
    params = {"seq": lines[count - 1][0]}
    # Without its lines nobody would find what an answer quotes of a record that is erased later.
    answers.quote_nothing(tx, "seq <= :seq", **params)
    # The horizon first: whoever sees lines missing sees it moved.
    for statement in (
        "UPDATE sync_state SET v = :seq WHERE k = 'horizon' AND v < :seq",
        "DELETE FROM change_scope WHERE seq <= :seq",
        "DELETE FROM change_log WHERE seq <= :seq",
    ):
        tx.connection.execute(text(statement), params)
    return count == BLOCK


async def prune_answers(bench: Bench, _: str = "") -> None:
    """Forget the answers of commands that no console can still be waiting for."""
    while await bench.write(_forget_answers):
        pass


def _forget_answers(tx: Tx) -> bool:
    """Forget one block; whether there may be more."""
    sql = "SELECT cmd_id, device, n FROM applied_command WHERE at < :old ORDER BY at LIMIT :block"
    found = tx.rows(sql, old=to_ms(tx.at - KEEP_ANSWERS), block=BLOCK)
    highest: dict[bytes, int] = {}
    for _, device, n in found:
        if device is not None and n:
            highest[bytes(device)] = max(n, highest.get(bytes(device), 0))
    answers.forget(tx, highest)
    if found:
        delete = text("DELETE FROM applied_command WHERE cmd_id = :cmd_id")
        tx.connection.execute(delete, [{"cmd_id": row[0]} for row in found])
    return len(found) == BLOCK


async def prune_jobs(bench: Bench, _: str = "") -> None:
    """Forget what died long ago and nobody looked at."""
    await bench.write(lambda tx: jobs.bury_old(tx, tx.at - KEEP_DEAD_JOBS))


JOBS = (
    JobKind("prune_log", prune_log, nightly=True),
    JobKind("prune_answers", prune_answers, nightly=True),
    JobKind("prune_jobs", prune_jobs, nightly=True),
)
