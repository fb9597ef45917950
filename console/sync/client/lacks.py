"""What is here without all that belongs to it, noted so that it is fetched.

Works inside the replica's transactions and commits nothing itself.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

from console.kernel import codec
from console.store import bulk
from console.store.engine import SqlReader
from console.store.reader import listed
from console.sync.client import schema
from console.sync.registry import Catalog, RecordTable

_AT_ONCE = 500
_NAMES = re.compile(r"\ba\.(\w+) = t\.id\b")


class Lacks:
    """Ids are raw, by kind."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def note(
        self, connection: Connection, new: dict[str, set[bytes]], came: dict[str, set[bytes]]
    ) -> bool:
        """List what is new here without its children, and what came and names what is not here."""
        alone: list[dict[str, Any]] = []
        for kind, ids in new.items():
            for brought, condition in self._catalog[kind].brings.items():
                alone += self._pointless(connection, kind, brought, condition, came[kind])
                for child in self._catalog.children[brought]:
                    alone += self._incomplete(connection, kind, brought, condition, child, ids)
        bulk.upsert(connection, schema.lacking, alone)
        return bool(alone)

    def _pointless(
        self, connection: Connection, kind: str, brought: str, condition: str, ids: set[bytes]
    ) -> Iterator[dict[str, Any]]:
        """Of these records those that name a brought one which is not here.

        The log does not bring it: it has not changed, it only has a use here from now on.
        """
        table = self._catalog[brought].table.name
        missing = " OR ".join(
            f"(a.{name} <> :nil AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = a.{name}))"
            for name in _NAMES.findall(condition)
        )
        for part in parts(ids) if missing else ():
            names, params = listed("i", part)
            sql = f"SELECT a.id FROM {self._catalog[kind].table.name} a WHERE a.id IN {names} AND ({missing})"
            for row in SqlReader(connection).rows(sql, nil=codec.NIL.bytes, **params):
                yield {"kind": kind, "id": row[0]}

    def note_back(
        self, connection: Connection, new: dict[str, set[bytes]], made: set[bytes]
    ) -> bool:
        """List who names a record that comes back by a change of its own after it was let go.

        What was noted of a party and what they ordered went with them, and has not changed. What
        is itself of others names those, and its children are counted. What was `made` since does not
        come back.
        """
        lacking: list[dict[str, Any]] = []
        for by in self._catalog.kept:
            for brought, condition in by.brings.items():
                back = set() if self._catalog[brought].brings else new[brought] - made
                for part in parts(back):
                    names, params = listed("i", part)
                    whose = " OR ".join(
                        f"a.{name} IN {names}" for name in _NAMES.findall(condition)
                    )
                    sql = f"SELECT a.id FROM {by.table.name} a WHERE {whose}"
                    rows = SqlReader(connection).rows(sql, **params)
                    lacking += ({"kind": by.kind.name, "id": row[0]} for row in rows)
        bulk.upsert(connection, schema.lacking, lacking)
        return bool(lacking)

    def _incomplete(
        self,
        connection: Connection,
        kind: str,
        brought: str,
        condition: str,
        child: RecordTable[Any],
        ids: set[bytes],
    ) -> Iterator[dict[str, Any]]:
        if child.latest is None:
            return
        held = (
            f"SELECT 1 FROM {self._catalog[brought].table.name} t WHERE {condition} AND t.{child.latest.count}"
            f" <= (SELECT count(*) FROM {child.table.name} c WHERE c.{child.parent} = t.id)"
        )
        for part in parts(ids):
            names, params = listed("i", part)
            sql = f"SELECT a.id FROM {self._catalog[kind].table.name} a WHERE a.id IN {names} AND NOT EXISTS ({held})"
            for row in SqlReader(connection).rows(sql, **params):
                yield {"kind": kind, "id": row[0]}


def parts(ids: Iterable[bytes]) -> Iterator[list[bytes]]:
    """So many at a time as fit one statement, in their order."""
    every = sorted(ids)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]
