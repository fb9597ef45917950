"""Schema 0020: what a ticket is about is found by the ticket too."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """To schema 0020."""
    op.create_index(op.f("ix_ticket_link_ticket_id"), "ticket_link", ["ticket_id"], unique=False)


def downgrade() -> None:
    """Back to schema 0019."""
    op.drop_index(op.f("ix_ticket_link_ticket_id"), table_name="ticket_link")
