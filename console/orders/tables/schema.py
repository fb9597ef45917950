"""The table of orders, the same on server and desktop."""

from sqlalchemy import Column, Text

from console.orders.records import ORDER
from console.orders.tables import rows
from console.store.schema import id_column, record_table
from console.sync.registry import RecordTable

ORDERS = RecordTable(
    ORDER,
    record_table(
        "orders",
        Column("number", Text, nullable=False),
        id_column("buyer_id", nullable=False),
        id_column("seller_id", nullable=False),
        indexes={"number": ("number",), "buyer": ("buyer_id",), "seller": ("seller_id",)},
    ),
    rows.order_columns,
    brings={"party": "(a.buyer_id = t.id OR a.seller_id = t.id)"},
)
