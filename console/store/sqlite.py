"""Raw SQLite connections through `sqlcipher3`: the build guard, the pragmas, the key."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlcipher3 import dbapi2

from console.kernel.errors import Refused, Unusable
from console.store import packed

Connection = dbapi2.Connection
DatabaseError = dbapi2.DatabaseError
KEY_BYTES = 32
SALT_BYTES = 16
BUSY_TIMEOUT_MS = 10_000
# A first fetch touches the same pages of its indexes over and over: moving them out of the log
# four times less often made it a third faster. A file that must be durable keeps SQLite's 1,000.
CACHE_WAL_PAGES = 4_000
_FILES = ("", "-wal", "-shm", "-journal")

# https://sqlite.org/wal.html#walresetbug: commits can be lost from 3.7.0 on; fixed in 3.51.3
# and in these two backports.
_FIXED = (3, 51, 3)
_BACKPORTS = {(3, 44): 6, (3, 50): 7}


def is_fixed(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite release has the WAL-reset fix."""
    patch = _BACKPORTS.get(version[:2])
    return version >= _FIXED or (patch is not None and version[2] >= patch)


def guard_build(version: tuple[int, int, int] | None = None) -> str:
    """The SQLite release in use, as text; raises Unusable when it can lose commits."""
    major, minor, patch = (int(part) for part in dbapi2.sqlite_version.split("."))
    found = version or (major, minor, patch)
    text = ".".join(map(str, found))
    if not is_fixed(found):
        raise Unusable(
            "sqlite_unfixed",
            f"SQLite {text} can lose commits in WAL mode: "
            "install sqlcipher3 0.6.4 or newer, which brings SQLite 3.53.",
        )
    return text


def connect(
    path: Path,
    *,
    key: bytes | None = None,
    mode: Literal["ro", "rw", "rwc"] = "rwc",
    synchronous: Literal["OFF", "NORMAL", "FULL"] = "FULL",
    journal: Literal["WAL", "MEMORY"] = "WAL",
    cache_kib: int = 16_384,
) -> Connection:
    """An open connection that begins transactions only when told to; in WAL mode if it may write.

    `key` (32 bytes, used raw: no derivation time; 16 more are the salt of a new file) encrypts
    the file; None leaves it plain. The connection may be handed between threads, one at a time.
    Raises Refused `wrong_key` when the file is encrypted with another key or is no database,
    Unusable when it cannot be opened at all.
    """
    guard_build()
    if key is not None and len(key) not in (KEY_BYTES, KEY_BYTES + SALT_BYTES):
        raise ValueError("a raw key has 32 bytes, and 16 more with its salt")
    try:
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
    except dbapi2.OperationalError as error:
        raise Unusable(
            "database_unreadable", f"The file {path} cannot be opened: {error}."
        ) from error
    try:
        _configure(connection, key, mode, synchronous, journal, cache_kib)
    except (dbapi2.DatabaseError, UnicodeDecodeError) as error:
        # A damaged schema is told in words that need not be text.
        connection.close()
        if isinstance(error, dbapi2.OperationalError):
            text = f"The file {path} cannot be opened: {error}."
            raise Unusable("database_unreadable", text) from error
        raise Refused("wrong_key", f"The file {path} does not open with this key.") from error
    return connection


def _configure(
    connection: Connection,
    key: bytes | None,
    mode: str,
    synchronous: str,
    journal: str,
    cache_kib: int,
) -> None:
    run = connection.execute
    if key is not None:
        run("PRAGMA cipher_log_level = NONE")
        run(f"PRAGMA key = \"x'{key.hex()}'\"")
    run(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    run("SELECT count(*) FROM sqlite_schema")
    if mode != "ro":
        run(f"PRAGMA journal_mode = {journal}")
        run(f"PRAGMA synchronous = {synchronous}")
        if synchronous == "NORMAL":
            run(f"PRAGMA wal_autocheckpoint = {CACHE_WAL_PAGES}")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA secure_delete = ON")
    run(f"PRAGMA cache_size = -{cache_kib}")
    run("PRAGMA temp_store = MEMORY")
    connection.create_function(packed.FUNCTION, 1, packed.plain_text, deterministic=True)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """What is written in the block becomes durable at its end, all of it or, if it raises, nothing.

    On a full disk SQLite may fail one statement and keep the transaction: without the rollback
    the next single write would join it, and be lost with it.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a database file that cannot be read, journal and all; its new name says when."""
    return rename(path, path.with_name(f"{path.name}.unreadable-{now:%Y%m%d-%H%M%S}"))


def rename(path: Path, aside: Path) -> Path:
    """Give a database file another name, its journal files too; returns that name."""
    for suffix in _FILES:
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def remove(path: Path) -> None:
    """Delete a database file with its journal files; missing ones are fine."""
    for suffix in _FILES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
