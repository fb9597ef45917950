"""Keeps the words of records beside them: written and erased in the transaction that does it to them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from console.conversations.model import Message
from console.kernel.clock import to_ms
from console.orders.model import Order
from console.people.model import Party
from console.search.model.words import plain
from console.search.server.schema import search_text
from console.search.server.settling import LATE
from console.sync.server.ledger import LogEntry
from console.sync.server.tx import Tx, Written
from console.tickets.model import Ticket

FORGOTTEN_AT_ONCE = 8
"""So many records' words leave the index in one transaction: each costs SQLite up to 8 ms there."""
_KINDS = frozenset({"message", "ticket", "party", "order"})


def keep_texts(tx: Tx, written: Written) -> None:
    """Write the words of what was written, forget those of what is gone."""
    spans: dict[UUID, tuple[LogEntry, LogEntry]] = {}
    for entry in written.log:
        if entry.op in "UD" and entry.kind in _KINDS:
            first, _ = spans.get(entry.id, (entry, entry))
            spans[entry.id] = (first, entry)
    for first, last in spans.values():
        told = text_of(last.record)
        if told is None:
            tx.delete(search_text, id=last.id.bytes)
        elif told != text_of(first.was):
            at, words = told
            tx.insert(search_text, id=last.id.bytes, kind=last.kind, at=at, words=plain(words))
            if first.was is not None:
                tx.note(LATE, True)


def forget(tx: Tx, ids: Iterable[bytes]) -> None:
    """Take the words of records out of the index, ahead of the records themselves."""
    for raw_id in ids:
        tx.delete(search_text, id=raw_id)


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
