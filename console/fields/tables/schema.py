"""The table of custom fields, the same on server and desktop."""

from sqlalchemy import BigInteger, Column

from console.fields.records import FIELD
from console.fields.tables import rows
from console.store.schema import record_table
from console.sync.registry import RecordTable

FIELDS = RecordTable(
    FIELD,
    record_table(
        "fields",
        Column("place", BigInteger, nullable=False),
        indexes={"place": ("place", "id")},
    ),
    rows.field_columns,
)
