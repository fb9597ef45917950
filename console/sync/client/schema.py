"""The cache's own tables beside the records: where it stands, and what of each kind it keeps."""

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
