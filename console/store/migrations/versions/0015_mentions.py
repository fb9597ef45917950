"""Schema 0015: who is mentioned in notes, and where merged tickets went."""

import json
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
_MERGED, _NIL = 2, bytes(16)


def upgrade() -> None:
    """To schema 0015."""
    # With defaults, as SQLite would have to copy the tables; most rows keep them.
    op.add_column("messages", sa.Column("mentions", sa.Text(), nullable=False, server_default=""))
    binary = op.get_bind().dialect.name == "postgresql"
    nowhere = sa.text(f"'\\x{_NIL.hex()}'" if binary else f"x'{_NIL.hex()}'")
    into = sa.Column("merged_into", sa.LargeBinary(), nullable=False, server_default=nowhere)
    op.add_column("tickets", into)
    _fill()
    op.drop_index("ix_tickets_conversation", table_name="tickets")
    parts = ["conversation_id", "finished", "merged_into", "id"]
    op.create_index("ix_tickets_conversation", "tickets", parts, unique=False)
    op.create_index(
        "ix_messages_mentions",
        "messages",
        ["mentions", "conversation_id"],
        unique=False,
        sqlite_where=sa.text("mentions <> ''"),
        postgresql_where=sa.text("mentions <> ''"),
    )


def _fill() -> None:
    """Write what the documents say: few notes mention somebody, few tickets are merged."""
    run = op.get_bind().execute
    told = run(sa.text("SELECT id, doc FROM messages WHERE doc LIKE '%\"mentions\":[%'"))
    write = sa.text("UPDATE messages SET mentions = :mentions WHERE id = :id")
    for row in told.fetchall():
        users = [UUID(each["user_id"]).hex for each in json.loads(row[1]).get("mentions", ())]
        if users:
            mentions = f"|{'|'.join(dict.fromkeys(users))}|"
            run(write, {"id": row[0], "mentions": mentions})
    merged = run(sa.text(f"SELECT id, doc FROM tickets WHERE finished = {_MERGED}"))
    write = sa.text("UPDATE tickets SET merged_into = :into WHERE id = :id")
    for row in merged.fetchall():
        run(write, {"id": row[0], "into": UUID(json.loads(row[1])["merged_into"]).bytes})


def downgrade() -> None:
    """Back to schema 0014."""
    op.drop_index("ix_messages_mentions", table_name="messages")
    op.drop_index("ix_tickets_conversation", table_name="tickets")
    op.create_index("ix_tickets_conversation", "tickets", ["conversation_id"], unique=False)
    op.drop_column("tickets", "merged_into")
    op.drop_column("messages", "mentions")
