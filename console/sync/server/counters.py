"""Where numbers come from, on either engine: rows of `sync_state` here, sequences there."""

from typing import Any

from sqlalchemy import Connection, text

from console.store import bulk
from console.sync.server.schema import sync_state

_SEQUENCES = {"seq": "change_seq"}
"""A counter's name on SQLite, and its sequence's on PostgreSQL where the two differ."""
_FAMILY = "number_"
Row = tuple[str, int]


def read(connection: Connection) -> list[Row]:
    """Every counter's name and last number, and what else `sync_state` says; by name.

    On PostgreSQL sequences know no snapshot: they may be ahead of it, never behind.
    """
    rows = [
        (str(row[0]), int(row[1]))
        for row in connection.execute(text("SELECT k, v FROM sync_state"))
    ]
    if connection.dialect.name == "postgresql":
        rows += [(name, last) for name, (_, last) in _sequences(connection).items()]
    return sorted(rows)


def write(connection: Connection, rows: list[Row]) -> None:
    """Let the counters go on after these numbers; the rest becomes the rows of `sync_state`."""
    connection.execute(text("DELETE FROM sync_state"))
    sequences = _sequences(connection) if connection.dialect.name == "postgresql" else {}
    for name, last in rows:
        if name in sequences:
            # A sequence begins at 1: what has not been used yet is told by the third argument.
            sql = "SELECT setval(CAST(:sequence AS regclass), :last, :used)"
            told: dict[str, Any] = {"last": max(last, 1), "used": last > 0}
            connection.execute(text(sql), {"sequence": sequences[name][0], **told})
    kept = [{"k": name, "v": last} for name, last in rows if name not in sequences]
    bulk.insert(connection, sync_state, kept)


def never_below(rows: list[Row], before: list[Row]) -> list[Row]:
    """`rows` with no series of numbers behind where it stood: what was told outside stays unique."""
    stood = dict(before)
    return [
        (name, max(last, stood.get(name, 0)) if name.startswith(_FAMILY) else last)
        for name, last in rows
    ]


def drop(connection: Connection) -> None:
    """Drop the sequences of a PostgreSQL database; SQLite has none."""
    if connection.dialect.name == "postgresql":
        for sequence, _ in _sequences(connection).values():
            connection.exec_driver_sql(f'DROP SEQUENCE "{sequence}"')


def _sequences(connection: Connection) -> dict[str, tuple[str, int]]:
    """By counter: the sequence's name and the last number it gave, 0 for none."""
    sql = (
        "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences"
        " WHERE schemaname = current_schema()"
    )
    found = {str(row[0]): int(row[1]) for row in connection.execute(text(sql))}
    counters = {sequence: counter for counter, sequence in _SEQUENCES.items()}
    return {
        counters.get(sequence, sequence): (sequence, last)
        for sequence, last in found.items()
        if sequence in counters or sequence.startswith(_FAMILY)
    }
