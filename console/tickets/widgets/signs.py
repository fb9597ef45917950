"""Signs of what a ticket has: the icons of statuses and priorities, orders and channels in words.

Apart from what shows them: the list that is painted first needs them, and little else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.fields.model import CustomField
from console.kernel.tongue import mark, tr
from console.tickets.model import Priority, Sort, Status
from console.tickets.model.orders import ByField, Order

STATUS_ICONS = {
    Status.NEW: ("circle-fill", "accent"),
    Status.OPEN: ("circle-fill", "accent"),
    Status.PENDING: ("hourglass", "dim"),
    Status.HOLD: ("pause-circle", "dim"),
    Status.SOLVED: ("check-circle-fill", "green_mark"),
    Status.CLOSED: ("lock-simple", "dim"),
}
PRIORITY_ICONS = {
    Priority.LOW: ("arrow-down", "dim"),
    Priority.NORMAL: ("minus", "dim"),
    Priority.HIGH: ("caret-up-fill", "amber_mark"),
    Priority.URGENT: ("warning-fill", "red_mark"),
}
_SORT_WORDS: Mapping[Sort, str] = {
    Sort.NEWEST: mark("Newest first"),
    Sort.WAITING: mark("Longest waiting"),
    Sort.PRIORITY: mark("Most urgent"),
    Sort.OLDEST: mark("Oldest first"),
}
_SORT_ICONS: Mapping[Sort, str] = {
    Sort.NEWEST: "sort-descending",
    Sort.WAITING: "clock",
    Sort.PRIORITY: "flag",
    Sort.OLDEST: "sort-ascending",
}
CHANNEL_WORDS = {
    "email": mark("E-mail"),
    "chat": mark("Chat"),
    "web": mark("Web"),
    "phone": mark("Phone"),
    "import": mark("Import"),
}


@dataclass(frozen=True)
class OrderSign:
    """An order with its words and its icon."""

    order: Order
    words: str
    icon: str


def order_sign(order: Order, fields: Iterable[CustomField]) -> OrderSign:
    """How an order is shown; `fields` are those there are."""
    if isinstance(order, Sort):
        return OrderSign(order, tr(_SORT_WORDS[order]), _SORT_ICONS[order])
    names = [f.content.name for f in fields if f.id == order.field_id and f.content.active]
    if not names:
        gone = tr("Newest first, as the field is not in use any more")
        return OrderSign(order, gone, _SORT_ICONS[Sort.NEWEST])
    if order.down:
        told, icon = tr("{field}, descending"), "sort-descending"
    else:
        told, icon = tr("{field}, ascending"), "sort-ascending"
    return OrderSign(order, told.format(field=names[0]), icon)


def order_signs(fields: Iterable[CustomField]) -> list[OrderSign]:
    """Every order that can be chosen."""
    known = [field for field in fields if field.content.active]
    orders: list[Order] = [*Sort]
    orders += [ByField(field.id, down) for field in known for down in (False, True)]
    return [order_sign(order, known) for order in orders]
