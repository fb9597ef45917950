"""Schema 0019: which contact data is masked."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """To schema 0019."""
    op.create_table(
        "masking",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_masking_rev"), "masking", ["rev"], unique=False)


def downgrade() -> None:
    """Back to schema 0018."""
    op.drop_index(op.f("ix_masking_rev"), table_name="masking")
    op.drop_table("masking")
