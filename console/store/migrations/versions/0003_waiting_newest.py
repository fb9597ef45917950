"""Schema 0003: who waits, newest first, from one index."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """To schema 0003."""
    op.drop_index("ix_tickets_active_newest", table_name="tickets")
    op.create_index(
        "ix_tickets_active_newest",
        "tickets",
        ["active", sa.literal_column("updated_at DESC"), "id", "waits_at"],
        unique=False,
    )


def downgrade() -> None:
    """Back to schema 0002."""
    op.drop_index("ix_tickets_active_newest", table_name="tickets")
    op.create_index(
        "ix_tickets_active_newest",
        "tickets",
        ["active", sa.literal_column("updated_at DESC"), "id"],
        unique=False,
    )
