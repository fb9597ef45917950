"""Words read off the index's own pages: the same that FTS5 tells, and how many pages that takes."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.search.model.words import folded
from console.search.tables import vocabulary
from console.search.tables.script import SCRIPT
from console.search.tables.vocabulary import beginning_with
from console.store import sqlite
from console.store.reader import SqliteReader

BEGUN = ("pa", "par", "parcel", "straß", "ma", "zz", "a", "0", "7", "żó", "\U0001d4d0", "包")
MOST = 10_000


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SqliteReader]:
    connection = sqlite.connect(tmp_path / "index.db", journal="MEMORY", synchronous="OFF")
    made = next(part for part in SCRIPT.split(";\n\n") if "USING fts5" in part)
    connection.execute(made)
    connection.execute(
        "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search_words, row)"
    )
    yield SqliteReader(connection)
    connection.close()


def fill(index: SqliteReader, documents: int) -> dict[int, str]:
    """Words rare and in every document, of all lengths and scripts, in several segments."""
    dice = random.Random(7)
    texts: dict[int, str] = {}
    for n in range(documents):
        rare = "".join(dice.choices("aeioumprstz07", k=dice.randint(1, 9)))
        more = dice.choice(("parcels", "straße", "żółw", "\U0001d4d0x", "包 裹", f"park{n % 700}"))
        texts[n] = f"parcel {rare} {more} parcel {dice.choice(('the', 'mail', 'zzz'))} {n}"
    for start in range(0, documents, 500):
        with sqlite.transaction(index.connection):
            for n in range(start, min(start + 500, documents)):
                put = "INSERT INTO search_words (rowid, words) VALUES (?, ?)"
                index.connection.execute(put, (n, texts[n]))
    return texts


def told(index: SqliteReader, begun: str) -> list[str]:
    found = index.rows("SELECT term FROM temp.vocabulary WHERE term >= :begun", begun=begun)
    return [row[0] for row in found if row[0].startswith(begun)]


def test_words_are_those_of_the_index_whatever_became_of_it(index: SqliteReader) -> None:
    texts = fill(index, 6_000)
    run = index.connection.execute
    begun = [*map(folded, BEGUN), *(f"park{n}" for n in range(0, 700, 97))]

    def same() -> None:
        for each in begun:
            assert beginning_with(index, each, MOST) == told(index, each)

    same()
    gone = sorted(texts)[::3]
    with sqlite.transaction(index.connection):
        for n in gone:
            run(
                "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', ?, ?)",
                (n, texts[n]),
            )
    for each in begun:  # of words that went some may still be there, none that stays is missing
        assert set(beginning_with(index, each, MOST) or ()) >= set(told(index, each))
    run("INSERT INTO search_words (search_words) VALUES ('optimize')")
    same()


def test_more_words_than_are_wanted_are_none(index: SqliteReader) -> None:
    fill(index, 1_000)
    known = told(index, "park")
    assert beginning_with(index, "park", len(known)) == known
    assert beginning_with(index, "park", len(known) - 1) is None
    assert beginning_with(index, "nothing", 1) == []


def test_more_pages_than_are_read_are_none(
    index: SqliteReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(index, 3_000)
    monkeypatch.setattr(vocabulary, "PAGES_MOST", 2)
    assert beginning_with(index, "", MOST) is None


def test_an_empty_index_has_no_words(index: SqliteReader) -> None:
    assert beginning_with(index, "parcel", MOST) == []
