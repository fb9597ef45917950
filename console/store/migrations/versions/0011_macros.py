"""Schema 0011: macros."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0007"


def upgrade() -> None:
    """To schema 0011."""
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
