"""The table of saved views, the same on server and desktop."""

from sqlalchemy import BigInteger, Column, Integer

from console.store.schema import id_column, record_table
from console.sync.registry import RecordTable
from console.views.records import VIEW
from console.views.tables import rows

VIEWS = RecordTable(
    VIEW,
    record_table(
        "views",
        id_column("owner_id", nullable=False),
        id_column("kept_by", nullable=False),
        Column("gone", Integer, nullable=False),
        Column("place", BigInteger, nullable=False),
        indexes={"owner": ("owner_id",), "kept_by": ("kept_by",), "place": ("place", "id")},
    ),
    rows.view_columns,
)
