"""Erasing for good: a record with its children, what was answered about it, what rooms keep of it.

`Tx.erase` deletes one record and leaves its tombstone; this is what a person's right to be
forgotten takes. Text that was only ever refused is not kept by the server: a refusal is stored as
its code and our own words.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from console.sync.records import Kind
from console.sync.server import answers
from console.sync.server.tx import Tx


@dataclass(frozen=True)
class Erased:
    """A record is gone for good; rooms that keep anything about it drop that too."""

    kind: str
    record: Any


def erase(tx: Tx, kind: Kind[Any], record_id: UUID) -> int:
    """Erase a record with its children; returns how many records that were, 0 if it is not there."""
    stored = tx.get(kind, record_id)
    if stored is None:
        return 0
    count = 1
    for child in tx.catalog.children[kind.name]:
        for found in tx.find(child.kind, child.parent, record_id):
            count += erase(tx, child.kind, found.record.id)
    tx.erase(kind, record_id)
    _forget_answers(tx, record_id)
    tx.emit(Erased(kind.name, stored.record))
    return count


def _forget_answers(tx: Tx, record_id: UUID) -> None:
    answers.quote_nothing(tx, "entity_id = :id", id=record_id.bytes)
