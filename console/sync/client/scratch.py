"""Drafts: what is typed and not sent, kept per ticket as it is typed."""

from datetime import datetime
from uuid import UUID

from console.kernel import codec
from console.kernel.clock import from_ms, to_ms
from console.kernel.codec import Record
from console.store import sqlite


class Draft(Record, frozen=True):
    """An unsent message: the composer's lane, its text and where the caret was."""

    to: str
    body: str
    caret: int = 0


class Scratch:
    """Reads and writes drafts through one connection."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def keep(self, ticket_id: UUID, draft: Draft, at: datetime) -> None:
        """Keep the ticket's draft; an empty one is forgotten."""
        if not draft.body.strip():
            self.drop(ticket_id)
            return
        self._connection.execute(
            "INSERT OR REPLACE INTO draft VALUES (?, ?, ?)",
            (ticket_id.bytes, codec.encode(draft).decode(), to_ms(at)),
        )

    def find(self, ticket_id: UUID) -> tuple[Draft, datetime] | None:
        """The ticket's draft and when it was kept."""
        row = self._connection.execute(
            "SELECT body, kept_at FROM draft WHERE lane = ?", (ticket_id.bytes,)
        ).fetchone()
        return (codec.decode(row[0], Draft), from_ms(row[1])) if row else None

    def tickets(self) -> set[UUID]:
        """The tickets that have a draft."""
        rows = self._connection.execute("SELECT lane FROM draft").fetchall()
        return {UUID(bytes=row[0]) for row in rows}

    def drop(self, ticket_id: UUID) -> None:
        """Forget the ticket's draft."""
        self._connection.execute("DELETE FROM draft WHERE lane = ?", (ticket_id.bytes,))
