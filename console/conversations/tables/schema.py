"""Tables of conversations, messages and sightings, the same on server and desktop."""

from sqlalchemy import BigInteger, Column, Integer, Text

from console.conversations.records import CONVERSATION, MESSAGE, SIGHTING
from console.conversations.tables import rows
from console.store.schema import id_column, record_table
from console.sync.registry import Latest, RecordTable

CONVERSATIONS = RecordTable(
    CONVERSATION,
    record_table(
        "conversations",
        Column("last_at", BigInteger, nullable=False),
        Column("length", Integer, nullable=False),
        id_column("buyer_id", nullable=False),
        id_column("seller_id", nullable=False),
        indexes={"buyer": ("buyer_id",), "seller": ("seller_id",)},
    ),
    rows.conversation_columns,
    brings={"party": "(a.buyer_id = t.id OR a.seller_id = t.id)"},
)
MESSAGES = RecordTable(
    MESSAGE,
    record_table(
        "messages",
        id_column("conversation_id", nullable=False),
        Column("pos", Integer, nullable=False),
        Column("internal", Integer, nullable=False),
        Column("mentions", Text, nullable=False),
        indexes={
            "pos": ("conversation_id", "pos", "id"),
            "mentions": ("mentions", "conversation_id"),
        },
        partly={"mentions": rows.MENTIONS_SOMEBODY},
    ),
    rows.message_columns,
    parent="conversation_id",
    latest=Latest(rows.PAGE, place="pos", count="length"),
    blobs=lambda message: message.files,
)
SIGHTINGS = RecordTable(
    SIGHTING,
    record_table(
        "sightings",
        id_column("owner_id", nullable=False),
        id_column("message_id", nullable=False),
        indexes={"owner": ("owner_id", "message_id"), "message": ("message_id",)},
    ),
    rows.sighting_columns,
)
