"""The outbox: every action waits here, durable, until the server's answer is in the cache too.

The console is the only process that writes it; the engine reads what is queued. Life of a
command: queued → accepted → (the cache has caught up) journal; or rejected, until somebody
retries, edits or discards it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from console.kernel import codec
from console.kernel.clock import from_ms, to_ms
from console.kernel.crash import crash_here
from console.store import sqlite
from console.sync.records import Accepted, Command, Final, Merged, Rejected, Result, Seq

JOURNAL_KEPT = timedelta(days=30)
State = Literal["queued", "accepted", "rejected"]

_final: msgspec.json.Decoder[Final] = msgspec.json.Decoder(Final)
_command = msgspec.json.Decoder(Command)
_COLUMNS = "cmd_id, lane, state, command, about, made_at, outcome, seq"


@dataclass(frozen=True)
class Entry:
    """One action on its way. `lane` is the ticket it belongs to; `about` says what, in words."""

    command: Command
    lane: UUID
    state: State
    about: str
    made_at: datetime
    outcome: Final | None = None
    seq: Seq | None = None


class Outbox:
    """Reads and writes the outbox through one connection; each method is one transaction."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def put(self, command: Command, lane: UUID, about: str, at: datetime) -> Entry:
        """Queue a command. Once this returns, no crash loses it."""
        crash_here("console.put")
        self._connection.execute(
            "INSERT INTO outbox (cmd_id, lane, state, command, about, made_at)"
            " VALUES (?, ?, 'queued', ?, ?, ?)",
            (command.cmd_id.bytes, lane.bytes, _text(command), about, to_ms(at)),
        )
        crash_here("console.put.done")
        return Entry(command, lane, "queued", about, at)

    def entries(self) -> list[Entry]:
        """Everything that is not settled yet, in the order it was done."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM outbox ORDER BY pos").fetchall()
        return [_entry(row) for row in rows]

    def queued(self) -> list[tuple[UUID, Command]]:
        """Lane and command of what is still to be sent, in order."""
        rows = self._connection.execute(
            "SELECT lane, command FROM outbox WHERE state = 'queued' ORDER BY pos"
        ).fetchall()
        return [(UUID(bytes=row[0]), _command.decode(row[1])) for row in rows]

    def answer(self, results: Iterable[Result]) -> None:
        """Note final outcomes; others leave the command queued."""
        found = [
            (
                "rejected" if isinstance(result.outcome, Rejected) else "accepted",
                codec.encode(result.outcome).decode(),
                result.outcome.seq if isinstance(result.outcome, Accepted | Merged) else None,
                result.cmd_id.bytes,
            )
            for result in results
            if isinstance(result.outcome, Accepted | Merged | Rejected)
        ]
        crash_here("console.answer")
        self._many("UPDATE outbox SET state = ?, outcome = ?, seq = ? WHERE cmd_id = ?", found)
        crash_here("console.answer.done")

    def settle(self, cursor: Seq) -> list[UUID]:
        """Move what the cache shows by now (`seq` up to `cursor`) to the journal; their lanes."""
        run = self._connection.execute
        due = "state = 'accepted' AND seq <= ?"
        lanes = run(f"SELECT DISTINCT lane FROM outbox WHERE {due}", (cursor,)).fetchall()
        if lanes:
            crash_here("console.settle")
            with sqlite.transaction(self._connection):
                run(
                    "INSERT OR REPLACE INTO journal SELECT cmd_id, lane, command, about, made_at,"
                    f" outcome, seq FROM outbox WHERE {due}",
                    (cursor,),
                )
                crash_here("console.settle.copied")
                run(f"DELETE FROM outbox WHERE {due}", (cursor,))
            crash_here("console.settle.done")
        return [UUID(bytes=row[0]) for row in lanes]

    def replace(self, old: UUID, command: Command, at: datetime) -> None:
        """Put a new command in the place of a rejected one: retried on the latest state."""
        self._connection.execute(
            "UPDATE outbox SET cmd_id = ?, command = ?, made_at = ?, state = 'queued',"
            " outcome = NULL, seq = NULL WHERE cmd_id = ? AND state = 'rejected'",
            (command.cmd_id.bytes, _text(command), to_ms(at), old.bytes),
        )

    def discard(self, cmd_id: UUID) -> None:
        """Forget a rejected command, because somebody said so."""
        self._connection.execute(
            "DELETE FROM outbox WHERE cmd_id = ? AND state = 'rejected'", (cmd_id.bytes,)
        )
        crash_here("console.discard.done")

    def withdraw(self, cmd_id: UUID) -> None:
        """Take back a command that is still queued here: undo before it was sent."""
        self._connection.execute(
            "DELETE FROM outbox WHERE cmd_id = ? AND state = 'queued'", (cmd_id.bytes,)
        )

    def prune(self, now: datetime) -> None:
        """Drop journal entries older than JOURNAL_KEPT."""
        limit = to_ms(now - JOURNAL_KEPT)
        self._connection.execute("DELETE FROM journal WHERE made_at < ?", (limit,))

    def _many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            with sqlite.transaction(self._connection):
                self._connection.executemany(sql, rows)


def _text(command: Command) -> str:
    return codec.encode(command).decode()


def _entry(row: tuple[Any, ...]) -> Entry:
    _cmd_id, lane, state, command, about, made_at, outcome, seq = row
    return Entry(
        _command.decode(command),
        UUID(bytes=lane),
        state,
        about,
        from_ms(made_at),
        _final.decode(outcome) if outcome else None,
        seq,
    )
