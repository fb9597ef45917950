"""Schema 0010: macros and shared drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """To schema 0011."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.LargeBinary(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_drafts_rev"), "drafts", ["rev"], unique=False)
    op.create_index("ix_drafts_ticket", "drafts", ["ticket_id"], unique=False)
    op.create_table(
        "macros",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_macros_name", "macros", ["name"], unique=False)
    op.create_index(op.f("ix_macros_rev"), "macros", ["rev"], unique=False)


def downgrade() -> None:
    """Back to schema 0007."""
    op.drop_index(op.f("ix_macros_rev"), table_name="macros")
    op.drop_index("ix_macros_name", table_name="macros")
    op.drop_table("macros")
    op.drop_index("ix_drafts_ticket", table_name="drafts")
    op.drop_index(op.f("ix_drafts_rev"), table_name="drafts")
    op.drop_table("drafts")
