"""Schema 0011: words of tickets that changed come into SQLite's full-text index a moment later."""

from alembic import op

revision = "0011"
down_revision = "0010"

# `words` are those that the index still has of a row whose text is another by now.
_LATER = """
CREATE TABLE search_words_late (n INTEGER PRIMARY KEY, words TEXT NOT NULL);

DROP TRIGGER search_words_changed;

CREATE TRIGGER search_words_changed AFTER UPDATE ON search_text
WHEN old.words IS NOT new.words AND new.kind IS NOT 'ticket' BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.rowid, old.words);
  INSERT INTO search_words (rowid, words) VALUES (new.rowid, new.words);
END;

CREATE TRIGGER search_words_reworded AFTER UPDATE ON search_text
WHEN old.words IS NOT new.words AND new.kind IS 'ticket' BEGIN
  INSERT INTO search_words_late (n, words)
  SELECT old.rowid, old.words WHERE old.rowid NOT IN (SELECT n FROM search_words_late);
END;

DROP TRIGGER search_words_went;

CREATE TRIGGER search_words_went AFTER DELETE ON search_text BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.rowid, coalesce(
    (SELECT words FROM search_words_late WHERE n = old.rowid), old.words
  ));
  DELETE FROM search_words_late WHERE n = old.rowid;
END
"""
_AT_ONCE = """
INSERT INTO search_words (search_words, rowid, words) SELECT 'delete', n, words FROM search_words_late;

INSERT INTO search_words (rowid, words)
SELECT rowid, words FROM search_text WHERE rowid IN (SELECT n FROM search_words_late);

DROP TRIGGER search_words_reworded;

DROP TRIGGER search_words_changed;

CREATE TRIGGER search_words_changed AFTER UPDATE ON search_text
WHEN old.words IS NOT new.words BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.rowid, old.words);
  INSERT INTO search_words (rowid, words) VALUES (new.rowid, new.words);
END;

DROP TRIGGER search_words_went;

CREATE TRIGGER search_words_went AFTER DELETE ON search_text BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.rowid, old.words);
END;

DROP TABLE search_words_late
"""


def upgrade() -> None:
    """To schema 0011."""
    _run(_LATER)


def downgrade() -> None:
    """Back to schema 0010."""
    _run(_AT_ONCE)


def _run(script: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in script.split(";\n\n"):
            op.execute(statement)
