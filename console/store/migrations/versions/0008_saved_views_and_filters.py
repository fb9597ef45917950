"""Schema 0008: saved views, and what filters ask of tickets, in one index for each order."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
_BLOCK = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RANK = {"low": 0, "normal": 1, "high": 2, "urgent": 3}
_WAIT_BITS, _TAG_BYTES = 42, 2_000
COLUMNS = (
    ("created_at", sa.BigInteger()),
    ("urgency", sa.BigInteger()),
    ("side", sa.Text()),
    ("channel", sa.Text()),
    ("unread", sa.Integer()),
    ("tags", sa.Text()),
)
ASKED = (
    "status", "active", "finished", "rank", "team_id", "assignee_id", "side", "channel", "unread",
    "tags",
)  # fmt: skip
INDEXES = (
    ("ix_tickets_newest", ("updated_at DESC", "id", *ASKED, "waits_at", "created_at")),
    ("ix_tickets_waiting", ("waits_at", "id", *ASKED, "created_at")),
    ("ix_tickets_urgency", ("urgency", "id", *ASKED, "waits_at", "created_at")),
    ("ix_tickets_oldest", ("created_at", "id", *ASKED, "waits_at")),
)


def upgrade() -> None:
    """To schema 0008."""
    op.create_table(
        "views",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.LargeBinary(), nullable=False),
        sa.Column("kept_by", sa.LargeBinary(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_views_kept_by", "views", ["kept_by"], unique=False)
    op.create_index("ix_views_owner", "views", ["owner_id"], unique=False)
    op.create_index("ix_views_place", "views", ["place", "id"], unique=False)
    op.create_index(op.f("ix_views_rev"), "views", ["rev"], unique=False)
    for name, kind in COLUMNS:
        # With a default, as SQLite would have to copy the table, and lose which way indexes sort.
        default = "" if isinstance(kind, sa.Text) else "0"
        op.add_column("tickets", sa.Column(name, kind, nullable=False, server_default=default))
    _fill()
    for name, parts in INDEXES:
        columns: list[Any] = [sa.literal_column(p) if " " in p else p for p in parts]
        op.create_index(name, "tickets", columns, unique=False)


def _fill() -> None:
    """Write what the documents say into the new columns, in blocks."""
    run, after = op.get_bind().execute, b""
    read = sa.text(
        f"SELECT id, doc, finished, waits_at FROM tickets WHERE id > :after ORDER BY id LIMIT {_BLOCK}"
    )
    names = ", ".join(f"{name} = :{name}" for name, _ in COLUMNS)
    write = sa.text(f"UPDATE tickets SET {names} WHERE id = :id")
    while rows := run(read, {"after": after}).fetchall():
        run(write, [{"id": row[0], **_told(json.loads(row[1]), row[2], row[3])} for row in rows])
        after = rows[-1][0]


def _told(doc: dict[str, Any], finished: int, waits_at: int) -> dict[str, object]:
    calm = finished * len(_RANK) + len(_RANK) - 1 - _RANK[doc.get("priority", "normal")]
    made = datetime.fromisoformat(doc["created_at"]) - _EPOCH
    return {
        "created_at": made.days * 86_400_000 + made.seconds * 1000 + made.microseconds // 1000,
        "urgency": calm << _WAIT_BITS | min(waits_at, (1 << _WAIT_BITS) - 1),
        "side": doc.get("side", "buyer"),
        "channel": doc.get("channel", "web"),
        "unread": doc.get("unread", 0),
        "tags": _tags(doc.get("tags", ())),
    }


def _tags(tags: list[str]) -> str:
    text = ""
    for tag in tags:
        longer = f"{text or '|'}{tag}|"
        if len(longer.encode()) > _TAG_BYTES:
            break
        text = longer
    return text


def downgrade() -> None:
    """Back to schema 0007."""
    for name, _ in INDEXES:
        op.drop_index(name, table_name="tickets")
    for name, _ in COLUMNS:
        op.drop_column("tickets", name)
    op.drop_index(op.f("ix_views_rev"), table_name="views")
    op.drop_index("ix_views_place", table_name="views")
    op.drop_index("ix_views_owner", table_name="views")
    op.drop_index("ix_views_kept_by", table_name="views")
    op.drop_table("views")
