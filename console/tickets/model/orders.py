"""In which order a view stands: one that everybody has, or by the values of a custom field."""

import re
from typing import NamedTuple
from uuid import UUID

from console.fields.model import column_of, field_of
from console.tickets.model import Sort

_DOWN = "_down"
_WORD = re.compile(rf"(field_[0-9a-f]{{32}})({_DOWN})?")


class ByField(NamedTuple):
    """By a field's values, the smallest first, or `down` from the largest; without one last."""

    field_id: UUID
    down: bool = False


Order = Sort | ByField


def order_of(word: str) -> Order | None:
    """The order that a word names; None for none, or one of a later release."""
    if word in set(Sort):
        return Sort(word)
    found = _WORD.fullmatch(word)
    field_id = field_of(found[1]) if found else None
    return ByField(field_id, bool(found and found[2])) if field_id else None


def word_of(order: Order) -> str:
    """The word that names an order, in saved views and settings."""
    if isinstance(order, Sort):
        return order.value
    return column_of(order.field_id) + _DOWN * order.down
