"""Epochs: each life of the log has a number never reused, so a restored server cannot be mistaken."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from console.kernel.crash import crash_here
from console.store.reader import Reader
from console.sync.records import Epoch, Seq

_SHIFT = 32
_SINCE = datetime(2025, 1, 1, tzinfo=UTC)


def first_seq(epoch_no: int) -> Seq:
    """The place in the log at which an epoch starts; its changes come after it."""
    return epoch_no << _SHIFT


def epoch_of(seq: Seq) -> int:
    """The number of the epoch a place in the log belongs to."""
    return seq >> _SHIFT


def current(reader: Reader) -> Epoch:
    """The epoch now being written."""
    row = reader.row("SELECT no, tag FROM epoch ORDER BY no DESC LIMIT 1")
    assert row is not None, "the log is begun when the database is made"
    return Epoch(row[0], row[1])


def begin(connection: Connection, now: datetime) -> Epoch:
    """Close the epoch that was written last and start the next.

    Done at every start on SQLite, on PostgreSQL at its first and after a restore. The number is
    at least the seconds since 2025, so that a restored counter reissues nothing.
    """
    last = connection.execute(text("SELECT max(no) FROM epoch")).scalar() or 0
    epoch = Epoch(max(last + 1, int((now - _SINCE).total_seconds())), secrets.randbits(53))
    postgres = connection.dialect.name == "postgresql"
    crash_here("server.epoch")
    if last:
        head = connection.execute(text("SELECT max(seq) FROM change_log")).scalar() or 0
        close = "UPDATE epoch SET last_seq = :seq WHERE no = :no"
        connection.execute(text(close), {"seq": max(head, first_seq(last)), "no": last})
    add = "INSERT INTO epoch (no, tag) VALUES (:no, :tag)"
    connection.execute(text(add), {"no": epoch.no, "tag": epoch.tag})
    if postgres:
        sql = "SELECT setval('change_seq', :seq)"
    else:
        sql = "UPDATE sync_state SET v = :seq WHERE k = 'seq'"
    connection.execute(text(sql), {"seq": first_seq(epoch.no)})
    crash_here("server.epoch.begun")
    return epoch


def is_fork(reader: Reader, seq: Seq) -> bool:
    """Whether `seq` lies in a part of the log that this server's history does not have."""
    row = reader.row("SELECT last_seq FROM epoch WHERE no = :no", no=epoch_of(seq))
    if row is None:
        return True
    if row[0] is not None:
        return bool(seq > row[0])
    head = reader.row("SELECT max(seq) FROM change_log")
    newest = (head[0] if head else None) or 0
    return seq > max(newest, first_seq(epoch_of(seq)))
