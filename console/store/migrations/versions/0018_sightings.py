"""Schema 0018: who has seen where they are mentioned."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """To schema 0018."""
    op.create_table(
        "sightings",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.LargeBinary(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_sightings_message",
        "sightings",
        ["message_id"],
        unique=False,
    )
    op.create_index(
        "ix_sightings_owner",
        "sightings",
        ["owner_id", "message_id"],
        unique=False,
    )
    op.create_index(op.f("ix_sightings_rev"), "sightings", ["rev"], unique=False)


def downgrade() -> None:
    """Back to schema 0017."""
    op.drop_index(op.f("ix_sightings_rev"), table_name="sightings")
    op.drop_index("ix_sightings_owner", table_name="sightings")
    op.drop_index("ix_sightings_message", table_name="sightings")
    op.drop_table("sightings")
