"""The outbox: every action waits here, durable, until the server's answer is in the cache too.

The console is the only process that writes it; the engine reads what is queued. Life of a
command: queued → accepted → (the cache has caught up) journal; or rejected, until somebody
retries, edits or discards it. What a restored server forgot is sent anew; a reply that may have
reached its customer is held until somebody sends or discards it.

A message that can still be taken back is `waiting`, one for later `scheduled`, with what follows it:
the engine, which reads what is queued, does not see them. At their time the console queues them.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from console.kernel import codec
from console.kernel.clock import from_ms, to_ms
from console.kernel.crash import crash_here
from console.store import sqlite
from console.sync.client.uploads import WorkFiles
from console.sync.frames import Lost
from console.sync.records import (
    EPOCH_BITS,
    Accepted,
    Command,
    Final,
    Merged,
    Rejected,
    Result,
    Seq,
)

JOURNAL_KEPT = timedelta(days=30)
JOURNAL_LEAST = 10_000
"""So many of the newest are kept however old they are: a clock that is wrong must not lose them."""
State = Literal["waiting", "scheduled", "queued", "accepted", "rejected", "held"]

_final: msgspec.json.Decoder[Final] = msgspec.json.Decoder(Final)
_command = msgspec.json.Decoder(Command)
_COLUMNS = "cmd_id, lane, state, command, about, made_at, outcome, seq, due_at"
_JOURNALLED = _COLUMNS.replace("state", "'accepted'").replace("due_at", "NULL")


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
    due_at: datetime | None = None

    @property
    def unreleased(self) -> bool:
        """Whether it is still here alone, and can be taken back without anybody knowing."""
        return self.state in ("waiting", "scheduled")

    @property
    def parked(self) -> bool:
        """Whether it waits for somebody's word: refused, or held."""
        return self.state in ("rejected", "held")

    @property
    def refusal(self) -> Rejected | None:
        """Why and over what it was refused; None when it was not."""
        return self.outcome if isinstance(self.outcome, Rejected) else None

    def answered(self, outcome: Final) -> "Entry":
        """The same with the server's word on it."""
        if isinstance(outcome, Rejected):
            return replace(self, state="rejected", outcome=outcome, seq=None)
        return replace(self, state="accepted", outcome=outcome, seq=outcome.seq)


class Outbox:
    """Reads and writes the outbox through one connection; each method is one transaction."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def put(self, command: Command, lane: UUID, about: str, at: datetime) -> Entry:
        """Queue a command; the files it requires are its own now. No crash loses it after this."""
        entry = Entry(command, lane, "queued", about, at)
        self.put_all([entry])
        return entry

    def put_all(self, entries: Sequence[Entry], also: Callable[[], object] | None = None) -> None:
        """Put several commands as they are, all or none, and do `also` with them; as `put` otherwise."""
        crash_here("console.put")
        whole = len(entries) > 1 or any(entry.command.requires for entry in entries)
        whole = whole or also is not None
        with sqlite.transaction(self._connection) if whole else nullcontext():
            for entry in entries:
                self._insert(entry)
                WorkFiles(self._connection).hand_over(entry.command.requires, entry.command.cmd_id)
            if also is not None:
                also()
        crash_here("console.put.done")

    def _insert(self, entry: Entry) -> None:
        self._connection.execute(
            "INSERT INTO outbox (cmd_id, lane, state, command, about, made_at, outcome, seq, due_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.command.cmd_id.bytes,
                entry.lane.bytes,
                entry.state,
                _text(entry.command),
                entry.about,
                to_ms(entry.made_at),
                codec.encode(entry.outcome).decode() if entry.outcome else None,
                entry.seq,
                to_ms(entry.due_at) if entry.due_at else None,
            ),
        )

    def free(self, ids: Iterable[UUID]) -> None:
        """Queue what waited or was scheduled; from here on the engine sends it."""
        self._many(
            "UPDATE outbox SET state = 'queued', due_at = NULL"
            " WHERE cmd_id = ? AND state IN ('waiting', 'scheduled')",
            [(cmd_id.bytes,) for cmd_id in ids],
        )

    def hold_back(self, ids: Iterable[UUID]) -> None:
        """Hold what waited or was scheduled; its time stays, and tells it from what a server lost."""
        self._many(
            "UPDATE outbox SET state = 'held'"
            " WHERE cmd_id = ? AND state IN ('waiting', 'scheduled')",
            [(cmd_id.bytes,) for cmd_id in ids],
        )

    def reschedule(self, ids: Iterable[UUID], due_at: datetime) -> None:
        """Give what waited or was scheduled another time."""
        self._many(
            "UPDATE outbox SET state = 'scheduled', due_at = ?"
            " WHERE cmd_id = ? AND state IN ('waiting', 'scheduled')",
            [(to_ms(due_at), cmd_id.bytes) for cmd_id in ids],
        )

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

    def marks(self) -> tuple[Seq, ...]:
        """The highest place in each epoch of the log at which a command was accepted, newest first."""
        rows = self._connection.execute(
            "SELECT max(seq) FROM (SELECT seq FROM journal UNION ALL"
            " SELECT seq FROM outbox WHERE seq IS NOT NULL) WHERE seq > 0"
            f" GROUP BY seq >> {EPOCH_BITS} ORDER BY 1 DESC"
        ).fetchall()
        return tuple(row[0] for row in rows)

    def lanes(self) -> list[UUID]:
        """What work waits on: the lanes of the outbox and of the drafts."""
        rows = self._connection.execute("SELECT lane FROM outbox UNION SELECT lane FROM draft")
        return [UUID(bytes=row[0]) for row in rows.fetchall()]

    def revive(self, lost: Iterable[Lost], confirm: frozenset[str]) -> int:
        """Take back what was accepted in parts of the log that are lost; how much that is.

        It is queued again with its old ids, before all else and in its old order. Commands of the
        types in `confirm` are held until somebody says so, and what comes after them with them.
        """
        found = []
        for part in lost:
            for table, columns in (("journal", _JOURNALLED), ("outbox", _COLUMNS)):
                sql = f"SELECT {columns} FROM {table} WHERE seq > ? AND seq <= ?"
                found += self._connection.execute(sql, (part.after, part.upto)).fetchall()
        # In the order in which they were done: a clock may have jumped meanwhile.
        entries = sorted((_entry(row) for row in found), key=lambda e: e.seq or 0)
        if not entries:
            return 0
        first = self._connection.execute("SELECT min(min(pos), 1) FROM outbox").fetchone()[0]
        start = (1 if first is None else first) - len(entries)
        held: set[UUID] = set()
        run = self._connection.execute
        with sqlite.transaction(self._connection):
            for place, entry in enumerate(entries, start=start):
                command = entry.command
                if command.type in confirm or command.after in held:
                    held.add(command.cmd_id)
                state = "held" if command.cmd_id in held else "queued"
                for table in ("journal", "outbox"):
                    run(f"DELETE FROM {table} WHERE cmd_id = ?", (command.cmd_id.bytes,))
                run(
                    "INSERT INTO outbox (pos, cmd_id, lane, state, command, about, made_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        place, command.cmd_id.bytes, entry.lane.bytes, state, _text(command),
                        entry.about, to_ms(entry.made_at),
                    ),
                )  # fmt: skip
            crash_here("console.revive")
        crash_here("console.revived")
        return len(entries)

    def revoke(self, lanes: Iterable[UUID], about: str) -> None:
        """Keep of these lanes only what somebody here wrote: nothing that told of the records.

        What was to be done there is rejected with `access_revoked`.
        """
        refused = codec.encode(Rejected("access_revoked")).decode()
        run = self._connection.execute
        with sqlite.transaction(self._connection):
            for lane in lanes:
                run(
                    "UPDATE outbox SET state = 'rejected', outcome = ?, seq = NULL, about = ?"
                    " WHERE lane = ?",
                    (refused, about, lane.bytes),
                )
                run("UPDATE journal SET about = ? WHERE lane = ?", (about, lane.bytes))
            crash_here("console.revoke")
        crash_here("console.revoked")

    def replace(self, old: UUID, command: Command, at: datetime) -> None:
        """Put a new command in the place of a rejected one: retried on the latest state."""
        self._connection.execute(
            "UPDATE outbox SET cmd_id = ?, command = ?, made_at = ?, state = 'queued',"
            " outcome = NULL, seq = NULL WHERE cmd_id = ? AND state = 'rejected'",
            (command.cmd_id.bytes, _text(command), to_ms(at), old.bytes),
        )

    def discard(self, cmd_id: UUID) -> None:
        """Forget a command that is rejected, held or not released, because somebody said so.

        Its files stay until the console starts anew: until then it may be restored.
        """
        self._connection.execute(
            "DELETE FROM outbox WHERE cmd_id = ?"
            " AND state IN ('rejected', 'held', 'waiting', 'scheduled')",
            (cmd_id.bytes,),
        )
        crash_here("console.discard.done")

    def restore(self, entry: Entry) -> None:
        """Put back what was discarded, as it was, behind everything else."""
        self._insert(entry)

    def release(self, cmd_id: UUID) -> None:
        """Queue a held command again, with the id it has."""
        self._connection.execute(
            "UPDATE outbox SET state = 'queued', outcome = NULL, seq = NULL, due_at = NULL"
            " WHERE cmd_id = ? AND state = 'held'",
            (cmd_id.bytes,),
        )

    def withdraw(self, cmd_id: UUID) -> None:
        """Take back a command that is still queued here: undo before it was sent."""
        self._connection.execute(
            "DELETE FROM outbox WHERE cmd_id = ? AND state = 'queued'", (cmd_id.bytes,)
        )

    def prune(self, now: datetime) -> None:
        """Drop journal entries older than JOURNAL_KEPT, but for the newest JOURNAL_LEAST."""
        limit = to_ms(now - JOURNAL_KEPT)
        self._connection.execute(
            "DELETE FROM journal WHERE made_at < ? AND cmd_id NOT IN"
            " (SELECT cmd_id FROM journal ORDER BY seq DESC LIMIT ?)",
            (limit, JOURNAL_LEAST),
        )

    def _many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            with sqlite.transaction(self._connection):
                self._connection.executemany(sql, rows)


def _text(command: Command) -> str:
    return codec.encode(command).decode()


def _entry(row: tuple[Any, ...]) -> Entry:
    _cmd_id, lane, state, command, about, made_at, outcome, seq, due_at = row
    return Entry(
        _command.decode(command),
        UUID(bytes=lane),
        state,
        about,
        from_ms(made_at),
        _final.decode(outcome) if outcome else None,
        seq,
        from_ms(due_at) if due_at is not None else None,
    )
