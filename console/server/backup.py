"""A backup: one SQLite file with all tables and their hashes, made while the server runs.

With a passphrase the file is encrypted by SQLCipher, every page with its own authentication code.
Its key is derived by argon2id, which takes memory to guess and not only time as SQLCipher's own
PBKDF2 does; the salt is the one that SQLCipher keeps in the file's first 16 bytes, so the file is
all one needs besides the passphrase.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from msgspec import Struct
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from console import __version__
from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.errors import Refused, Unusable
from console.server import transfer
from console.store import blocks, files, migrate, sqlite
from console.store.engine import Database, SqlReader
from console.store.rowhash import Fingerprint
from console.sync.server import epoch

FORMAT = 1
MANIFEST = "manifest"
MIN_PASSPHRASE_CHARS = 10
KDF_PASSES, KDF_MEMORY_KIB, KDF_LANES = 4, 262_144, 4
"""Of format 1. Twice the memory the console takes for its own: a backup lies about for longer."""
_PLAIN = b"SQLite format 3\x00"
_CREATE = f"CREATE TABLE {MANIFEST} (doc TEXT NOT NULL, sha256 BLOB NOT NULL)"

Ask = Callable[[], str]
"""Gives the passphrase of an encrypted backup."""


class Manifest(Struct, frozen=True):
    """What a backup says of itself. `head` is where the log stood, in the epoch [number, tag]."""

    format: int
    schema: str
    release: str
    made_at: datetime
    epoch: tuple[int, int]
    head: int
    tables: dict[str, Fingerprint]


def make(
    database: Database,
    path: Path,
    clock: Clock,
    *,
    passphrase: str | None = None,
    force: bool = False,
) -> Manifest:
    """Write a backup of one snapshot of the database to `path`; whoever writes meanwhile goes on.

    Raises Refused `no_folder`, `backup_exists` without `force`, `passphrase_short`; Unusable `no_data` for a
    database without a schema, `newer_schema` for a newer release's.
    """
    if not path.parent.is_dir() or path.is_dir():
        text_ = f"{path} is no place for a file: name one in a folder that is there."
        raise Refused("no_folder", text_)
    if not force:
        _check_free(path)
    key = _new_key(passphrase) if passphrase is not None else None

    def swap(made: Path, place: Path) -> None:
        if not force:
            _check_free(place)
        files.put(made, place)

    with database.readers.connect() as source:
        version = migrate.version_on(source)
        if version is None:
            raise Unusable("no_data", "This database holds nothing of Parley yet.")
        migrate.check_known(version)
        with files.built(path, key=key, swap=swap) as target:
            copied = transfer.copy(source, target, version, indexed=False)
            manifest = _manifest(source, version, clock.now(), dict(copied))
            _write(target, manifest)
    return manifest


def _manifest(
    source: Connection, version: str, now: datetime, tables: dict[str, Fingerprint]
) -> Manifest:
    reader = SqlReader(source)
    life = epoch.current(reader)
    head = reader.row("SELECT max(seq) FROM change_log")
    return Manifest(
        format=FORMAT,
        schema=version,
        release=__version__,
        made_at=now,
        epoch=(life.no, life.tag),
        head=(head[0] if head else None) or epoch.first_seq(life.no),
        tables=tables,
    )


def _write(target: Connection, manifest: Manifest) -> None:
    doc = codec.encode(manifest)
    target.execute(text(_CREATE))
    sql = f"INSERT INTO {MANIFEST} (doc, sha256) VALUES (:doc, :sha256)"
    target.execute(text(sql), {"doc": doc.decode(), "sha256": hashlib.sha256(doc).digest()})


@contextmanager
def opened(path: Path, ask: Ask) -> Iterator[tuple[Connection, Manifest]]:
    """A backup that was checked from end to end, to read from.

    `ask` is asked for the passphrase of an encrypted one. Raises Refused or Unusable, in one
    sentence, for a file that is missing, damaged, of a newer release or no backup at all, and for
    a wrong passphrase.
    """
    key = _key_of(path, ask)
    try:
        with files.opened(path, key=key) as connection:
            yield connection, _checked(connection, path, encrypted=key is not None)
    except Refused as refusal:
        if refusal.code != "wrong_key":
            raise
        if key is not None:
            text_ = f"The passphrase is wrong, or {path} is damaged."
            raise Refused("wrong_passphrase", text_) from refusal
        raise _damaged(path) from refusal


def _checked(connection: Connection, path: Path, *, encrypted: bool) -> Manifest:
    try:
        pragmas = ["cipher_integrity_check"] if encrypted else []
        for pragma in [*pragmas, "integrity_check"]:
            said = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA {pragma}")]
            if said not in ([], ["ok"]):
                raise _damaged(path)
        # SQLite makes up the zeros that a page cut short lacks.
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        if path.stat().st_size % int(size):
            raise _damaged(path)
        manifest = _read_manifest(connection, path)
        names = [name for name in blocks.table_names(connection) if name != MANIFEST]
        held = dict(transfer.fingerprints(connection, names))
    except (DatabaseError, UnicodeDecodeError) as error:
        raise _damaged(path) from error
    if held != manifest.tables or migrate.version_on(connection) != manifest.schema:
        raise _damaged(path)
    return manifest


def _read_manifest(connection: Connection, path: Path) -> Manifest:
    if MANIFEST not in blocks.table_names(connection):
        raise Refused("no_backup", f"{path} is no backup of Parley's.")
    row = connection.execute(text(f"SELECT doc, sha256 FROM {MANIFEST}")).one()
    doc = str(row[0]).encode()
    if hashlib.sha256(doc).digest() != bytes(row[1]):
        raise _damaged(path)
    told = codec.decode(doc, dict[str, object])
    if told.get("format") != FORMAT or told.get("schema") not in migrate.versions():
        raise Unusable(
            "newer_backup",
            f"The backup {path} was made by a newer Parley ({told.get('release')}, schema"
            f" {told.get('schema')}): install that release to restore it.",
        )
    return codec.decode(doc, Manifest)


def _damaged(path: Path) -> Refused:
    return Refused("damaged", f"The backup {path} is damaged: restore another one.")


def _check_free(path: Path) -> None:
    if path.exists():
        text_ = f"{path} is there already: choose another name, or --force to replace it."
        raise Refused("backup_exists", text_)


# -- keys


def _new_key(passphrase: str) -> bytes:
    if len(passphrase) < MIN_PASSPHRASE_CHARS:
        text_ = f"A backup's passphrase needs at least {MIN_PASSPHRASE_CHARS} characters."
        raise Refused("passphrase_short", text_)
    salt = secrets.token_bytes(sqlite.SALT_BYTES)
    return _derived(passphrase, salt) + salt


def _key_of(path: Path, ask: Ask) -> bytes | None:
    """The key of a backup, None when it is not encrypted."""
    try:
        with path.open("rb") as file:
            first = file.read(sqlite.SALT_BYTES)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable("file", f"The file {path} cannot be read: {reason}.") from error
    if len(first) < sqlite.SALT_BYTES:
        raise Refused("no_backup", f"{path} is no backup of Parley's.")
    return None if first == _PLAIN else _derived(ask(), first)


def _derived(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), salt, KDF_PASSES, KDF_MEMORY_KIB, KDF_LANES, sqlite.KEY_BYTES, Type.ID
    )
