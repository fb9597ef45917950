"""Erasing for good: a record with its children, what was answered about it, what rooms keep of it.

`Tx.erase` deletes one record and leaves its tombstone; this is what a person's right to be
forgotten takes. Text that was only ever refused is not kept by the server: a refusal is stored as
its code and our own words.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from msgspec import structs

from console.kernel import codec
from console.sync.records import Final, Kind, Merged
from console.sync.server import schema
from console.sync.server.tx import Tx

_final: msgspec.json.Decoder[Final] = msgspec.json.Decoder(Final)


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
    """Empty what answers quote of the record; they stay, so that no command is done again."""
    columns = [column.name for column in schema.applied_command.columns]
    found = tx.rows(
        f"SELECT {', '.join(columns)} FROM applied_command WHERE status = 'merged' AND cmd_id IN"
        " (SELECT cmd_id FROM change_log WHERE entity_id = :id)",
        id=record_id.bytes,
    )
    for row in found:
        values = dict(zip(columns, row, strict=True))
        outcome = _final.decode(values["result"])
        if isinstance(outcome, Merged):
            values["result"] = codec.encode(structs.replace(outcome, theirs={})).decode()
            tx.insert(schema.applied_command, **values)
