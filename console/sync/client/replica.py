"""The replica: confirmed records on this desk, changed by the server's word alone.

Each method is one transaction, and the cursor commits with the rows it vouches for. Only the
engine process writes here; the console reads. The file is disposable: it can always be fetched.
"""

import logging
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType, structs
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from console.kernel import codec
from console.kernel.clock import to_ms
from console.kernel.crash import crash_here
from console.kernel.errors import Refused, Unavailable
from console.store import bulk, packed, sqlite
from console.store.engine import Database, create_missing, open_sqlite
from console.store.schema import records
from console.sync.asking import Found, Wanted
from console.sync.client import lease, schema
from console.sync.client.comparing import Comparing
from console.sync.client.downloads import Downloads, drop_orphans
from console.sync.client.holdings import Guard, Holdings
from console.sync.client.schema import cache, cache_state
from console.sync.client.standing import Boot, Standing, Touched
from console.sync.frames import Batch
from console.sync.records import Change, Epoch, Scopes, Seq
from console.sync.registry import Catalog, Leaving

LACKING_AT_ONCE = 20
KEPT_MOST = 5_000
"""So many records that somebody opened are kept beside the working set, the latest."""
_ALWAYS = 1 << 60
_OURS = (schema.kept, schema.lacking, schema.floor)

log = logging.getLogger(__name__)


def shape_of(catalog: Catalog) -> int:
    """A number that differs when record tables or packing do: such a cache is fetched anew."""
    tables = [table for entry in catalog.tables.values() for table in entry.tables]
    ddl = [str(CreateTable(table)) for table in tables]
    return zlib.crc32("".join(ddl).encode(), packed.packing())


def open_replica(path: Path, key: bytes, catalog: Catalog) -> "Replica":
    """The cache in `path`; one that is unreadable or of another shape is made anew, empty."""
    try:
        replica = Replica(open_sqlite(path, key=key, durable=False), catalog)
        if replica.standing.shape == shape_of(catalog):
            return replica
        replica.close()
        log.info("cache_of_other_shape")
    except (Refused, DBAPIError) as error:
        log.warning("cache_unreadable", exc_info=error)
    sqlite.remove(path)
    return Replica(open_sqlite(path, key=key, durable=False), catalog)


class Replica:
    """The cache file as the engine writes it."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog
        self._holdings = Holdings(catalog)
        self.files = Downloads(database, catalog)
        self.comparing = Comparing(database, catalog)
        with database.writing() as connection:
            create_missing(connection, records)
            create_missing(connection, cache)
            _drop_unasked(connection)
            if catalog.index is not None:
                catalog.index.prepare(connection)
            row = connection.execute(
                text("SELECT v FROM cache_state WHERE k = 'standing'")
            ).scalar()
        self.standing = codec.decode(row, Standing) if row else Standing(shape=shape_of(catalog))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def guard(self) -> Guard:
        """Something is about to be asked for beside the live frames; see `Guard`."""
        return self._holdings.guard()

    def release(self, guard: Guard) -> None:
        """The answer has been dealt with, or will not come."""
        self._holdings.release(guard)

    # -- the log

    def absorb(self, batch: Batch) -> Touched:
        """Apply a batch of the log and move the cursor."""
        hwm = max(self.standing.hwm, batch.to_seq)
        with self._moving_to(self._with(cursor=batch.to_seq, hwm=hwm)) as moving:
            touched, lacks = self._holdings.follow(
                moving.connection, batch.changes, self.standing.border, more=batch.more
            )
            if lacks:
                moving.to = structs.replace(moving.to, lacks=True)
            return touched

    # -- bootstrap

    def begin_boot(self, boot: Boot, installation: int | UnsetType = UNSET) -> None:
        """Note that a bootstrap began; what another installation gave is emptied first."""
        met = self.standing.met(installation)
        if self.standing.is_of_another(installation):
            self.begin_anew(met)
        hwm = max(self.standing.hwm, boot.start)
        with self._moving_to(self._with(boot=boot, hwm=hwm, installation=met)):
            pass

    def absorb_page(self, rows: Sequence[Change], boot: Boot, as_of: Seq, guard: Guard) -> Touched:
        """Apply a page of a bootstrap, with the place to resume it from.

        Raises Unavailable for one beside the live frames when a scope was lost since it was asked
        for: what happened to its rows while they were hidden was not told, also when they may be
        seen again by now.
        """
        if boot.scopes and guard.void:
            raise Unavailable("What may be seen has changed meanwhile.")
        boot = structs.replace(boot, seen=max(boot.seen, as_of))
        standing = self._with(boot=boot, hwm=max(self.standing.hwm, as_of))
        with self._moving_to(standing) as moving:
            if boot.scopes:
                shown = frozenset(self.standing.scopes)
                rows = list(self._holdings.ours(moving.connection, rows, shown, guard))
            if boot.compare:
                return self._holdings.mend(moving.connection, rows, as_of, force=boot.force)
            return self._holdings.apply(moving.connection, rows, new=True)

    def end_boot(self) -> Touched:
        """The bootstrap is complete. One of everything makes its start the cursor.

        Raises Unavailable when scopes that it was of were lost since its last page.
        """
        boot = self.standing.boot
        if boot is None:
            raise Unavailable("What may be seen has changed meanwhile.")
        if boot.scopes:
            wanted = tuple(scope for scope in self.standing.wanted if scope not in boot.scopes)
            with self._moving_to(self._with(boot=None, wanted=wanted)):
                return {}
        # Once compared nothing is left of what another history had: the mark starts again.
        hwm = max(boot.start, boot.seen) if boot.compare else self.standing.hwm
        standing = self._with(
            boot=None, cursor=boot.start, hwm=hwm, epoch=boot.epoch, scopes=boot.granted,
            wanted=(), border=boot.border,
        )  # fmt: skip
        with self._moving_to(standing) as moving:
            return self._drop(moving, frozenset(boot.granted))

    # -- who and what may be seen

    def greet(self, server: str, user: UUID) -> None:
        """Note whose cache this is and where its server is; another user's is emptied first.

        No two installations have the same user; a server that moves is known by its number.
        """
        if self.standing.user not in (user, None):
            self._empty(Standing(shape=self.standing.shape, server=server, user=user))
        elif (self.standing.server, self.standing.user) != (server, user):
            with self._moving_to(self._with(server=server, user=user)):
                pass

    def begin_anew(self, installation: int) -> None:
        """Keep nothing: another installation than before is at this address."""
        known = self.standing
        self._empty(
            Standing(
                shape=known.shape, server=known.server, user=known.user, installation=installation,
                lease=known.lease,
            )
        )  # fmt: skip

    def _empty(self, standing: Standing) -> None:
        with self._moving_to(standing) as moving:
            for table in (*records.tables.values(), *_OURS):
                moving.connection.execute(text(f"DELETE FROM {table.name}"))

    def welcome(
        self,
        epoch: Epoch,
        scopes: Scopes,
        head: Seq,
        border: int,
        installation: int | UnsetType = UNSET,
    ) -> Touched:
        """Note the epoch spoken to, and by whom, and keep only what these scopes show."""
        hwm, met = max(self.standing.hwm, head), self.standing.met(installation)
        told = self._with(epoch=epoch, hwm=hwm, border=border, installation=met)
        return self._rescope(scopes, told)

    def rescope(self, scopes: Scopes) -> Touched:
        """Keep only what these scopes show."""
        return self._rescope(scopes, self.standing)

    def _rescope(self, scopes: Scopes, standing: Standing) -> Touched:
        held = frozenset(self.standing.scopes)
        lost, wanted = held - scopes, (scopes - held) | (scopes & set(self.standing.wanted))
        boot = standing.boot
        after = structs.replace(
            standing, scopes=tuple(sorted(scopes)), wanted=tuple(sorted(wanted)),
            boot=None if boot is not None and not lost.isdisjoint(boot.scopes) else boot,
        )  # fmt: skip
        with self._moving_to(after) as moving:
            touched = self._drop(moving, scopes) if lost else {}
            moving.leaving = Leaving.LOST if lost else Leaving.GONE
        if lost:
            # What was deleted is overwritten in the file; this takes it out of its journal too.
            self._database.checkpoint()
        return touched

    def _drop(self, moving: "_Moving", scopes: Scopes) -> Touched:
        touched, lacks = self._holdings.drop(moving.connection, scopes)
        moving.to = structs.replace(moving.to, lacks=moving.to.lacks or lacks)
        return touched

    def meet(self, now: datetime) -> None:
        """The server was met: the lease is whole again."""
        with self._moving_to(self._with(lease=lease.renewed(now))):
            pass

    def spend(self, now: datetime) -> None:
        """Note how much of the lease is used up."""
        with self._moving_to(self._with(lease=self.standing.lease.spent(now))):
            pass

    # -- what is kept beside the working set

    def want(self, kind: str, record_id: UUID, now: datetime) -> None:
        """Somebody opened a record: keep it; fetch it, or what surrounds it, when it is not here."""
        row = {"kind": kind, "id": record_id.bytes, "at": to_ms(now)}
        held = f"SELECT 1 FROM {self._catalog[kind].table.name} WHERE id = :id"
        with self._moving_to(self.standing) as moving:
            bulk.upsert(moving.connection, schema.kept, [row])
            if moving.connection.execute(text(held), {"id": record_id.bytes}).scalar() is None:
                lack = {"kind": kind, "id": record_id.bytes}
                bulk.upsert(moving.connection, schema.lacking, [lack])
                moving.to = self._with(lacks=True)

    def lacking(self) -> list[Wanted]:
        """Some of the records whose surroundings are to be fetched, by kind."""
        with self._database.reading() as reader:
            rows = reader.rows(f"SELECT kind, id FROM lacking LIMIT {LACKING_AT_ONCE}")
        ids: dict[str, list[UUID]] = {}
        for kind, raw_id in rows:
            ids.setdefault(kind, []).append(UUID(bytes=raw_id))
        return [Wanted(kind=kind, ids=tuple(found)) for kind, found in ids.items()]

    def supply(self, asked: Wanted, found: Found, guard: Guard) -> Touched:
        """Apply records that were lacking; what did not come is not to be had."""
        with self._moving_to(self.standing) as moving:
            touched = self._take(moving.connection, found, guard)
            touched.setdefault(asked.kind, []).extend(asked.ids)  # also told: it is not to be had
            key = "DELETE FROM lacking WHERE kind = :kind AND id = :id"
            gone = [{"kind": asked.kind, "id": record_id.bytes} for record_id in asked.ids]
            if not guard.void:
                moving.connection.execute(text(key), gone)
            left = moving.connection.execute(text("SELECT count(*) FROM lacking")).scalar()
            moving.to = self._with(lacks=bool(left))
            return touched

    def deepen(self, parent: UUID, found: Found, guard: Guard) -> Touched:
        """Apply older children of a parent; before their `floor` nothing is left."""
        with self._moving_to(self.standing) as moving:
            touched = self._take(moving.connection, found, guard)
            if not guard.void and found.floor is not None:
                row = {"parent": parent.bytes, "place": found.floor}
                bulk.upsert(moving.connection, schema.floor, [row])
            return touched

    def _take(self, connection: Connection, found: Found, guard: Guard) -> Touched:
        if guard.void or self.standing.epoch != found.epoch:
            return {}
        scopes, touched = frozenset(self.standing.scopes), Touched()
        for children in (False, True):  # a child is ours when its parent is here
            some = [c for c in found.changes if self._is_child(c) == children]
            ours = self._holdings.ours(connection, some, scopes, guard)
            for kind, ids in self._holdings.apply(connection, list(ours)).items():
                touched.setdefault(kind, []).extend(ids)
        return touched

    def _is_child(self, change: Change) -> bool:
        table = self._catalog.get(change.k)
        return table is not None and table.kind.parent is not None

    def evict(self, used: Iterable[UUID]) -> Touched:
        """Delete what is outside the working set; `used` are records that work waits on."""
        keep = f"SELECT kind, id FROM kept ORDER BY at DESC LIMIT {KEPT_MOST}"
        with self._moving_to(self.standing) as moving:
            run = moving.connection.execute
            run(text(f"DELETE FROM kept WHERE (kind, id) NOT IN ({keep})"))
            roots = [table.kind.name for table in self._catalog.kept if table.working]
            rows = [{"kind": k, "id": i.bytes, "at": _ALWAYS} for i in used for k in roots]
            bulk.upsert(moving.connection, schema.kept, rows)
            touched = self._holdings.evict(moving.connection, self.standing.border)
            moving.leaving = Leaving.LET_GO
            run(text("UPDATE kept SET at = 0 WHERE at = :always"), {"always": _ALWAYS})
            return touched

    # -- comparing with the server

    def mend(self, found: Found, guard: Guard | None, *, force: bool) -> Touched:
        """Apply what differs; beside live frames with the guard of the question."""
        with self._moving_to(self._with(hwm=max(self.standing.hwm, found.as_of))) as moving:
            changes = found.changes
            if guard is not None:
                if guard.void or self.standing.epoch != found.epoch:
                    return {}
                shown = frozenset(self.standing.scopes)
                left = tuple(c for c in changes if c.op != "U")
                changes = (*self._holdings.ours(moving.connection, changes, shown, guard), *left)
            return self._holdings.mend(moving.connection, changes, found.as_of, force=force)

    def audited(self, at: datetime) -> None:
        """The cache was compared with the server as a whole."""
        with self._moving_to(self._with(audited=to_ms(at))):
            pass

    # -- the full-text index

    def index_some(self) -> bool:
        """Put some rows more into the index; whether more is to be done, once a fetch has ended."""
        if self._catalog.index is None or self.standing.boot is not None:
            return False
        with self._database.writing() as connection:
            return self._catalog.index.step(connection)

    # -- standing

    def _with(self, **news: Any) -> Standing:
        return structs.replace(self.standing, **news)

    @contextmanager
    def _moving_to(self, standing: Standing) -> Iterator["_Moving"]:
        with self._database.writing() as connection:
            moving = _Moving(connection, standing)
            yield moving
            drop_orphans(connection, self._catalog)
            if self._catalog.index is not None:
                self._catalog.index.settle(connection, moving.leaving)
            row = {"k": "standing", "v": codec.encode(moving.to).decode()}
            bulk.upsert(connection, cache_state, [row])
            crash_here("engine.commit")
        crash_here("engine.committed")
        self.standing = moving.to


def _drop_unasked(connection: Connection) -> None:
    """Drop the indexes by revision: a server asks what is newer than a place, a console never does.

    They were a fiftieth of the file, and every change of a record moved its row in one.
    """
    for table in records.tables.values():
        for index in table.indexes:
            if index.columns.keys() == ["rev"]:
                connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{index.name}"')


@dataclass
class _Moving:
    """A transaction of the cache and where it stands after it."""

    connection: Connection
    to: Standing
    leaving: Leaving = Leaving.GONE
