"""Schema 0009: the words of messages, tickets, people and orders, and the index to find them by."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_SQLITE = """
CREATE VIRTUAL TABLE search_words USING fts5(
  words, content='search_text', tokenize="unicode61 remove_diacritics 2"
);

INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER search_words_came AFTER INSERT ON search_text BEGIN
  INSERT INTO search_words (rowid, words) VALUES (new.rowid, new.words);
END;

CREATE TRIGGER search_words_went AFTER DELETE ON search_text BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.rowid, old.words);
END;

CREATE TRIGGER search_words_changed AFTER UPDATE ON search_text
WHEN old.words IS NOT new.words BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.rowid, old.words);
  INSERT INTO search_words (rowid, words) VALUES (new.rowid, new.words);
END
"""
_POSTGRES = "CREATE INDEX ix_search_words ON search_text USING gin (to_tsvector('simple', words))"
_ALONE = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9d\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[{_ALONE}]|(?:(?![{_ALONE}])[^\\W_]|[\u0300-\u036f])+")
_BLOCK = 1_000


def upgrade() -> None:
    """To schema 0010."""
    table = op.create_table(
        "search_text",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_search_text_at", "search_text", ["at"], unique=False)
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        for statement in _SQLITE.split(";\n\n"):
            op.execute(statement)
    for block in _blocks():
        op.bulk_insert(table, block)
    if not sqlite:
        op.execute(_POSTGRES)


def downgrade() -> None:
    """Back to schema 0007."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("came", "went", "changed"):
            op.execute(f"DROP TRIGGER search_words_{name}")
        op.execute("DROP TABLE search_words")
    op.drop_table("search_text")


def _blocks() -> Iterator[list[dict[str, Any]]]:
    """The words of what is there already, oldest first within each kind."""
    bind = op.get_bind()
    for kind, table in _KINDS.items():
        last = b""
        while True:
            sql = f"SELECT id, doc FROM {table} WHERE id > :last ORDER BY id LIMIT {_BLOCK}"
            rows = bind.execute(sa.text(sql), {"last": last}).fetchall()
            if not rows:
                break
            last = bytes(rows[-1][0])
            yield [_row(bytes(raw_id), kind, json.loads(doc)) for raw_id, doc in rows]


_KINDS = {"ticket": "tickets", "party": "parties", "order": "orders", "message": "messages"}


def _row(raw_id: bytes, kind: str, doc: dict[str, Any]) -> dict[str, Any]:
    told, at = "", None
    match kind:
        case "message":
            files = (file["name"] for file in doc.get("attachments", ()))
            told, at = " ".join((doc["body"], *files)), doc["at"]
        case "ticket":
            tags = doc.get("tags", ())
            told, at = " ".join((str(doc["number"]), doc["subject"], *tags)), doc["created_at"]
        case "party":
            told = f"{doc['name']} {doc.get('email', '')}"
        case "order":
            told, at = doc["number"], doc.get("placed_at")
    ms = round(datetime.fromisoformat(at).timestamp() * 1000) if at else 0
    return {"id": raw_id, "kind": kind, "at": ms, "words": _plain(told)}


def _plain(text: str) -> str:
    words = []
    for found in _WORD.findall(text.lower()):
        plain = unicodedata.normalize("NFD", found)
        words.append("".join(letter for letter in plain if not unicodedata.combining(letter)))
    return " ".join(word for word in words if word)
