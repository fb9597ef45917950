"""How every record is stored, on both sides: identity, revision, query columns, the raw document."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

records = MetaData()
"""Tables that server and cache share: one per record kind, and what stands beside those."""


class Bytes(LargeBinary):
    """Binary handed to the driver as it is: wrapping each value cost a fifth of a bulk insert."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        return None


def id_column(name: str, **options: Any) -> Column[bytes]:
    """A column of UUIDs (16 bytes) or other keys that are bytes."""
    return Column(name, Bytes, **options)


def record_table(
    name: str,
    *columns: Column[Any],
    indexes: Mapping[str, tuple[str, ...]],
    partly: Mapping[str, str] | None = None,
) -> Table:
    """The table of one record kind.

    `id` 16 bytes, `rev` the change that wrote it, `sc` the scopes as a JSON list (empty for
    children, which follow their parent), `columns` projected from the document for queries only,
    `doc` the document as it came, unknown fields kept; in the cache it is packed. `indexes` maps
    a suffix to columns; a column ending in ` desc` sorts downwards. `partly` maps a suffix to the
    condition that a row must fulfil to be in that index; a query that wants it says the same
    condition.
    """
    table = Table(
        name,
        records,
        id_column("id", primary_key=True),
        Column("rev", BigInteger, nullable=False, index=True),
        Column("sc", Text, nullable=False),
        *columns,
        Column("doc", Text, nullable=False),
    )
    for suffix, parts in indexes.items():
        keys = [
            table.c[part.removesuffix(" desc")].desc() if part.endswith(" desc") else table.c[part]
            for part in parts
        ]
        some = text(partly[suffix]) if partly and suffix in partly else None
        Index(f"ix_{name}_{suffix}", *keys, sqlite_where=some, postgresql_where=some)
    return table
