"""Whether a desk shows exactly what the server would show its user."""

from uuid import UUID

from console.store.reader import Reader
from console.sync.server.feed import visible
from tests.parts.desk import Desk


def projection(desk: Desk) -> dict[str, dict[bytes, tuple[int, str]]]:
    """The server's rows that the desk's user may see, table by table."""
    server = desk.server
    granted = server.call(
        server.core.read(
            lambda r: r.rows(
                "SELECT scope_id FROM scope_grant WHERE user_id = :u", u=desk.user.id.bytes
            )
        )
    )
    scopes = frozenset(row[0] for row in granted)

    def look(reader: Reader) -> dict[str, dict[bytes, tuple[int, str]]]:
        found = {}
        for table in server.core.catalog.tables.values():
            name = table.table.name
            where, params = visible(table, scopes)
            rows = reader.rows(f"SELECT t.id, t.rev, t.doc FROM {name} t WHERE {where}", **params)
            found[name] = {bytes(row[0]): (row[1], row[2]) for row in rows}
        return found

    return server.call(server.core.read(look))


def assert_replica_equals_server(desk: Desk) -> None:
    """Every journey ends with this."""
    for name, theirs in projection(desk).items():
        mine = desk.rows(name)
        assert mine.keys() == theirs.keys(), f"{name}: {len(mine)} here, {len(theirs)} there"
        differing = [UUID(bytes=key) for key in mine if mine[key] != theirs[key]]
        assert not differing, f"{name} differs in {differing[:3]}"
