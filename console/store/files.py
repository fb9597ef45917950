"""Database files as a whole: built beside their place and put there at once, read, kept, swapped."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from console.kernel.errors import Refused, Unusable
from console.store import sqlite
from console.store.engine import sqlite_engine

Swap = Callable[[Path, Path], None]
"""Puts a finished file (the first path) into its place (the second)."""


def put(made: Path, place: Path) -> None:
    """Into its place, over whatever is there."""
    made.replace(place)


@contextmanager
def built(place: Path, *, key: bytes | None = None, swap: Swap = put) -> Iterator[Connection]:
    """One transaction on a new database file `PLACE.partial`, for its owner's eyes only.

    When it ends well the file is flushed to disk and put into its place by `swap`; otherwise it
    is gone and the place is as it was. A `.partial` left by a killed process is written over.
    """
    partial = place.with_name(f"{place.name}.partial")
    sqlite.remove(partial)
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    mine = partial.stat().st_ino

    def connect() -> dbapi2.Connection:
        # Nobody else reads it and a killed build is thrown away: it is flushed once, at its end.
        return sqlite.connect(partial, key=key, mode="rw", synchronous="OFF", journal="MEMORY")

    engine = sqlite_engine(connect, 1, "BEGIN IMMEDIATE")
    try:
        with engine.begin() as connection:
            yield connection
    except BaseException:
        engine.dispose()
        sqlite.remove(partial)
        raise
    engine.dispose()
    if partial.stat().st_ino != mine:
        raise Refused("partial_taken", f"Another command writes {place} at the same time.")
    try:
        _flush(partial)
        swap(partial, place)
    except BaseException:
        sqlite.remove(partial)
        raise
    _flush(place.parent)


@contextmanager
def opened(path: Path, *, key: bytes | None = None) -> Iterator[Connection]:
    """One read transaction on a database file that nobody writes. Raises what `connect` raises."""
    engine = sqlite_engine(lambda: sqlite.connect(path, key=key, mode="ro"), 1, "BEGIN")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def fold_in(path: Path) -> None:
    """Bring a database's journal into its file. Raises Unusable `database_in_use` when others use it.

    Raises Refused or Unusable, as `connect` does, when it cannot be read.
    """
    connection = sqlite.connect(path, mode="rw")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except dbapi2.DatabaseError as error:
        raise Refused("damaged", f"The file {path} is damaged: {error}.") from error
    finally:
        connection.close()
    if path.with_name(f"{path.name}-wal").exists():  # who closes last removes it
        raise Unusable("database_in_use", f"Another program has {path} open: end it first.")


def kept_beside(path: Path, now: datetime) -> Path:
    """Give a database file that nobody has open a second name that says when; returns that name.

    The file stays where it is until something is put over it, so no crash leaves its place empty.
    One that cannot be read is renamed with its journal instead.
    """
    aside = _free(path.with_name(f"{path.name}.before-restore-{now:%Y%m%d-%H%M%S}"))
    try:
        fold_in(path)
    except Refused as unreadable:
        if unreadable.code == "database_in_use":
            raise
        return sqlite.rename(path, aside)
    try:
        os.link(path, aside)
    except OSError:  # a file system without second names
        shutil.copy2(path, aside)
        _flush(aside)
    return aside


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _flush(path: Path) -> None:
    """Have the file or folder on disk. Folders cannot be flushed on Windows, and need not be."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
