"""The table of macros, the same on server and desktop."""

from sqlalchemy import Column, Integer, Text

from console.macros.records import MACRO
from console.macros.tables import rows
from console.store.schema import record_table
from console.sync.registry import RecordTable

MACROS = RecordTable(
    MACRO,
    record_table(
        "macros",
        Column("name", Text, nullable=False),
        Column("gone", Integer, nullable=False),
        indexes={"name": ("name",)},
    ),
    rows.macro_columns,
    blobs=lambda macro: macro.content.files,
)
