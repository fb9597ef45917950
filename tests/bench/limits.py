"""The same work done the cheapest way: rows into an encrypted file, and micro-batched commits."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import psycopg

from console.kernel.ids import new_id
from console.store import sqlite

AT_ONCE = 64
DOC = "x" * 450
_TABLES = (
    "CREATE TABLE limit_doc (id {blob} PRIMARY KEY, rev BIGINT, doc TEXT)",
    "CREATE TABLE limit_log (seq BIGINT PRIMARY KEY, id {blob}, scope INTEGER)",
    "CREATE TABLE limit_answer (id {blob} PRIMARY KEY, result TEXT)",
)


def inserts(folder: Path, rows: int) -> float:
    """Rows a second through `executemany` into an encrypted file."""
    connection = sqlite.connect(folder / "limit.db", key=bytes(32), synchronous="NORMAL")
    connection.execute("CREATE TABLE m (id BLOB PRIMARY KEY, rev INTEGER, doc TEXT)")
    made = [(n.to_bytes(16, "big"), n, DOC) for n in range(rows)]
    begun = time.perf_counter()
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO m VALUES (?, ?, ?)", made)
    connection.execute("COMMIT")
    spent = time.perf_counter() - begun
    connection.close()
    sqlite.remove(folder / "limit.db")
    return rows / spent


def commits(folder: Path, url: str | None, count: int) -> float:
    """Commands a second by the driver alone: a document, a line, an answer, AT_ONCE a commit."""
    connection: Any
    if url is None:
        connection = sqlite3.connect(folder / "commits.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        blob, mark = "BLOB", "?"
    else:
        connection = psycopg.connect(url, autocommit=True)
        blob, mark = "BYTEA", "%s"
    cursor = connection.cursor()
    for table in _TABLES:
        cursor.execute(table.format(blob=blob))
    marks = ", ".join([mark] * 3)
    begun = time.perf_counter()
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        ids = [new_id().bytes for _ in numbers]
        cursor.execute("BEGIN")
        docs = [(i, n, DOC) for i, n in zip(ids, numbers, strict=True)]
        cursor.executemany(f"INSERT INTO limit_doc VALUES ({marks})", docs)
        lines = [(n, i, 2) for i, n in zip(ids, numbers, strict=True)]
        cursor.executemany(f"INSERT INTO limit_log VALUES ({marks})", lines)
        cursor.executemany(
            f"INSERT INTO limit_answer VALUES ({mark}, {mark})", [(i, DOC[:60]) for i in ids]
        )
        cursor.execute("COMMIT")
    spent = time.perf_counter() - begun
    for table in _TABLES:
        cursor.execute(f"DROP TABLE {table.split()[2]}")
    connection.close()
    return count / spent
