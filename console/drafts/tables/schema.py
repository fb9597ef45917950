"""The table of shared drafts, the same on server and desktop."""

from console.drafts.records import DRAFT
from console.drafts.tables import rows
from console.store.schema import id_column, record_table
from console.sync.registry import RecordTable

DRAFTS = RecordTable(
    DRAFT,
    record_table(
        "drafts", id_column("ticket_id", nullable=False), indexes={"ticket": ("ticket_id",)}
    ),
    rows.draft_columns,
)
