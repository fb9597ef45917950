"""Schema 0014: saved_searches."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """To schema 0014."""
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.LargeBinary(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_saved_searches_owner", "saved_searches", ["owner_id"], unique=False)
    op.create_index(op.f("ix_saved_searches_rev"), "saved_searches", ["rev"], unique=False)


def downgrade() -> None:
    """Back to schema 0013."""
    op.drop_index(op.f("ix_saved_searches_rev"), table_name="saved_searches")
    op.drop_index("ix_saved_searches_owner", table_name="saved_searches")
    op.drop_table("saved_searches")
