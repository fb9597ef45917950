"""Reads of orders, and the query columns their documents project to."""

from uuid import UUID

from console.orders.model import Order
from console.orders.records import ORDER
from console.store.reader import Reader, Value

NUMBER_CHARS = 64


def order_columns(order: Order) -> dict[str, Value]:
    """Query columns of an order."""
    return {
        "number": order.number,
        "buyer_id": order.buyer_id.bytes,
        "seller_id": order.seller_id.bytes,
    }


def order(reader: Reader, order_id: UUID) -> Order | None:
    """The order of that id."""
    row = reader.row("SELECT id, doc FROM orders WHERE id = :id", id=order_id.bytes)
    return ORDER.read(order_id, row[1]) if row else None


def by_number(reader: Reader, prefix: str, limit: int) -> list[Order]:
    """Orders whose number begins with `prefix`, by number, at most `limit`."""
    found = reader.rows(
        "SELECT number, id, doc FROM orders WHERE number >= :low AND number < :high"
        " ORDER BY number LIMIT :limit",
        low=prefix,
        high=prefix + "\U0010ffff",
        limit=limit,
    )
    return [ORDER.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]
