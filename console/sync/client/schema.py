"""The cache's own table beside the records: where it stands in the server's log."""

from sqlalchemy import Column, MetaData, Table, Text

from console.store.schema import id_column

cache = MetaData()

cache_state = Table(
    "cache_state",
    cache,
    Column("k", Text, primary_key=True),
    Column("v", Text, nullable=False),
)

# The rows met by a bootstrap that replaces an older cache; what is not here at its end is gone.
boot_seen = Table(
    "boot_seen",
    cache,
    Column("kind", Text, primary_key=True),
    id_column("id", primary_key=True),
)
