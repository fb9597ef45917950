"""Tables of people that only the server has: passwords and sessions, both hashed."""

from sqlalchemy import BigInteger, Column, Table, Text

from console.store.schema import id_column
from console.sync.server.schema import spine

credential = Table(
    "credential",
    spine,
    id_column("user_id", primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

session = Table(
    "session",
    spine,
    id_column("token_hash", primary_key=True),
    id_column("id", nullable=False, unique=True),
    id_column("user_id", nullable=False, index=True),
    id_column("device"),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
