"""Tables of conversations and messages, the same on server and desktop."""

from sqlalchemy import BigInteger, Column, Integer

from console.conversations.records import CONVERSATION, MESSAGE
from console.conversations.tables import rows
from console.store.schema import id_column, record_table
from console.sync.registry import RecordTable

CONVERSATIONS = RecordTable(
    CONVERSATION,
    record_table(
        "conversations",
        Column("last_at", BigInteger, nullable=False),
        indexes={},
    ),
    rows.conversation_columns,
)
MESSAGES = RecordTable(
    MESSAGE,
    record_table(
        "messages",
        id_column("conversation_id", nullable=False),
        Column("pos", Integer, nullable=False),
        Column("internal", Integer, nullable=False),
        indexes={"pos": ("conversation_id", "pos", "id")},
    ),
    rows.message_columns,
    parent="conversation_id",
    blobs=lambda message: message.attachments,
)
