"""The words of records that can be searched for, on the server; the index over them is the database's.

SQLite has an FTS5 table over it that triggers keep, PostgreSQL an index of `to_tsvector`: both are
made by the migration, are no part of the metadata and are never copied.
"""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from console.store.schema import id_column
from console.sync.server.schema import spine

# `words` are a record's words alone, folded, one space apart; `at` (ms) is what sorts them.
search_text = Table(
    "search_text",
    spine,
    id_column("id", primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
    Index("ix_search_text_at", "at"),
)
