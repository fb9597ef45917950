"""Schema 0017: values of custom fields as rows, in an index by field and value."""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
_AT_ONCE = 1_000
_LIFT = 2 * 10**11


def upgrade() -> None:
    """To schema 0017."""
    op.create_table(
        "ticket_values",
        sa.Column("ticket_id", sa.LargeBinary(), nullable=False),
        sa.Column("field_id", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "field_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ticket_values_value", "ticket_values", ["field_id", "value", "ticket_id"], unique=False
    )
    op.create_index(
        "ix_tickets_unread",
        "tickets",
        ["unread", "finished", "id"],
        unique=False,
        sqlite_where=sa.text("unread > 0"),
        postgresql_where=sa.text("unread > 0"),
    )
    _fill()


def _fill() -> None:
    """What the documents say as rows; the ticket's own column says of which fields it has any."""
    run = op.get_bind().execute
    some = sa.text(
        "SELECT id, doc FROM tickets WHERE fields <> '' AND id > :after ORDER BY id LIMIT :most"
    )
    put = sa.text("INSERT INTO ticket_values (ticket_id, field_id, value) VALUES (:t, :f, :v)")
    write = sa.text("UPDATE tickets SET fields = :fields WHERE id = :t")
    after = b""
    while told := run(some, {"after": after, "most": _AT_ONCE}).fetchall():
        after = bytes(told[-1][0])
        for ticket_id, doc in told:
            values = {UUID(key): value for key, value in json.loads(doc)["fields"].items()}
            keys = sorted(key.hex[-8:] for key in values)
            run(write, {"t": ticket_id, "fields": f"|{'|'.join(keys)}|"})
            for key, value in values.items():
                run(put, {"t": ticket_id, "f": key.bytes, "v": _stood(value)})


def _stood(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.casefold() if isinstance(value, str) else f"{value + _LIFT:.4f}"


def downgrade() -> None:
    """Back to schema 0016."""
    op.drop_index("ix_tickets_unread", table_name="tickets")
    op.drop_index("ix_ticket_values_value", table_name="ticket_values")
    op.drop_table("ticket_values")
