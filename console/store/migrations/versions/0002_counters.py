"""Schema 0002: where the log's numbers and the tickets' numbers come from."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To schema 0002."""
    op.execute("INSERT INTO sync_state (k, v) VALUES ('horizon', 0)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE change_seq")
        op.execute("CREATE SEQUENCE number_ticket")
    else:
        op.execute("INSERT INTO sync_state (k, v) VALUES ('seq', 0), ('number_ticket', 0)")


def downgrade() -> None:
    """Back to schema 0001."""
    op.execute("DELETE FROM sync_state")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE change_seq")
        op.execute("DROP SEQUENCE number_ticket")
