"""The index's tables and triggers, as SQLite is told to make them."""

MESSAGE_DOC, TICKET_DOC = 1, 2
_GONE_MOST = 20_001  # one more than are ever taken out one by one: then the index is filled anew

_TABLES = """
CREATE TABLE search_state (k TEXT PRIMARY KEY, v INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE search_doc (n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, words TEXT);

CREATE TABLE search_todo (
  id BLOB PRIMARY KEY, kind INTEGER NOT NULL, again INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE search_gone (n INTEGER PRIMARY KEY, doc INTEGER NOT NULL, words TEXT NOT NULL);

CREATE VIRTUAL TABLE search_words USING fts5(
  words, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2"
);

INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1);

"""


def _trigger(name: str, when: str, body: str) -> str:
    return f"CREATE TRIGGER search_{name} {when} BEGIN {body} END;\n\n"


def _leave(ids: str, words: str) -> str:
    """Take these documents out; `words` is what was indexed of one that keeps none itself."""
    room = f"(SELECT coalesce(max(n), 0) FROM search_gone) < {_GONE_MOST}"
    return (
        f"INSERT INTO search_gone (doc, words) SELECT d.n, coalesce(d.words, {words})"
        f" FROM search_doc d WHERE d.id IN ({ids}) AND {room};"
        f" DELETE FROM search_doc WHERE id IN ({ids});"
    )


def _again(ids: str) -> str:
    return (
        # Not `OR IGNORE`: in a trigger the conflict rule of the statement outside holds.
        "INSERT INTO search_todo (id, kind, again)"
        f" SELECT id, {TICKET_DOC}, 1 FROM tickets"
        f" WHERE id IN ({ids}) AND id NOT IN (SELECT id FROM search_todo);"
    )


def _differs(table: str, *parts: str) -> str:
    """Whether any of these (columns, or `$.name` of the document) is another than before."""
    told = (
        f"json_extract(plain(old.doc), '{part}') IS NOT json_extract(plain(new.doc), '{part}')"
        if part.startswith("$")
        else f"old.{part} IS NOT new.{part}"
        for part in parts
    )
    return f"AFTER UPDATE ON {table} WHEN {' OR '.join(told)}"


_BODY = "json_extract(plain(old.doc), '$.body')"
_OF_PARTY = (
    "SELECT t.id FROM tickets t WHERE t.requester_id = {row}.id"
    " UNION ALL SELECT t.id FROM conversations c JOIN tickets t ON t.conversation_id = c.id"
    " WHERE c.buyer_id = {row}.id OR c.seller_id = {row}.id"
)
_OF_ORDER = "SELECT t.id FROM tickets t WHERE t.order_id = {row}.id"
_OF_CONVERSATION = "SELECT t.id FROM tickets t WHERE t.conversation_id = {row}.id"


def _own(table: str, kind: int, words: str, *parts: str) -> str:
    """The triggers of a table whose rows are documents themselves.

    One that keeps its words (`words` NULL) leaves the index when its new ones come, a block later:
    taking them out at once would be most of what a changed tag costs.
    """
    todo = f"INSERT INTO search_todo (id, kind, again) VALUES (new.id, {kind}, "
    leave = "" if words == "NULL" else _leave("old.id", words)
    return (
        _trigger(f"{table}_came", f"AFTER INSERT ON {table}", f"{todo}0);")
        + _trigger(
            f"{table}_changed",
            _differs(table, *parts),
            f"{leave} DELETE FROM search_todo WHERE id = new.id; {todo}1);",
        )
        + _trigger(
            f"{table}_went",
            f"AFTER DELETE ON {table}",
            f"DELETE FROM search_todo WHERE id = old.id; {_leave('old.id', words)}",
        )
    )


def _named(table: str, tickets: str, *parts: str) -> str:
    """The triggers of a table whose rows give words to tickets."""
    new, old = tickets.format(row="new"), tickets.format(row="old")
    # A change leaves the old words first: whose they are is told by the row as it was.
    return (
        _trigger(f"{table}_came", f"AFTER INSERT ON {table}", _again(new))
        + _trigger(
            f"{table}_changed",
            _differs(table, *parts),
            f"{_leave(old, 'NULL')} {_leave(new, 'NULL')} {_again(old)} {_again(new)}",
        )
        + _trigger(
            f"{table}_went", f"AFTER DELETE ON {table}", f"{_leave(old, 'NULL')} {_again(old)}"
        )
    )


SCRIPT = (
    _TABLES
    + _own("messages", MESSAGE_DOC, _BODY, "$.body", "$.attachments")
    + _own(
        "tickets", TICKET_DOC, "NULL", "number", "requester_id", "conversation_id", "order_id",
        "$.subject", "$.tags",
    )
    + _named("parties", _OF_PARTY, "name", "handle")
    + _named("orders", _OF_ORDER, "number")
    + _named("conversations", _OF_CONVERSATION, "buyer_id", "seller_id")
).rstrip(";\n")  # fmt: skip
"""Statements, each but the last ended by `;` and an empty line."""
