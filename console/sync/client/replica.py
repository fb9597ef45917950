"""The replica: confirmed records on this desk, changed by the server's word alone.

Each method is one transaction, and the cursor commits with the rows it vouches for. Only the
engine process writes here; the console reads. The file is disposable: it can always be fetched.
"""

import json
import logging
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from console.kernel import codec
from console.kernel.crash import crash_here
from console.kernel.errors import Refused
from console.store import bulk, sqlite
from console.store.engine import Database, create_missing, open_sqlite
from console.store.reader import Value
from console.store.schema import records
from console.sync.client.schema import boot_seen, cache, cache_state
from console.sync.client.standing import Boot, Standing, Touched
from console.sync.records import Batch, Change, Epoch, Scopes, Seq, sees
from console.sync.registry import Catalog, RecordTable

_FOREVER: Seq = (1 << 63) - 1

log = logging.getLogger(__name__)


def shape_of(catalog: Catalog) -> int:
    """A number that differs when the record tables do: such a cache is fetched anew."""
    ddl = [str(CreateTable(table.table)) for table in catalog.tables.values()]
    return zlib.crc32("".join(ddl).encode())


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
        with database.writing() as connection:
            create_missing(connection, records)
            create_missing(connection, cache)
            row = connection.execute(
                text("SELECT v FROM cache_state WHERE k = 'standing'")
            ).scalar()
        self.standing = codec.decode(row, Standing) if row else Standing(shape=shape_of(catalog))
        # Ids deleted or lost since a fetch beside the live frames was asked for, with the change
        # that took them: rows of that fetch that are older must not bring them back.
        self._gone: dict[UUID, Seq] | None = None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def absorb(self, batch: Batch) -> Touched:
        """Apply a batch of the log and move the cursor."""
        hwm = max(self.standing.hwm, batch.to_seq)
        with self._moving_to(self._with(cursor=batch.to_seq, hwm=hwm)) as connection:
            return self._apply(connection, batch.changes)

    def guard(self) -> None:
        """A fetch is about to be asked for: remember from here on what is deleted or lost."""
        self._gone = {}

    def begin_boot(self, boot: Boot) -> None:
        """Note that a bootstrap began. One that sweeps starts a new list of rows seen."""
        hwm = max(self.standing.hwm, boot.start)
        with self._moving_to(self._with(boot=boot, hwm=hwm)) as connection:
            connection.execute(text("DELETE FROM boot_seen"))

    def absorb_page(self, rows: Sequence[Change], boot: Boot, as_of: Seq) -> Touched:
        """Apply a page of a bootstrap, with the place to resume it from."""
        boot = structs.replace(boot, seen=max(boot.seen, as_of))
        standing = self._with(boot=boot, hwm=max(self.standing.hwm, as_of))
        with self._moving_to(standing) as connection:
            if boot.sweep:
                seen = [{"kind": row.k, "id": row.id.bytes} for row in rows]
                bulk.upsert(connection, boot_seen, seen)
            elif boot.scopes:
                rows = list(self._still_ours(connection, rows))
            return self._apply(connection, rows, force=boot.sweep)

    def _still_ours(self, connection: Connection, rows: Sequence[Change]) -> Iterator[Change]:
        """The rows that were neither deleted nor lost from sight since they were asked for."""
        scopes, gone = frozenset(self.standing.scopes), self._gone or {}
        for row in rows:
            table = self._catalog.get(row.k)
            if table is None or gone.get(row.id, 0) > row.rev:
                continue
            if table.kind.parent is None or table.kind.parent_id is None:
                if sees(scopes, frozenset(row.sc)):
                    yield row
                continue
            record = table.kind.read(row.id, bytes(row.doc))
            parent = self._catalog[table.kind.parent].table.name
            sql, key = f"SELECT sc FROM {parent} WHERE id = :id", table.kind.parent_id(record).bytes
            sc = connection.execute(text(sql), {"id": key}).scalar()
            if sc and sees(scopes, frozenset(json.loads(sc)), table.kind.internal(record)):
                yield row

    def end_boot(self) -> Touched:
        """The bootstrap is complete. One of everything makes its start the cursor."""
        boot = self.standing.boot
        assert boot is not None, "a bootstrap ends only after it began"
        if boot.scopes:
            wanted = tuple(scope for scope in self.standing.wanted if scope not in boot.scopes)
            standing = self._with(boot=None, wanted=wanted)
        else:
            # A sweep leaves nothing of what another history had: the mark starts again with it.
            hwm = max(boot.start, boot.seen) if boot.sweep else self.standing.hwm
            standing = self._with(
                boot=None, cursor=boot.start, hwm=hwm, epoch=boot.epoch, scopes=boot.granted,
                wanted=(),
            )  # fmt: skip
        with self._moving_to(standing) as connection:
            touched = self._sweep(connection) if boot.sweep else {}
        self._gone = None
        return touched

    def _sweep(self, connection: Connection) -> Touched:
        touched: Touched = {}
        for name, table in self._catalog.tables.items():
            sql = (
                f"DELETE FROM {table.table.name} WHERE id NOT IN"
                " (SELECT id FROM boot_seen WHERE kind = :kind) RETURNING id"
            )
            rows = connection.execute(text(sql), {"kind": name}).fetchall()
            touched[name] = [UUID(bytes=row[0]) for row in rows]
        crash_here("engine.swept")
        connection.execute(text("DELETE FROM boot_seen"))
        return touched

    def greet(self, server: str, user: UUID) -> None:
        """Note whose cache this is; another server's or user's is emptied first."""
        same = (self.standing.server, self.standing.user) in ((server, user), ("", None))
        kept = self._with(server=server, user=user)
        with self._moving_to(
            kept if same else Standing(shape=self.standing.shape, server=server, user=user)
        ) as connection:
            if not same:
                for table in self._catalog.tables.values():
                    connection.execute(text(f"DELETE FROM {table.table.name}"))

    def welcome(self, epoch: Epoch, scopes: Scopes, head: Seq) -> Touched:
        """Note the epoch spoken to and keep only what these scopes show."""
        return self._rescope(scopes, self._with(epoch=epoch, hwm=max(self.standing.hwm, head)))

    def rescope(self, scopes: Scopes) -> Touched:
        """Keep only what these scopes show."""
        return self._rescope(scopes, self.standing)

    def _rescope(self, scopes: Scopes, standing: Standing) -> Touched:
        held = frozenset(self.standing.scopes)
        lost, wanted = held - scopes, (scopes - held) | (scopes & set(self.standing.wanted))
        after = structs.replace(
            standing, scopes=tuple(sorted(scopes)), wanted=tuple(sorted(wanted))
        )
        with self._moving_to(after) as connection:
            return self._drop(connection, scopes) if lost else {}

    def _drop(self, connection: Connection, scopes: Scopes) -> Touched:
        """Delete every record that no scope of these shows, children with their parents."""
        touched: Touched = {}
        for name, table in self._catalog.tables.items():
            if table.kind.parent is not None:
                continue
            rows = connection.execute(text(f"SELECT id, sc FROM {table.table.name}")).fetchall()
            held = {row[0]: frozenset(json.loads(row[1])) for row in rows}
            hidden = [(raw, _FOREVER) for raw, sc in held.items() if not sees(scopes, sc)]
            self._delete(connection, table, hidden, touched)
            shut = [{"p": raw} for raw, sc in held.items() if not sees(scopes, sc, internal=True)]
            for child in self._catalog.children[name] if shut else ():
                sql = f"DELETE FROM {child.table.name} WHERE {child.parent} = :p AND internal = 1"
                connection.execute(text(sql), shut)
        return touched

    # -- applying

    def _apply(
        self, connection: Connection, changes: Iterable[Change], *, force: bool = False
    ) -> Touched:
        touched: Touched = {}
        grouped: dict[str, list[Change]] = {}
        for change in changes:
            grouped.setdefault(change.k, []).append(change)
        # A newer server's kinds are left out: fetched once this console knows them.
        known = [(table, mine) for k, mine in grouped.items() if (table := self._catalog.get(k))]
        for table, mine in known:
            put = [self._row(table, change) for change in mine if change.op == "U"]
            bulk.upsert(connection, table.table, put, newer=None if force else "rev")
            touched.setdefault(table.kind.name, []).extend(c.id for c in mine if c.op == "U")
        # After all puts, so that who leaves takes the children along that came in the same batch.
        for table, mine in known:
            gone = [(change.id.bytes, change.rev) for change in mine if change.op != "U"]
            self._delete(connection, table, gone, touched)
        return touched

    def _row(self, table: RecordTable[Any], change: Change) -> dict[str, Value]:
        doc = bytes(change.doc)
        record = table.kind.read(change.id, doc)
        return {
            "id": change.id.bytes,
            "rev": change.rev,
            "sc": codec.encode(change.sc).decode(),
            "doc": doc.decode(),
            **table.project(record),
        }

    def _delete(
        self,
        connection: Connection,
        table: RecordTable[Any],
        gone: list[tuple[bytes, Seq]],
        touched: Touched,
    ) -> None:
        if not gone:
            return
        rows = [{"id": raw, "rev": rev} for raw, rev in gone]
        sql = f"DELETE FROM {table.table.name} WHERE id = :id AND rev <= :rev"
        connection.execute(text(sql), rows)
        for child in self._catalog.children[table.kind.name]:
            sql = (
                f"DELETE FROM {child.table.name} WHERE {child.parent} = :id AND NOT EXISTS"
                f" (SELECT 1 FROM {table.table.name} WHERE id = :id)"
            )
            connection.execute(text(sql), rows)
        if self._gone is not None:
            self._gone |= {UUID(bytes=raw): rev for raw, rev in gone}
        touched.setdefault(table.kind.name, []).extend(UUID(bytes=raw) for raw, _ in gone)

    # -- standing

    def _with(self, **news: Any) -> Standing:
        return structs.replace(self.standing, **news)

    @contextmanager
    def _moving_to(self, standing: Standing) -> Iterator[Connection]:
        with self._database.writing() as connection:
            yield connection
            row = {"k": "standing", "v": codec.encode(standing).decode()}
            bulk.upsert(connection, cache_state, [row])
            crash_here("engine.commit")
        crash_here("engine.committed")
        self.standing = standing
