"""Epochs: each life of the log has a number never reused, so a restored server cannot be mistaken."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from console.kernel.codec import MAX_WHOLE
from console.kernel.crash import crash_here
from console.store.engine import SqlReader
from console.store.reader import Reader
from console.sync.frames import Lost
from console.sync.records import EPOCH_BITS, Epoch, Seq
from console.sync.server import ledger

_SINCE = datetime(2025, 1, 1, tzinfo=UTC)


def first_seq(epoch_no: int) -> Seq:
    """The place in the log at which an epoch starts; its changes come after it."""
    return epoch_no << EPOCH_BITS


def epoch_of(seq: Seq) -> int:
    """The number of the epoch a place in the log belongs to."""
    return seq >> EPOCH_BITS


def count_of(seq: Seq) -> int:
    """Which place of its epoch a place in the log is."""
    return seq & ((1 << EPOCH_BITS) - 1)


def current(reader: Reader) -> Epoch:
    """The epoch now being written."""
    row = reader.row("SELECT no, tag FROM epoch ORDER BY no DESC LIMIT 1")
    assert row is not None, "the log is begun when the database is made"
    return Epoch(row[0], row[1])


def last_number(reader: Reader) -> int:
    """The highest epoch number of a database, 0 when its log was never begun."""
    row = reader.row("SELECT max(no) FROM epoch")
    return int(row[0] or 0) if row else 0


def begin(connection: Connection, now: datetime, above: int = 0) -> Epoch:
    """Close the epoch that was written last and start the next.

    Done at every start on SQLite; on PostgreSQL at its first and when the server behind it is
    another one; on both after a restore or a move. The number is at least the seconds since 2025,
    so that a restored counter reissues nothing, and higher than `above`: the last one of a history
    that this one replaces.
    """
    ledger.lock_log(connection)  # what another node is writing ends inside the epoch it began in
    last = last_number(SqlReader(connection))
    number = max(last + 1, above + 1, int((now - _SINCE).total_seconds()))
    epoch = Epoch(number, secrets.randbits(53))
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
    if abs(seq) > MAX_WHOLE:
        return True
    row = reader.row("SELECT last_seq FROM epoch WHERE no = :no", no=epoch_of(seq))
    if row is None:
        return True
    if row[0] is not None:
        return bool(seq > row[0])
    return seq > max(head(reader), first_seq(epoch_of(seq)))


def tag_differs(reader: Reader, held: Epoch) -> bool:
    """Whether this history has no such epoch, or another of the same number."""
    row = reader.row("SELECT tag FROM epoch WHERE no = :no", no=held.no)
    return row is None or row[0] != held.tag


def shared_before(reader: Reader, seq: Seq) -> Seq:
    """The end of the last closed epoch that begins up to `seq`: so far both histories are one."""
    row = reader.row("SELECT max(last_seq) FROM epoch WHERE no <= :no", no=epoch_of(seq))
    return min(seq, (row[0] if row else None) or 0)


def lost(reader: Reader, marks: Iterable[Seq]) -> tuple[Lost, ...]:
    """The parts of the log in which these places lie, as far as this history does not have them."""
    found: dict[int, Lost] = {}
    for mark in marks:
        no = epoch_of(mark)
        if is_fork(reader, mark):
            row = reader.row("SELECT last_seq FROM epoch WHERE no = :no", no=no)
            kept = (row[0] if row else None) or (head(reader) if row else first_seq(no) - 1)
            found[no] = Lost(kept, first_seq(no + 1) - 1)
    return tuple(found.values())


def head(reader: Reader) -> Seq:
    """The newest place in the log that is visible."""
    row = reader.row("SELECT max(seq) FROM change_log")
    return max((row[0] if row else None) or 0, first_seq(current(reader).no))
