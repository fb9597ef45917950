"""The cache's own tables beside the records: where it stands in the server's log, and files."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

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

# Files that were fetched to look at, each for the record that carries it: `rev` is that record's.
# `used` grows with each look, so that the lowest is what was looked at longest ago.
blob = Table(
    "blob",
    cache,
    id_column("id", primary_key=True),
    Column("kind", Text, nullable=False),
    id_column("record", nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("complete", Integer, nullable=False),
    Column("used", BigInteger, nullable=False),
)

blob_part = Table(
    "blob_part",
    cache,
    id_column("blob", primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    id_column("data", nullable=False),
)
