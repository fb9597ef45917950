"""Disks that refuse: from some write on a database file is full or may only be read."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, event

from console.store import sqlite

How = Literal["full", "read-only"]
WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE")
NO_LIMIT = 1_000_000_000


class BadDisk:
    """From the `after`-th writing statement on SQLite answers as it does on such a disk.

    It counts the statements of every connection to the file `path`; `mend` lets all go on.
    """

    def __init__(self, path: Path, how: How, after: int) -> None:
        self.path, self.how, self.after = str(path), how, after
        self.writes = 0
        self._sick: list[Any] = []
        self._mended = False

    def mend(self) -> None:
        """There is room again, or the disk may be written."""
        self._mended = True

    def before(self, connection: Connection, _cursor: Any, statement: str) -> None:
        """SQLAlchemy is about to run a statement."""
        driver: Any = connection.connection.dbapi_connection
        if not _is_of(driver, self.path):
            return
        writing = statement.lstrip().upper().startswith(WRITES)
        self.writes += writing
        if self._mended and driver in self._sick:
            self._heal(driver)
        elif (
            not self._mended and writing and self.writes >= self.after and driver not in self._sick
        ):
            self._sick.append(driver)
            self._refuse(driver)

    def end(self) -> None:
        """Nobody writes any more: leave nothing behind."""
        for driver in list(self._sick):
            self._heal(driver)

    def _heal(self, driver: Any) -> None:
        self._sick.remove(driver)
        with suppress(sqlite.dbapi2.ProgrammingError):  # it may have been closed meanwhile
            driver.execute(f"PRAGMA max_page_count = {NO_LIMIT}")
            driver.execute("PRAGMA query_only = OFF")

    def _refuse(self, driver: Any) -> None:
        if self.how == "full":
            (pages,) = driver.execute("PRAGMA page_count").fetchone()
            driver.execute(f"PRAGMA max_page_count = {pages}")
        else:
            driver.execute("PRAGMA query_only = ON")


def _is_of(driver: Any, path: str) -> bool:
    try:
        return any(row[2] == path for row in driver.execute("PRAGMA database_list").fetchall())
    except AttributeError:
        return False


_disks: list[BadDisk] = []


@event.listens_for(Engine, "before_cursor_execute")
def _before(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
    """Heard for as long as tests run: listeners cannot be taken away while others write."""
    for disk in tuple(_disks):
        disk.before(connection, cursor, statement)


@contextmanager
def bad_disk(path: Path, how: How, after: int) -> Iterator[BadDisk]:
    """While the block lasts; see BadDisk."""
    disk = BadDisk(path.resolve(), how, after)
    _disks.append(disk)
    try:
        yield disk
    finally:
        _disks.remove(disk)
        disk.end()
