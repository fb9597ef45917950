"""The table of tickets, the same on server and desktop; every sort of a view is an index."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from console.store.schema import id_column, record_table, records
from console.sync.aside import BesideTable
from console.sync.registry import RecordTable
from console.tickets.records import TICKET
from console.tickets.tables import rows
from console.tickets.tables.conditions import UNREAD
from console.tickets.tables.values import OWNER, TABLE, VALUES

_ASKED = (
    "status", "active", "finished", "rank", "team_id", "assignee_id", "side", "channel", "unread",
    "tags",
)  # fmt: skip
"""What conditions ask for: in every sort's index, so that a filter reads that index alone."""

# Values of custom fields: by ticket and field, and by field and value for those who ask.
ticket_values = Table(
    TABLE,
    records,
    id_column(OWNER, primary_key=True),
    id_column("field_id", primary_key=True),
    Column("value", Text, nullable=False),
    Index(f"ix_{TABLE}_value", "field_id", "value", OWNER),
    sqlite_with_rowid=False,
)
TICKETS = RecordTable(
    TICKET,
    record_table(
        "tickets",
        Column("number", BigInteger, nullable=False),
        id_column("conversation_id", nullable=False),
        Column("status", Text, nullable=False),
        Column("active", Integer, nullable=False),
        Column("finished", Integer, nullable=False),
        Column("rank", Integer, nullable=False),
        id_column("team_id", nullable=False),
        id_column("assignee_id", nullable=False),
        id_column("requester_id", nullable=False),
        id_column("order_id", nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        Column("waits_at", BigInteger, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("urgency", BigInteger, nullable=False),
        Column("side", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("unread", Integer, nullable=False),
        Column("tags", Text, nullable=False),
        Column("fields", Text, nullable=False),
        id_column("merged_into", nullable=False),
        indexes={
            "number": ("number",),
            "conversation": ("conversation_id", "finished", "merged_into", "id"),
            "requester": ("requester_id", "updated_at desc", "id"),
            "order": ("order_id",),
            "active_newest": ("active", "updated_at desc", "id", "waits_at"),
            "active_waiting": ("active", "waits_at", "id"),
            "assignee_newest": ("active", "assignee_id", "updated_at desc", "id"),
            "assignee_waiting": ("active", "assignee_id", "waits_at", "id"),
            "team_newest": ("active", "team_id", "updated_at desc", "id"),
            "team_waiting": ("active", "team_id", "waits_at", "id"),
            "status_newest": ("status", "updated_at desc", "id"),
            "finished_newest": ("finished", "updated_at desc", "id"),
            "newest": ("updated_at desc", "id", *_ASKED, "waits_at", "created_at"),
            "waiting": ("waits_at", "id", *_ASKED, "created_at"),
            "urgency": ("urgency", "id", *_ASKED, "waits_at", "created_at"),
            "oldest": ("created_at", "id", *_ASKED, "waits_at"),
            "fields": ("fields", "id"),
            "unread": ("unread", "finished", "id"),
        },
        partly={"unread": UNREAD},
    ),
    rows.ticket_columns,
    working="(t.finished = 0 OR t.updated_at >= :border)",
    brings={
        "conversation": "a.conversation_id = t.id",
        "party": "a.requester_id = t.id",
        "order": "(a.order_id = t.id OR a.requester_id = t.buyer_id)",
    },
    beside=BesideTable(ticket_values, VALUES),
)
