"""Whether a desk shows exactly what the server would show its user."""

from uuid import UUID

from console.kernel.clock import SystemClock
from console.store.reader import Reader
from console.sync.records import Scopes
from console.sync.registry import Catalog
from console.sync.server.feed import Feed
from console.sync.server.live import border_at
from console.sync.server.working_set import WorkingSet
from tests.parts.desk import Desk
from tests.parts.server import LiveServer

Rows = dict[str, dict[bytes, tuple[int, str]]]
"""By table: id → (rev, document)."""


def projection(desk: Desk, server: LiveServer) -> tuple[Rows, Rows]:
    """What the server shows the desk's user: all of it, and what of it a desk must hold."""
    granted = server.call(
        server.core.read(
            lambda r: r.rows(
                "SELECT scope_id FROM scope_grant WHERE user_id = :u", u=desk.user.id.bytes
            )
        )
    )
    scopes = frozenset(row[0] for row in granted)
    return server.call(server.core.read(lambda r: shown(r, server.core.catalog, scopes)))


def shown(
    reader: Reader, catalog: Catalog, scopes: Scopes, border: int | None = None
) -> tuple[Rows, Rows]:
    """All that a server shows to whoever holds `scopes`, and the working set of it."""
    feed = Feed(catalog)
    some = border_at(SystemClock().now()) if border is None else border
    kept = WorkingSet.read(reader, catalog, scopes, some)
    everything: Rows = {}
    needed: Rows = {}
    for kind, table in feed.catalog.tables.items():
        name = table.table.name
        where, params = feed.shown(table, scopes)
        rows = reader.rows(f"SELECT t.id, t.rev, t.doc FROM {name} t WHERE {where}", **params)
        there = everything[name] = {bytes(row[0]): (row[1], row[2]) for row in rows}
        needed[name] = {raw_id: there[raw_id] for raw_id, _ in kept.revs(reader, kind)}
    return everything, needed


def held(reader: Reader, catalog: Catalog) -> Rows:
    """All that a cache holds, table by table."""
    found = {}
    for table in catalog.tables.values():
        rows = reader.rows(f"SELECT id, rev, plain(doc) FROM {table.table.name}")
        found[table.table.name] = {bytes(row[0]): (row[1], row[2]) for row in rows}
    return found


def assert_replica_equals_server(desk: Desk) -> None:
    """Every journey ends with this."""
    assert isinstance(desk.server, LiveServer), "look at a server process's data yourself"
    assert_shows(desk, *projection(desk, desk.server))


def assert_shows(desk: Desk, there: Rows, needed: Rows) -> None:
    """The desk's cache holds all rows that are needed, and none that is not there as it has it."""
    for name, theirs in there.items():
        mine = desk.rows(name)
        assert needed[name].keys() <= mine.keys(), f"{name}: {len(needed[name]) - len(mine)} lack"
        assert mine.keys() <= theirs.keys(), f"{name}: {len(mine)} here, {len(theirs)} there"
        differing = [UUID(bytes=key) for key in mine if mine[key] != theirs[key]]
        assert not differing, f"{name} differs in {differing[:3]}"
