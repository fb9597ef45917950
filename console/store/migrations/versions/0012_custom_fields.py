"""Schema 0012: custom fields."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """To schema 0012."""
    op.create_table(
        "fields",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_fields_place", "fields", ["place", "id"], unique=False)
    op.create_index(op.f("ix_fields_rev"), "fields", ["rev"], unique=False)
    # With a default, as SQLite would have to copy the table; no ticket has a value yet.
    op.add_column("tickets", sa.Column("fields", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_tickets_fields", "tickets", ["fields", "id"], unique=False)


def downgrade() -> None:
    """Back to schema 0010."""
    op.drop_index("ix_tickets_fields", table_name="tickets")
    op.drop_column("tickets", "fields")
    op.drop_index(op.f("ix_fields_rev"), table_name="fields")
    op.drop_index("ix_fields_place", table_name="fields")
    op.drop_table("fields")
