"""Which installation a database belongs to, and which PostgreSQL server it is on now."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from console.store.engine import Database
from console.store.reader import Reader

# What the WAL says is newer than the last checkpoint: a standby just promoted has made none yet.
_ASK = """
SELECT system.system_identifier,
       GREATEST(checkpoint.timeline_id,
                CAST(CAST('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
                          AS bit(32)) AS int)),
       CAST((SELECT oid FROM pg_database WHERE datname = current_database()) AS bigint)
FROM pg_control_system() AS system, pg_control_checkpoint() AS checkpoint
"""
_PREFIX = "postgres_"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """A PostgreSQL cluster, its timeline and the database in it.

    A promoted standby has another timeline, a dump read in elsewhere another system or database.
    """

    system: int
    timeline: int
    database: int


def found(database: Database) -> Place | None:
    """Where the database is; None on SQLite, and where PostgreSQL does not let us ask."""
    if database.dialect == "sqlite":
        return None
    try:
        with database.readers.connect() as connection:
            row = connection.exec_driver_sql(_ASK).one()
    except DBAPIError as error:
        log.warning("place_not_told", extra={"cause": type(error.orig).__name__})
        return None
    return Place(*row)


def moved(connection: Connection, place: Place) -> bool:
    """Note where the database is; whether that is elsewhere than noted before, or nothing was."""
    sql = "SELECT k, v FROM sync_state WHERE k LIKE :prefix"
    rows = connection.execute(text(sql), {"prefix": _PREFIX + "%"})
    known = {key.removeprefix(_PREFIX): value for key, value in rows}
    if known == asdict(place):
        return False
    put = (
        "INSERT INTO sync_state (k, v) VALUES (:k, :v) ON CONFLICT (k) DO UPDATE SET v = excluded.v"
    )
    for key, value in asdict(place).items():
        connection.execute(text(put), {"k": _PREFIX + key, "v": value})
    return True


def guard(database: Database, expected: Place, moved: Callable[[], None]) -> None:
    """Refuse every new connection that leads elsewhere, and say so by `moved()` on any thread.

    A failover ends all connections there are. What is written after one needs an epoch of its own,
    and consoles that hold what was lost must greet anew: so nothing is, until the server starts.
    """
    dialect = database.writer.dialect

    @event.listens_for(database.writer, "connect")
    def check(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_ASK)
            row = cursor.fetchone()
        connection.rollback()
        if Place(*row) != expected:
            moved()
            raise dialect.loaded_dbapi.OperationalError("the database is elsewhere now")


def installation(connection: Connection) -> int:
    """A number that all nodes over this database share and no other installation has."""
    put = "INSERT INTO sync_state (k, v) VALUES ('installation', :v) ON CONFLICT DO NOTHING"
    connection.execute(text(put), {"v": secrets.randbits(62)})
    sql = "SELECT v FROM sync_state WHERE k = 'installation'"
    return int(connection.execute(text(sql)).scalar_one())


def number(reader: Reader) -> int:
    """The installation's number; 0 where none was given yet."""
    row = reader.row("SELECT v FROM sync_state WHERE k = 'installation'")
    return int(row[0]) if row else 0
