"""The job queue: what is to be done later, by one node alone, and again when that node died."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from console.kernel.clock import from_ms, to_ms
from console.kernel.ids import derived_id, new_id
from console.store.reader import Reader, listed
from console.sync.server import schema
from console.sync.server.tx import Tx

LEASE = timedelta(seconds=60)
"""A node that says nothing for so long is taken for dead, and its job for anybody's."""
CLAIMED_MOST = timedelta(hours=1)
"""A claim for longer was made by a clock that went wrong; those of two nodes differ by less."""
_MS = timedelta(milliseconds=1)
MAX_TRIES = 5
AGAIN_S = (10, 60, 300, 1_800)
"""How long a job rests after its first failure, its second, and so on."""
NIGHT_HOUR = 2
MAX_ERROR_CHARS = 500
PUT = "job put"
"""Noted in a transaction that put a job."""


class Job(NamedTuple):
    """A job that is ours for now. `tries` counts this one, and tells our claim from older ones."""

    id: UUID
    kind: str
    args: str
    tries: int


def put(tx: Tx, kind: str, args: str, due_at: datetime, job_id: UUID | None = None) -> None:
    """Have a job done once from `due_at` on; `args` are its handler's, as JSON."""
    tx.note(PUT, True)
    tx.insert(
        schema.job, id=(job_id or new_id()).bytes, kind=kind, args=args, due_at=to_ms(due_at),
        tries=0, claimed_until=0, error="", dead_at=None,
    )  # fmt: skip


def put_nightly(tx: Tx, kind: str) -> None:
    """Have it done in the coming night, unless a turn of it waits already."""
    tx.alone("job", kind)
    # One that waits for longer than a day was put by a clock that went wrong: it may never come.
    soon = _now_ms(tx) + timedelta(days=1) // _MS
    sql = "SELECT 1 FROM job WHERE kind = :kind AND dead_at IS NULL AND due_at <= :soon"
    if not tx.rows(sql, kind=kind, soon=soon):
        _put_next_night(tx, kind)


def _put_next_night(tx: Tx, kind: str) -> None:
    now = from_ms(_now_ms(tx))
    at = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    due_at = at if at > now else at + timedelta(days=1)
    put(tx, kind, "{}", due_at, derived_id("job", kind, str(to_ms(due_at))))


def take(tx: Tx, kinds: tuple[str, ...]) -> Job | None:
    """The job that is due longest, of these kinds, ours for a LEASE from now; None without one.

    Like all here but `put` it writes at once: nothing else in its job of the writer may fail.
    """
    names, params = listed("k", kinds)
    lock = " FOR UPDATE SKIP LOCKED" if tx.connection.dialect.name == "postgresql" else ""
    now = _now_ms(tx)
    found = tx.connection.execute(
        text(
            "UPDATE job SET claimed_until = :until, tries = tries + 1 WHERE id = ("
            f"SELECT id FROM job WHERE dead_at IS NULL AND due_at <= :now AND kind IN {names}"
            " AND (claimed_until <= :now OR claimed_until > :never)"
            f" ORDER BY due_at LIMIT 1{lock})"
            " RETURNING id, kind, args, tries"
        ),
        {"until": now + LEASE // _MS, "now": now, "never": now + CLAIMED_MOST // _MS, **params},
    ).one_or_none()
    if found is None:
        return None
    return Job(UUID(bytes=bytes(found[0])), found[1], found[2], found[3])


def renew(tx: Tx, job: Job) -> bool:
    """Keep the job for another LEASE; whether it is still ours."""
    until = _now_ms(tx) + LEASE // _MS
    return _ours(tx, "UPDATE job SET claimed_until = :until", job, until=until)


def done(tx: Tx, job: Job, *, nightly: bool) -> bool:
    """Forget a job that is done; whether it was still ours. A nightly one is put for the next."""
    mine = _ours(tx, "DELETE FROM job", job)
    if mine and nightly:
        _put_next_night(tx, job.kind)
    return mine


def failed(tx: Tx, job: Job, error: str, *, nightly: bool) -> bool:
    """Let a job rest, or bury it after MAX_TRIES; whether it is dead. Its error is kept."""
    dead = job.tries >= MAX_TRIES
    now = _now_ms(tx)
    rest_ms = 0 if dead else 1_000 * AGAIN_S[job.tries - 1]
    sql = "UPDATE job SET claimed_until = 0, due_at = :due, error = :error, dead_at = :dead"
    told = error[:MAX_ERROR_CHARS]
    mine = _ours(tx, sql, job, due=now + rest_ms, error=told, dead=now if dead else None)
    if mine and dead and nightly:
        _put_next_night(tx, job.kind)
    return mine and dead


def give_back(tx: Tx, job: Job) -> None:
    """Leave a job that was begun to whoever takes it next; it does not count as tried."""
    _ours(tx, "UPDATE job SET claimed_until = 0, tries = tries - 1", job)


def bury_old(tx: Tx, before: datetime) -> None:
    """Forget jobs that died before then."""
    sql = text("DELETE FROM job WHERE dead_at < :before")
    tx.connection.execute(sql, {"before": to_ms(before)})


def next_at(reader: Reader, kinds: tuple[str, ...]) -> datetime | None:
    """When the next job of these kinds may be taken; None when there is none."""
    names, params = listed("k", kinds)
    row = reader.row(
        "SELECT min(CASE WHEN claimed_until > due_at THEN claimed_until ELSE due_at END)"
        f" FROM job WHERE dead_at IS NULL AND kind IN {names}",
        **params,
    )
    return None if row is None or row[0] is None else from_ms(row[0])


def _now_ms(tx: Tx) -> int:
    """Where several nodes share the queue, the time is the database's: their clocks may differ."""
    if tx.connection.dialect.name == "sqlite":
        return to_ms(tx.at)
    sql = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
    return int(tx.connection.exec_driver_sql(sql).scalar_one())


def _ours(tx: Tx, change: str, job: Job, **params: object) -> bool:
    """Change the job's row if it is still ours; whether it was."""
    sql = f"{change} WHERE id = :id AND tries = :tries AND claimed_until > 0 RETURNING id"
    params |= {"id": job.id.bytes, "tries": job.tries}
    return tx.connection.execute(text(sql), params).one_or_none() is not None
