"""Schema 0016: what a virus scanner said of files."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """To schema 0016."""
    op.create_table(
        "blob_verdict",
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("threat", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("parts"),
    )


def downgrade() -> None:
    """Back to schema 0015."""
    op.drop_table("blob_verdict")
