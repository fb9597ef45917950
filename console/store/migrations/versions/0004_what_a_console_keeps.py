"""Schema 0004: what a console keeps: how long conversations are, and who takes part."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_BLOCK = 1_000
_NIL = str(UUID(int=0))
Doc = dict[str, Any]


def _lane(name: str) -> Callable[[Doc], bytes]:
    def party(doc: Doc) -> bytes:
        ids = [lane["party_id"] for lane in doc.get("lanes", ()) if lane["name"] == name]
        return UUID((ids or [_NIL])[0]).bytes

    return party


COLUMNS: tuple[tuple[str, str, Any, Callable[[Doc], object]], ...] = (
    ("conversations", "length", sa.Integer(), lambda doc: int(doc.get("count", 0))),
    ("conversations", "buyer_id", sa.LargeBinary(), _lane("buyer")),
    ("conversations", "seller_id", sa.LargeBinary(), _lane("seller")),
    ("orders", "seller_id", sa.LargeBinary(), lambda doc: UUID(doc.get("seller_id", _NIL)).bytes),
)
INDEXES = (
    ("ix_conversations_buyer", "conversations", "buyer_id"),
    ("ix_conversations_seller", "conversations", "seller_id"),
    ("ix_orders_seller", "orders", "seller_id"),
)


def upgrade() -> None:
    """To schema 0004."""
    for table, name, kind, _ in COLUMNS:
        op.add_column(table, sa.Column(name, kind))
    for table, name, _, told in COLUMNS:
        _fill(table, name, told)
    for table in ("conversations", "orders"):
        with op.batch_alter_table(table) as batch:
            for _, name, _, _ in (column for column in COLUMNS if column[0] == table):
                batch.alter_column(name, nullable=False)
    for name, table, column in INDEXES:
        op.create_index(name, table, [column], unique=False)


def _fill(table: str, column: str, told: Callable[[Doc], object]) -> None:
    """Write what the documents say into their new column, in blocks."""
    run, after = op.get_bind().execute, b""
    read = sa.text(f"SELECT id, doc FROM {table} WHERE id > :after ORDER BY id LIMIT {_BLOCK}")
    write = sa.text(f"UPDATE {table} SET {column} = :value WHERE id = :id")
    while rows := run(read, {"after": after}).fetchall():
        run(write, [{"id": row[0], "value": told(json.loads(row[1]))} for row in rows])
        after = rows[-1][0]


def downgrade() -> None:
    """Back to schema 0003."""
    for name, table, _ in INDEXES:
        op.drop_index(name, table_name=table)
    for table in ("conversations", "orders"):
        with op.batch_alter_table(table) as batch:
            for _, name, _, _ in (column for column in COLUMNS if column[0] == table):
                batch.drop_column(name)
