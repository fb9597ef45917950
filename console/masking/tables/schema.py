"""The table of the masking policy, the same on server and desktop."""

from console.masking.records import MASKING
from console.masking.tables import rows
from console.store.schema import record_table
from console.sync.registry import RecordTable

MASKINGS = RecordTable(MASKING, record_table("masking", indexes={}), rows.masking_columns)
