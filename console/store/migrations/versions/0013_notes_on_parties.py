"""Schema 0013: notes on parties."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """To schema 0013."""
    op.create_table(
        "party_notes",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("party_id", sa.LargeBinary(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("internal", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_party_notes_party",
        "party_notes",
        ["party_id", sa.literal_column("noted_at DESC"), "id"],
        unique=False,
    )
    op.create_index(op.f("ix_party_notes_rev"), "party_notes", ["rev"], unique=False)


def downgrade() -> None:
    """Back to schema 0012."""
    op.drop_index(op.f("ix_party_notes_rev"), table_name="party_notes")
    op.drop_index("ix_party_notes_party", table_name="party_notes")
    op.drop_table("party_notes")
