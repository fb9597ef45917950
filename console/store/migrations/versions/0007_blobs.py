"""Schema 0007: files that messages carry."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """To schema 0007."""
    op.create_table(
        "blob",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column("uploader", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_blob_made_at"), "blob", ["made_at"], unique=False)
    op.create_index(op.f("ix_blob_parts"), "blob", ["parts"], unique=False)
    op.create_index(op.f("ix_blob_sha256"), "blob", ["sha256"], unique=False)
    op.create_index("ix_blob_uploader", "blob", ["uploader", "made_at"], unique=False)
    op.create_table(
        "blob_part",
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("blob", "n"),
    )
    op.create_table(
        "blob_use",
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("blob", "kind", "record"),
    )
    op.create_index("ix_blob_use_record", "blob_use", ["kind", "record"], unique=False)


def downgrade() -> None:
    """Back to schema 0006."""
    op.drop_index("ix_blob_use_record", table_name="blob_use")
    op.drop_table("blob_use")
    op.drop_table("blob_part")
    op.drop_index("ix_blob_uploader", table_name="blob")
    op.drop_index(op.f("ix_blob_sha256"), table_name="blob")
    op.drop_index(op.f("ix_blob_parts"), table_name="blob")
    op.drop_index(op.f("ix_blob_made_at"), table_name="blob")
    op.drop_table("blob")
