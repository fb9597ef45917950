"""Restoring a backup: checked first, whole or not at all, and nothing that was erased comes back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, inspect

from console.catalog import catalog
from console.kernel.clock import Clock
from console.kernel.errors import Refused, Unusable
from console.people.server.ended import Standing, end_again, standing
from console.server import backup, exclusive, rooms, tombstones, transfer
from console.server.backup import Ask, Manifest
from console.server.config import ServerConfig, make_private
from console.server.tombstones import Stones, Tombstone
from console.store import blocks, files, migrate
from console.store.engine import Database, SqlReader, open_database
from console.sync.server import counters, epoch, erasure
from console.sync.server.tx import Tx

ERASED_AT_ONCE = 500


@dataclass(frozen=True)
class Restored:
    """What was restored; `kept` is the database that was there before, under its new name."""

    manifest: Manifest
    erased_again: int
    kept: Path | None = None


@dataclass
class _Before:
    """What a restore takes over from the database it replaces; nothing from one it cannot read."""

    stones: set[Tombstone] = field(default_factory=set)
    epoch_no: int = 0
    numbers: list[counters.Row] = field(default_factory=list)
    people: Standing = field(default_factory=Standing)


def restore(path: Path, config: ServerConfig, clock: Clock, ask: Ask) -> Restored:
    """Put what a backup holds in the place of a server's data, which must not run.

    The backup is checked from end to end before anything is touched. SQLite: the new file takes
    the old one's place at the end, in one step, and the old one is kept beside it. PostgreSQL:
    one transaction. Either way the log begins a new epoch, series of numbers never go back, and
    the records are erased again whose tombstones stand in the data folder or in the database
    that is replaced. Sessions that had ended in that one stay ended, and passwords that were
    changed stay changed. Raises Refused or Unusable in one sentence.
    """
    make_private(config.data)
    place = exclusive.file_of(config.url)
    noted = Stones(config.stones).read()
    with (
        exclusive.held(config.data, *([place.parent] if place else [])),
        backup.opened(path, ask) as (source, manifest),
    ):
        filling = _Filling(source, manifest, noted, clock.now())
        if place is not None:
            return filling.file(place)
        database = open_database(config.url)
        try:
            with exclusive.alone(database):
                return filling.postgres(database)
        finally:
            database.close()


@dataclass(frozen=True)
class _Filling:
    source: Connection
    manifest: Manifest
    noted: set[Tombstone]
    now: datetime

    def file(self, place: Path) -> Restored:
        """Into a new file that takes the place of the old one."""
        before = _before_in(place)
        kept: list[Path] = []

        def swap(made: Path, old: Path) -> None:
            if old.exists():
                kept.append(files.kept_beside(old, self.now))
            files.put(made, old)

        with files.built(place, swap=swap) as target:
            erased = self._fill(target, before)
        return Restored(self.manifest, erased, kept[0] if kept else None)

    def postgres(self, database: Database) -> Restored:
        """Into the emptied schema of a database."""
        with database.writing() as target:
            before = _before_on(target)
            _empty(target)
            return Restored(self.manifest, self._fill(target, before))

    def _fill(self, target: Connection, before: _Before) -> int:
        """Returns how many records were erased again."""
        copied = transfer.copy(self.source, target, self.manifest.schema)
        if copied != self.manifest.tables:
            raise Refused("changed", "The backup was changed while it was read: restore it again.")
        migrate.bring_to(target)
        counters.write(target, counters.never_below(counters.read(target), before.numbers))
        epoch.begin(target, self.now, before.epoch_no)
        end_again(target, before.people)
        stones = self.noted | before.stones
        again = tombstones.unheard_of(stones, tombstones.noted(target))
        erased = _erase(target, again, self.now)
        tombstones.add(target, again)
        return erased


def _before_in(place: Path) -> _Before:
    """What to take over from a SQLite file. Raises Unusable when another program has it open."""
    if not place.exists():
        return _Before()
    try:
        files.fold_in(place)
    except Refused as unreadable:
        if unreadable.code == "database_in_use":
            raise
        return _Before()
    database = open_database(f"sqlite:///{place}")
    try:
        with database.readers.connect() as connection:
            return _before_on(connection)
    finally:
        database.close()


def _before_on(connection: Connection) -> _Before:
    if migrate.version_on(connection) is None:
        return _Before()
    life = epoch.last_number(SqlReader(connection))
    return _Before(
        tombstones.noted(connection), life, counters.read(connection), standing(connection)
    )


def _empty(connection: Connection) -> None:
    """Drop what is Parley's in a PostgreSQL database. Raises Unusable when it is another's."""
    found = migrate.version_on(connection)
    if found is None and inspect(connection).get_table_names():
        text = "This database holds tables that are not Parley's: restore into one of its own."
        raise Unusable("not_parley", text)
    if found is not None and found not in migrate.versions():
        text = (
            f"This database was written by a newer Parley (schema {found}), whose tables this one"
            " does not know: restore into an empty database."
        )
        raise Unusable("newer_schema", text)
    ours = {name for metadata in rooms.metadata() for name in metadata.tables}
    for name in ours & set(blocks.table_names(connection)):
        connection.exec_driver_sql(f'DROP TABLE "{name}"')
    connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{blocks.VERSION_TABLE}"')
    counters.drop(connection)


def _erase(connection: Connection, stones: Iterable[Tombstone], now: datetime) -> int:
    """Erase what is there of these records, children before their parents; returns how many."""
    known = catalog()
    ids: dict[str, list[UUID]] = {}
    for stone in stones:
        ids.setdefault(stone.kind, []).append(stone.id)
    erased = 0
    for name in reversed(known.names):
        mine = sorted(ids.get(name, []))
        for start in range(0, len(mine), ERASED_AT_ONCE):
            tx = Tx(connection, known, now, rooms.SUBSCRIBERS)
            tx.begin()
            some = mine[start : start + ERASED_AT_ONCE]
            erased += sum(erasure.erase(tx, known[name].kind, gone) for gone in some)
            tx.keep()
            tx.finish()
    return erased
