"""The server's tables of files: what was declared, the bytes in parts, what carries them, viruses."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from console.store.schema import id_column
from console.sync.server.schema import spine

# `parts` is under which id the bytes are kept: equal files of one user, or of those who may see
# each other's, share them. `uploader` is NIL once an erased record has left the file behind.
blob = Table(
    "blob",
    spine,
    id_column("id", primary_key=True),
    id_column("parts", nullable=False, index=True),
    id_column("sha256", nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("complete", Integer, nullable=False),
    id_column("uploader", nullable=False),
    Column("made_at", BigInteger, nullable=False, index=True),
)
Index("ix_blob_uploader", blob.c.uploader, blob.c.made_at)

blob_part = Table(
    "blob_part",
    spine,
    id_column("blob", primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    id_column("data", nullable=False),
)

# What a scanner said of bytes, by the id they are kept under.
blob_verdict = Table(
    "blob_verdict",
    spine,
    id_column("parts", primary_key=True),
    Column("word", Text, nullable=False),
    Column("threat", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# Written with the records themselves, so that who may see a record may fetch its files.
blob_use = Table(
    "blob_use",
    spine,
    id_column("blob", primary_key=True),
    Column("kind", Text, primary_key=True),
    id_column("record", primary_key=True),
)
Index("ix_blob_use_record", blob_use.c.kind, blob_use.c.record)
