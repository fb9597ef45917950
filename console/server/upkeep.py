"""What the command line does to the data as a whole: back it up, restore it, move it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from console.kernel.clock import SystemClock
from console.kernel.errors import Refused, Unavailable, Unusable
from console.server import backup, exclusive
from console.server.backup import Ask
from console.server.config import ServerConfig
from console.server.move import move
from console.server.restore import restore
from console.server.transfer import Fingerprints
from console.store.engine import open_database


def back_up(path: Path, config: ServerConfig, *, ask: Ask | None, force: bool) -> int:
    """Write a backup and say so; returns the exit code. `ask` gives a passphrase to encrypt with.

    Raises ParleyError.
    """
    file = exclusive.file_of(config.url)
    if file is not None and not file.is_file():
        text = f"There is no database {file}: name the server's folder with --data, or --database."
        raise Unusable("no_data", text)
    if file is not None and path.exists() and path.samefile(file):
        raise Refused("backup_exists", f"{path} is the database itself: name another file.")
    passphrase = ask() if ask is not None else None
    with _failures_told():
        database = open_database(config.url)
        try:
            exclusive.share(database)
            made = backup.make(database, path, SystemClock(), passphrase=passphrase, force=force)
        finally:
            database.close()
    sys.stdout.write(
        f"{path}: {_rows(made.tables):,} rows of {len(made.tables)} tables, schema {made.schema},"
        f" log at {made.head}{', encrypted' if passphrase else ''}.\n"
    )
    return 0


def bring_back(path: Path, config: ServerConfig, ask: Ask) -> int:
    """Restore a backup and say so; returns the exit code. Raises ParleyError."""
    with _failures_told():
        done = restore(path, config, SystemClock(), ask)
    sys.stdout.write(
        f"Restored {_rows(done.manifest.tables):,} rows as of {done.manifest.made_at:%Y-%m-%d %H:%M}"
        f" UTC into {config.shown}; {done.erased_again:,} records that had been erased since are erased again.\n"
    )
    if done.kept is not None:
        sys.stdout.write(
            f"What was there before is kept as {done.kept}: delete it when you need it no more.\n"
        )
    return 0


def move_database(source: str, target: str) -> int:
    """Move all data and print what arrived; returns the exit code. Raises ParleyError."""
    with _failures_told():
        moved = move(source, target, SystemClock())
    sys.stdout.write(table(moved))
    sys.stdout.write("Everything arrived. The database moved from is as it was.\n")
    return 0


def table(moved: Fingerprints) -> str:
    """Tables with their rows and the hash that both sides have, a line each."""
    name_width = max(map(len, moved))
    rows_width = max(len(f"{found.rows:,}") for found in moved.values())
    return "".join(
        f"{name:<{name_width}}  {found.rows:>{rows_width},}  {found.hash}  equal\n"
        for name, found in moved.items()
    )


def _rows(tables: Fingerprints) -> int:
    return sum(found.rows for found in tables.values())


@contextmanager
def _failures_told() -> Iterator[None]:
    """A full disk, a database that went away: said in one sentence."""
    try:
        yield
    except DBAPIError as error:
        reason = (str(error.orig).splitlines() or ["no reason given"])[0].rstrip(".")
        text = f"A database failed ({reason}): nothing was changed; mend that and try again."
        raise Unavailable(text) from error
