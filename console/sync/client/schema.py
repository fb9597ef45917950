"""The cache's own tables beside the records: where it stands, what it keeps, and files."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from console.store.schema import id_column

cache = MetaData()

cache_state = Table(
    "cache_state",
    cache,
    Column("k", Text, primary_key=True),
    Column("v", Text, nullable=False),
)

# Records kept beside the working set because somebody opened them, and when that last was (ms).
kept = Table(
    "kept",
    cache,
    Column("kind", Text, primary_key=True),
    id_column("id", primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# Records whose surroundings are still to be fetched: one came in sight alone, or somebody asked.
lacking = Table(
    "lacking",
    cache,
    Column("kind", Text, primary_key=True),
    id_column("id", primary_key=True),
)

# From which place on a parent's children are all here, as far as they were asked for.
floor = Table(
    "floor",
    cache,
    id_column("parent", primary_key=True),
    Column("place", Integer, nullable=False),
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
