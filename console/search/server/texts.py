"""Keeps the words of records beside them: written and erased in the transaction that does it to them."""

from typing import Any

from console.conversations.model import Message
from console.kernel.clock import to_ms
from console.orders.model import Order
from console.people.model import Party
from console.search.model.words import plain
from console.search.server.schema import search_text
from console.sync.server.tx import Tx, Written
from console.tickets.model import Ticket


def keep_texts(tx: Tx, written: Written) -> None:
    """Write the words of what was written, forget those of what is gone."""
    last = {entry.id: entry for entry in written.log if entry.op in "UD"}
    for entry in last.values():
        told = text_of(entry.record)
        if told is not None:
            at, words = told
            tx.insert(
                search_text, id=entry.id.bytes, kind=entry.kind, at=at, words=plain(words)
            )  # fmt: skip
        elif entry.record is None and entry.kind in _KINDS:
            tx.delete(search_text, id=entry.id.bytes)


_KINDS = frozenset({"message", "ticket", "party", "order"})


def text_of(record: Any) -> tuple[int, str] | None:
    """A record's time in ms and what it is found by; None for kinds that are not searched."""
    match record:
        case Message():
            files = " ".join(file.name for file in record.attachments)
            return to_ms(record.at), f"{record.body} {files}"
        case Ticket():
            tags = " ".join(record.tags)
            return to_ms(record.created_at), f"{record.number} {record.subject} {tags}"
        case Party():
            return 0, f"{record.name} {record.email}"
        case Order():
            return to_ms(record.placed_at) if record.placed_at else 0, record.number
        case _:
            return None
