"""Schema 0021: what a ticket is about is found by the ticket too."""

from alembic import op

revision = "0021"
down_revision = "0018"


def upgrade() -> None:
    """To schema 0021."""
    op.create_index(op.f("ix_ticket_link_ticket_id"), "ticket_link", ["ticket_id"], unique=False)


def downgrade() -> None:
    """Back to schema 0018."""
    op.drop_index(op.f("ix_ticket_link_ticket_id"), table_name="ticket_link")
