"""A database to oneself: servers share it, whoever moves or replaces it must be alone with it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from console.kernel.errors import Unusable
from console.server import lock
from console.store.engine import Database, parsed_url

_KEY = 0x5041_5553
"""The advisory lock of a PostgreSQL database: servers and backups hold it shared."""
_SHARED = f"SELECT pg_try_advisory_lock_shared({_KEY})"
_NO_MORE = f"SELECT pg_advisory_unlock_shared({_KEY})"
_ALONE = f"SELECT pg_try_advisory_lock({_KEY})"


def share(database: Database) -> None:
    """Be one of those who use a PostgreSQL database, until it is closed.

    Every connection says so as it is made: one made anew after PostgreSQL was away does too, and
    fails while the database is being replaced. Raises Unusable `database_in_use` when it is now.
    A SQLite database is held by its folder.
    """
    if database.dialect != "postgresql":
        return
    event.listen(database.writer, "connect", _say_so)
    database.writer.dispose()  # those made before did not
    gone = database.writer.dialect.loaded_dbapi.Error

    @event.listens_for(database.writer, "close")
    def take_back(connection: Any, _: object) -> None:
        # PostgreSQL learns of a closed socket a moment later: whoever begins then would be refused
        with suppress(gone), connection.cursor() as cursor:
            cursor.execute(_NO_MORE)

    try:
        database.writer.connect().close()
    except OperationalError as error:
        raise Unusable("database_in_use", _BUSY) from error


_BUSY = "This database is being moved or restored: try again when that has ended."


def _say_so(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SHARED)
        granted = cursor.fetchone()[0]
    connection.commit()
    if not granted:
        connection.close()
        raise OperationalError(_SHARED, None, Exception("the database is being replaced"))


@contextmanager
def alone(*databases: Database) -> Iterator[None]:
    """Be the only one to use PostgreSQL databases. Raises Unusable `database_in_use`."""
    with ExitStack() as stack:
        for database in databases:
            if database.dialect == "postgresql":
                stack.enter_context(_locked(database))
        yield


@contextmanager
def _locked(database: Database) -> Iterator[None]:
    with database.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if not connection.execute(text(_ALONE)).scalar():
            where = database.writer.url.render_as_string()
            text_ = f"A Parley server or command uses {where}: stop it first."
            raise Unusable("database_in_use", text_)
        try:
            yield
        finally:
            connection.execute(text(f"SELECT pg_advisory_unlock({_KEY})"))


@contextmanager
def held(*folders: Path) -> Iterator[None]:
    """Hold these data folders, each once. Raises Unusable when a server has one of them."""
    with ExitStack() as stack:
        for folder in dict.fromkeys(folder.absolute() for folder in folders):
            stack.enter_context(lock.holding(folder))
        yield


def file_of(url: str) -> Path | None:
    """The file of a SQLite URL, None for any other. Raises Unusable for what is no URL."""
    parsed = parsed_url(url)
    return Path(parsed.database) if parsed.drivername == "sqlite" and parsed.database else None
