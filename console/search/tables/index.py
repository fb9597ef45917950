"""The full-text index of the cache: an FTS5 table beside the records, in the same encrypted file.

Two kinds of documents are in it: each message with its words and file names, and each ticket with
number, subject, tags, order number and the names of its people. Triggers on the record tables see
every row that comes, changes or goes: what is to be put in waits in `search_todo`, words that have
to leave wait in `search_gone` until `settle` takes them out in the same transaction.

The table has no copy of the texts. Its rows are numbered upwards as time goes on and downwards
into the past, so that its own order is, but for late comers, newest first.
"""

import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from console.search.model.words import indexed
from console.search.tables.script import MESSAGE_DOC, SCRIPT, TICKET_DOC
from console.store.engine import SqlReader
from console.store.reader import listed
from console.sync.registry import Leaving

BLOCK = 500
"""So many documents are put in at a time: a transaction of some 50 ms."""
AGAIN_MOST = 4
"""Of documents that are in already and have changed: their old words are taken out one by one,
which takes 1.5 ms each."""
GONE_MOST = 20_000
"""Words of so many rows are taken out one by one; if more go at once, the index is filled anew."""
THOROUGH_MOST = 200
"""The same when no byte may stay: then each costs some 20 ms, as it is rewritten in its place."""
MERGE_PAGES = 400
"""How much of the index is tidied up at a time after rows were let go."""
MIDDLE = 1 << 40
_SHAPE = zlib.crc32(SCRIPT.encode())


class SearchIndex:
    """The index as the engine writes it; keeps no state of its own."""

    def prepare(self, connection: Connection) -> None:
        """Make the tables and triggers, and have everything put in that is here already."""
        run = connection.exec_driver_sql
        known = run("SELECT 1 FROM sqlite_schema WHERE name = 'search_state'").scalar()
        if known and _state(connection, "shape") == _SHAPE:
            return
        for (statement,) in run(_OURS).fetchall():
            run(statement)
        for statement in SCRIPT.split(";\n\n"):
            run(statement)
        _keep(connection, "shape", _SHAPE)
        run(_EVERYTHING)

    def settle(self, connection: Connection, leaving: Leaving) -> None:
        """Take out the words that wait to leave; when that would take too long, start anew."""
        run = connection.exec_driver_sql
        count = run("SELECT max(n) FROM search_gone").scalar() or 0
        dirty = leaving is Leaving.LOST and _state(connection, "untidy")
        if count == 0 and not dirty:
            return
        lazy = leaving is Leaving.LET_GO
        if dirty or count > (GONE_MOST if lazy else THOROUGH_MOST):
            self._empty(connection)
            return
        if lazy:
            run("INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 0)")
            _keep(connection, "untidy", 1)
        run(
            "INSERT INTO search_words (search_words, rowid, words)"
            " SELECT 'delete', doc, words FROM search_gone ORDER BY doc"
        )
        run("DELETE FROM search_gone")
        if lazy:
            run("INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1)")

    def _empty(self, connection: Connection) -> None:
        """Take everything out at once and have what is still here put in again."""
        run = connection.exec_driver_sql
        run("INSERT INTO search_words (search_words) VALUES ('delete-all')")
        run("DELETE FROM search_gone")
        run("DELETE FROM search_doc")
        run("DELETE FROM search_todo")
        _keep(connection, "untidy", 0)
        run(_EVERYTHING)

    def step(self, connection: Connection) -> bool:
        """Put in a block, the newest first; when all are in, tidy up after rows let go."""
        newest = connection.exec_driver_sql("SELECT max(id) FROM search_doc").scalar()
        todo = _todo(connection, newest)
        if not todo:
            return self._tidy(connection)
        docs = _docs(connection, todo)
        names, params = listed("i", [row[0] for row in todo])
        connection.execute(
            text(
                "INSERT INTO search_gone (doc, words) SELECT n, words FROM search_doc"
                f" WHERE words IS NOT NULL AND id IN {names}"
            ),
            params,
        )
        connection.execute(text(f"DELETE FROM search_doc WHERE id IN {names}"), params)
        self.settle(connection, Leaving.GONE)
        _put(connection, _numbered(connection, todo, docs, newest))
        connection.execute(text(f"DELETE FROM search_todo WHERE id IN {names}"), params)
        return True

    def _tidy(self, connection: Connection) -> bool:
        """Rewrite a part of the index without the words that were let go; whether more is left."""
        stage = _state(connection, "untidy")
        if not stage:
            return False
        run = connection.exec_driver_sql
        changes = "SELECT total_changes()"
        before = run(changes).scalar() or 0
        # The first, negative, takes all parts together; those after it go on where it stopped.
        pages = -MERGE_PAGES if stage == 1 else MERGE_PAGES
        run(f"INSERT INTO search_words (search_words, rank) VALUES ('merge', {pages})")
        done = (
            run(changes).scalar() or 0
        ) - before < 2  # https://sqlite.org/fts5.html#the_merge_command
        _keep(connection, "untidy", 0 if done else 2)
        return not done


_OURS = """
    SELECT 'DROP ' || type || ' IF EXISTS ' || name FROM sqlite_schema
    WHERE name GLOB 'search_*' AND type = 'trigger'
    UNION ALL SELECT 'DROP TABLE IF EXISTS ' || name FROM sqlite_schema
    WHERE type = 'table'
    AND name IN ('search_words', 'search_doc', 'search_todo', 'search_gone', 'search_state')
"""
_EVERYTHING = f"""
    INSERT INTO search_todo (id, kind, again)
    SELECT id, {MESSAGE_DOC}, 0 FROM messages UNION ALL SELECT id, {TICKET_DOC}, 0 FROM tickets
"""


def _state(connection: Connection, key: str) -> int:
    row = connection.execute(text("SELECT v FROM search_state WHERE k = :k"), {"k": key}).scalar()
    return int(row or 0)


def _keep(connection: Connection, key: str, value: int) -> None:
    sql = "INSERT OR REPLACE INTO search_state (k, v) VALUES (:k, :v)"
    connection.execute(text(sql), {"k": key, "v": value})


def _todo(connection: Connection, newest: bytes | None) -> Sequence[Any]:
    """What is put in next, ascending: what is newer than all that is in, the oldest of it first."""
    run, take = connection.execute, "SELECT id, kind, again FROM search_todo"
    if newest is not None:
        sql = f"{take} WHERE id > :newest ORDER BY id LIMIT {BLOCK}"
        above = run(text(sql), {"newest": newest}).fetchall()
        if above:
            return _few(above)
    return _few(run(text(f"{take} ORDER BY id DESC LIMIT {BLOCK}")).fetchall())[::-1]


def _few(todo: Sequence[Any]) -> Sequence[Any]:
    """As many from the front as have AGAIN_MOST among them that are in already."""
    again = 0
    for n, row in enumerate(todo):
        again += row[2]
        if again > AGAIN_MOST:
            return todo[:n]
    return todo


class Doc(NamedTuple):
    """A document: the text to index, and that text again where the record does not have it as it is.

    `at` is its time as records write it: many ids of one burst are of the same millisecond.
    """

    kind: int
    at: str
    words: str
    kept: str | None


def _docs(connection: Connection, todo: Sequence[Any]) -> dict[bytes, Doc]:
    """The documents of these records that are still here."""
    found: dict[bytes, Doc] = {}
    reader = SqlReader(connection)
    names, params = listed("i", [row[0] for row in todo if row[1] == MESSAGE_DOC])
    for raw_id, at, body, files in reader.rows(_MESSAGES.format(names=names), **params):
        words = indexed(f"{body} {files}" if files else body or "")
        kept = None if words == body else words
        found[bytes(raw_id)] = Doc(MESSAGE_DOC, at, words, kept)
    names, params = listed("i", [row[0] for row in todo if row[1] == TICKET_DOC])
    for raw_id, at, *parts in reader.rows(_TICKETS.format(names=names), **params):
        words = indexed(" ".join(str(part) for part in parts if part))
        found[bytes(raw_id)] = Doc(TICKET_DOC, at, words, words)
    return found


_MESSAGES = """
    SELECT m.id, json_extract(plain(m.doc), '$.at'), json_extract(plain(m.doc), '$.body'),
      (SELECT group_concat(json_extract(f.value, '$.name'), ' ')
       FROM json_each(plain(m.doc), '$.attachments') f)
    FROM messages m WHERE m.id IN {names}
"""
_TICKETS = """
    SELECT t.id, json_extract(plain(t.doc), '$.created_at'), t.number, json_extract(plain(t.doc), '$.subject'),
      (SELECT group_concat(g.value, ' ') FROM json_each(plain(t.doc), '$.tags') g),
      (SELECT o.number FROM orders o WHERE o.id = t.order_id),
      (SELECT group_concat(p.name || ' ' || coalesce(json_extract(plain(p.doc), '$.email'), ''), ' ')
       FROM parties p WHERE p.id = t.requester_id OR p.id IN (
         SELECT c.buyer_id FROM conversations c WHERE c.id = t.conversation_id
         UNION ALL SELECT c.seller_id FROM conversations c WHERE c.id = t.conversation_id))
    FROM tickets t WHERE t.id IN {names}
"""


def _numbered(
    connection: Connection,
    todo: Sequence[Any],
    docs: dict[bytes, Doc],
    newest: bytes | None,
) -> list[dict[str, Any]]:
    """The documents with their numbers, ascending: newer than all, or touched, above; else below."""
    # Asked for together, they are found by reading all of the table.
    ends = "SELECT (SELECT min(n) FROM search_doc), (SELECT max(n) FROM search_doc)"
    low, high = connection.exec_driver_sql(ends).one()
    here = [row for row in todo if bytes(row[0]) in docs]
    here.sort(key=lambda row: docs[bytes(row[0])].at)
    above = [row for row in here if row[2] or newest is None or row[0] > newest]
    below = [row for row in here if not (row[2] or newest is None or row[0] > newest)]
    first = (MIDDLE if low is None else low) - len(below)
    after = (MIDDLE if high is None else high) + 1
    rows = []
    for start, part in ((first, below), (after, above)):
        for n, (raw_id, _, _) in enumerate(part, start=start):
            rows.append({"n": n, "id": raw_id, **docs[bytes(raw_id)]._asdict()})
    return rows


def _put(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(
            text("INSERT INTO search_doc (n, id, kind, words) VALUES (:n, :id, :kind, :kept)"), rows
        )
        connection.execute(
            text("INSERT INTO search_words (rowid, words) VALUES (:n, :words)"), rows
        )
