"""Tickets in whose conversations somebody is mentioned, merged ones told by where they went."""

from uuid import UUID

from console.conversations.tables.rows import mentioned, mentioning, unseen
from console.store.reader import Reader, Row, Value, listed

MENTIONS_MOST = 2_000
"""So many tickets that mention somebody are found, the newest: some 15 ms, and nobody reads more."""
_MERGED = 2
_READ = "SELECT k.id, k.finished, k.merged_into FROM tickets k WHERE"


def mentioning_tickets(
    reader: Reader, user_id: UUID, seen: str = "1 = 1", **params: Value
) -> list[UUID]:
    """The tickets that mention a user, at most MENTIONS_MOST; `seen` is a condition on a note `n`.

    Asked step by step: over the desktop's overlay a join would read the whole of both tables.
    """
    inside = f"{mentioning(':mentioned')} AND {seen}"
    told = reader.rows(
        f"{_READ} k.conversation_id IN ({inside}) ORDER BY k.id DESC LIMIT {MENTIONS_MOST}",
        mentioned=mentioned(user_id), **params,
    )  # fmt: skip
    found: dict[bytes, None] = {}
    while told:
        found |= {bytes(row[0]): None for row in told if row[1] != _MERGED}
        into = {bytes(row[2]) for row in told if row[1] == _MERGED} - set(found)
        told = _rows(reader, into)
    return [UUID(bytes=raw) for raw in found]


def unseen_tickets(reader: Reader, user_id: UUID) -> list[UUID]:
    """The tickets with a mention of a user that they have not seen yet, at most MENTIONS_MOST."""
    return mentioning_tickets(reader, user_id, unseen(":owner"), owner=user_id.bytes)


def _rows(reader: Reader, ids: set[bytes]) -> list[Row]:
    names, params = listed("k", ids)
    return reader.rows(f"{_READ} k.id IN {names}", **params) if ids else []
