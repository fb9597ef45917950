"""The work file: what somebody did or typed here and nobody else has yet. Never wiped by a resync."""

from pathlib import Path
from uuid import UUID

from console.kernel.crash import crash_here
from console.kernel.errors import Unusable
from console.kernel.ids import new_id
from console.store import sqlite
from console.sync.client.uploads import FILES_SCRIPT

CACHE_FILE = "cache.db"
WORK_FILE = "work.db"

# One script per version of the file, applied in order; `user_version` counts them.
_SCRIPTS = (
    """
    CREATE TABLE meta (k TEXT PRIMARY KEY, v TEXT NOT NULL) WITHOUT ROWID;
    -- state: waiting or scheduled (to be queued at due_at), queued, accepted (until the cache has
    -- caught up), rejected or held (need somebody)
    CREATE TABLE outbox (
      pos INTEGER PRIMARY KEY AUTOINCREMENT,
      cmd_id BLOB NOT NULL UNIQUE,
      lane BLOB NOT NULL,
      state TEXT NOT NULL,
      command TEXT NOT NULL,
      about TEXT NOT NULL,
      made_at INTEGER NOT NULL,
      outcome TEXT,
      seq INTEGER
    );
    CREATE INDEX ix_outbox_state ON outbox (state, pos);
    CREATE TABLE journal (
      cmd_id BLOB PRIMARY KEY,
      lane BLOB NOT NULL,
      command TEXT NOT NULL,
      about TEXT NOT NULL,
      made_at INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      seq INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX ix_journal_made ON journal (made_at);
    CREATE TABLE draft (
      lane BLOB PRIMARY KEY,
      body TEXT NOT NULL,
      kept_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    FILES_SCRIPT,
    # When what waits to be released is; the state is then waiting or scheduled.
    "ALTER TABLE outbox ADD COLUMN due_at INTEGER;",
)


def open_work(path: Path, key: bytes | None) -> sqlite.Connection:
    """The work file for writing, made or upgraded when needed; every commit reaches the disk.

    Raises Unusable `newer_schema` for a file of a newer Parley, Refused `wrong_key`.
    """
    connection = sqlite.connect(path, key=key, synchronous="FULL", cache_kib=2_048)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(_SCRIPTS):
        connection.close()
        raise Unusable(
            "newer_schema",
            f"The file {path} was written by a newer Parley: install that release again.",
        )
    for number, script in enumerate(_SCRIPTS[version:], start=version + 1):
        connection.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")
    crash_here("console.work.opened")
    return connection


def device_id(connection: sqlite.Connection) -> UUID:
    """This profile's device, named at its first use and never again while work waits."""
    row = connection.execute("SELECT v FROM meta WHERE k = 'device'").fetchone()
    if row:
        return UUID(row[0])
    device = new_id()
    connection.execute("INSERT INTO meta VALUES ('device', ?)", (str(device),))
    crash_here("console.device.named")
    return device
