"""The server's database: one writing connection and pooled readers, SQLite or PostgreSQL alike."""

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Dialect,
    Engine,
    MetaData,
    QueuePool,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlcipher3 import dbapi2

from console.kernel.errors import Unusable
from console.store import sqlite
from console.store.reader import Reader, Row, Value
from console.store.timing import Times

T = TypeVar("T")
READERS = 4
POSTGRES_SCHEMES = ("postgresql", "postgresql+psycopg")


class SqlReader:
    """Reads through a SQLAlchemy connection; see `Reader`.

    Straight to the driver: a result object of SQLAlchemy's costs several times the read, and a
    request or command reads five times or so. Errors come out as its own, which the writer knows.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, sql: str, /, **params: Value) -> list[Row]:
        with self._executed(sql, params) as cursor:
            return list(cursor.fetchall())

    def row(self, sql: str, /, **params: Value) -> Row | None:
        with self._executed(sql, params) as cursor:
            found: Row | None = cursor.fetchone()
            return found

    @contextmanager
    def _executed(self, sql: str, params: dict[str, Value]) -> Iterator[Any]:
        dialect = self.connection.dialect
        driver_error: type[Exception] = dialect.loaded_dbapi.Error
        if not self.connection.in_transaction():
            self.connection.begin()  # several reads see one state
        cursor = self.connection.connection.cursor()
        try:
            cursor.execute(_prepared(sql, dialect), params)
            yield cursor
        except driver_error as error:
            raise DBAPIError.instance(sql, None, error, driver_error, True) from error
        finally:
            cursor.close()


@lru_cache(maxsize=512)
def _prepared(sql: str, dialect: Dialect) -> str:
    """The statement in the driver's own spelling: SQLAlchemy's way there cost more than the read."""
    return str(text(sql).compile(dialect=dialect))


class Database:
    """One database with its two doors: `writing` (one at a time) and `read` (pooled threads).

    `reads` has how long each read took, without its wait for a thread. `executor` takes the
    threads' place and is this database's alone.
    """

    def __init__(self, writer: Engine, readers: Engine, executor: Executor | None = None) -> None:
        self.writer = writer
        self.readers = readers
        self.dialect: Literal["sqlite", "postgresql"] = (
            "sqlite" if writer.dialect.name == "sqlite" else "postgresql"
        )
        self.reads = Times()
        self._threads = executor or ThreadPoolExecutor(
            max_workers=READERS, thread_name_prefix="read"
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed at the end, rolled back by an exception."""
        with self.writer.begin() as connection:
            yield connection

    @contextmanager
    def alone(self, key: int) -> Iterator[None]:
        """Keep other processes that ask for the same key waiting; a SQLite file has only one."""
        if self.dialect == "sqlite":
            yield
            return
        with self.writer.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": key})
            yield

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent snapshot for several reads, on the calling thread."""
        with self.readers.connect() as connection:
            yield SqlReader(connection)
            # A rollback would have psycopg forget every statement it prepared on this connection.
            connection.commit()

    async def read(self, work: Callable[[Reader], T]) -> T:
        """`work(reader)` on a pooled thread."""

        def job() -> T:
            with self.reads.measured(), self.reading() as reader:
                return work(reader)

        return await asyncio.wrap_future(self._threads.submit(job))

    def checkpoint(self) -> None:
        """Move SQLite's journal into the file and empty it, as far as no reader is in the way."""
        with self.writer.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Finish running reads and close every connection."""
        self._threads.shutdown(wait=True)
        self.readers.dispose()
        self.writer.dispose()


def open_sqlite(
    path: Path,
    *,
    key: bytes | None = None,
    durable: bool = True,
    executor: Executor | None = None,
) -> Database:
    """The database in the file `path`, made for its owner's eyes only when missing.

    `durable` asks for `synchronous=FULL`: what is committed survives power loss.
    """
    synchronous: Literal["FULL", "NORMAL"] = "FULL" if durable else "NORMAL"

    def connect_writer() -> dbapi2.Connection:
        return sqlite.connect(path, key=key, synchronous=synchronous)

    def connect_reader() -> dbapi2.Connection:
        connection = sqlite.connect(path, key=key, mode="rw")
        connection.execute("PRAGMA query_only = ON")
        return connection

    writer = sqlite_engine(connect_writer, 1, "BEGIN IMMEDIATE")
    with suppress(OSError):  # it is there, or SQLite says why it cannot be
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    writer.connect().close()  # before anybody reads it
    return Database(writer, sqlite_engine(connect_reader, READERS, "BEGIN"), executor)


def sqlite_engine(creator: Callable[[], dbapi2.Connection], size: int, begin: str) -> Engine:
    """An engine over raw connections, at most `size`, whose transactions start with `begin`."""
    engine = create_engine(
        "sqlite://", module=dbapi2, paramstyle="named", creator=creator, poolclass=QueuePool,
        pool_size=size, max_overflow=0, hide_parameters=True,
    )  # fmt: skip

    # The driver begins nothing by itself (isolation_level=None), so savepoints stay inside.
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def open_database(url: str) -> Database:
    """The database at a SQLAlchemy URL: `sqlite:///FILE` or `postgresql://…`.

    Raises Unusable with one sentence when the URL is not understood or nobody answers.
    """
    parsed = parsed_url(url)
    if parsed.drivername == "sqlite" and parsed.database:
        return open_sqlite(Path(parsed.database))
    if parsed.drivername not in POSTGRES_SCHEMES:
        raise Unusable(
            "database_url",
            f"Parley runs on sqlite:///FILE or postgresql://…, not on {parsed.drivername}.",
        )
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"), pool_size=READERS + 1, pool_pre_ping=True,
        hide_parameters=True,
    )  # fmt: skip
    try:
        engine.connect().close()
    except OperationalError as error:
        text = f"PostgreSQL cannot be used at {parsed.render_as_string()}: {_reason(error)}."
        raise Unusable("database_away", text) from error
    # Several statements see one snapshot only from REPEATABLE READ on.
    readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(engine, readers)


def parsed_url(url: str) -> URL:
    """A database's URL taken apart. Raises Unusable for what is none."""
    try:
        return make_url(url)
    except ArgumentError as error:
        text = "The database URL is not understood: write sqlite:///FILE or postgresql://…."
        raise Unusable("database_url", text) from error


def _reason(error: OperationalError) -> str:
    """What the server or the system said last, in one line: the driver quotes each address tried."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith("Is the server running")]
    return (said or lines or ["no reason given"])[-1].rstrip(".")


def create_missing(connection: Connection, metadata: MetaData) -> None:
    """Create the tables and indexes of `metadata` that are not there yet."""
    metadata.create_all(connection, checkfirst=True)
