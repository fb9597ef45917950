"""The table of saved searches, the same on server and desktop."""

from console.search.records import SAVED_SEARCH
from console.search.tables import saved
from console.store.schema import id_column, record_table
from console.sync.registry import RecordTable

SAVED_SEARCHES = RecordTable(
    SAVED_SEARCH,
    record_table(
        "saved_searches", id_column("owner_id", nullable=False), indexes={"owner": ("owner_id",)}
    ),
    saved.saved_columns,
)
