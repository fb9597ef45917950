"""Drafts: what is typed and not sent, kept per ticket as it is typed; and what pages remember."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from console.kernel import codec
from console.kernel.clock import from_ms, to_ms
from console.kernel.codec import Record
from console.kernel.crash import crash_here
from console.store import sqlite


class Draft(Record, frozen=True):
    """An unsent message: the composer's lane, its text and where the caret was.

    `then` is what is done once it is accepted, as the room that knows it wrote it; `html` the text
    with formats, empty for plain; `mentions` the colleagues named in it, by id and name; `as_is`
    has its contact data go out as it stands. `language` is that of its spelling, where an earlier
    release kept it here.
    """

    to: str
    body: str
    caret: int = 0
    then: dict[str, Any] = {}
    html: str = ""
    mentions: tuple[tuple[UUID, str], ...] = ()
    language: str = ""
    as_is: bool = False


class Kept(NamedTuple):
    """A draft and when it was last kept."""

    draft: Draft
    at: datetime


class Scratch:
    """Reads and writes drafts through one connection."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def all(self) -> dict[UUID, Kept]:
        """Every draft, by its ticket."""
        rows = self._connection.execute("SELECT lane, body, kept_at FROM draft").fetchall()
        return {
            UUID(bytes=lane): Kept(codec.decode(body, Draft), from_ms(at))
            for lane, body, at in rows
        }

    def keep(self, ticket_id: UUID, draft: Draft, at: datetime) -> None:
        """Keep the ticket's draft, in place of the one before."""
        crash_here("console.draft")
        self._connection.execute(
            "INSERT OR REPLACE INTO draft VALUES (?, ?, ?)",
            (ticket_id.bytes, codec.encode(draft).decode(), to_ms(at)),
        )
        crash_here("console.draft.done")

    def remembered(self) -> dict[str, str]:
        """What pages remember, by the name each gave it."""
        rows = self._connection.execute("SELECT k, v FROM meta WHERE k GLOB 'page.*'").fetchall()
        return {key.removeprefix("page."): told for key, told in rows}

    def remember(self, name: str, told: str) -> None:
        """Keep what a page remembers, in place of what it was; an empty text is forgotten."""
        key = f"page.{name}"
        if told:
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, told))
        else:
            self._connection.execute("DELETE FROM meta WHERE k = ?", (key,))

    def spend(self, ticket_id: UUID, body: str) -> None:
        """Forget the ticket's draft if these are its words: they are sent."""
        row = self._connection.execute(
            "SELECT body FROM draft WHERE lane = ?", (ticket_id.bytes,)
        ).fetchone()
        if row is not None and codec.decode(row[0], Draft).body == body:
            self.drop(ticket_id)

    def drop(self, ticket_id: UUID) -> None:
        """Forget the ticket's draft."""
        self._connection.execute("DELETE FROM draft WHERE lane = ?", (ticket_id.bytes,))
        crash_here("console.draft.dropped")
