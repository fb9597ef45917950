"""SQLite files: the build guard, the key, what stands on the disk, transactions begun by us alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from console.kernel.errors import Refused, Unusable
from console.store import sqlite

KEY = bytes(range(32))
WORDS = b"Where is my parcel, says Lena"


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_a_build_that_can_lose_commits_is_refused(
    version: tuple[int, int, int], fixed: bool
) -> None:
    assert sqlite.is_fixed(version) is fixed
    if fixed:
        assert sqlite.guard_build(version) == ".".join(map(str, version))
    else:
        with pytest.raises(Unusable) as refusal:
            sqlite.guard_build(version)
        assert refusal.value.code == "sqlite_unfixed"
        assert "sqlcipher3" in refusal.value.message


def test_the_build_in_use_is_fixed() -> None:
    assert sqlite.guard_build() == dbapi2.sqlite_version


def write_words(path: Path, key: bytes | None) -> None:
    connection = sqlite.connect(path, key=key)
    connection.execute("CREATE TABLE t (v TEXT)")
    connection.execute("INSERT INTO t VALUES (?)", (WORDS.decode(),))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def test_a_file_with_a_key_has_no_plain_text_on_the_disk(tmp_path: Path) -> None:
    write_words(tmp_path / "plain.db", None)
    write_words(tmp_path / "cipher.db", KEY)
    assert WORDS in (tmp_path / "plain.db").read_bytes()
    cipher = (tmp_path / "cipher.db").read_bytes()
    assert WORDS not in cipher
    assert b"CREATE TABLE" not in cipher
    assert not cipher.startswith(b"SQLite format 3")


def test_not_even_the_journal_shows_it(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "cipher.db", key=KEY)
    connection.execute("CREATE TABLE t (v TEXT)")
    connection.execute("INSERT INTO t VALUES (?)", (WORDS.decode(),))
    held = (tmp_path / "cipher.db-wal").read_bytes()
    connection.close()
    assert len(held) > 4096
    assert WORDS not in held


@pytest.mark.parametrize("other", [bytes(32), None])
def test_another_key_does_not_open_it(tmp_path: Path, other: bytes | None) -> None:
    write_words(tmp_path / "cipher.db", KEY)
    with pytest.raises(Refused) as refusal:
        sqlite.connect(tmp_path / "cipher.db", key=other)
    assert refusal.value.code == "wrong_key"


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("just some words " * 500)
    with pytest.raises(Refused) as refusal:
        sqlite.connect(tmp_path / "notes.db")
    assert refusal.value.code == "wrong_key"


def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refusal:
        sqlite.connect(tmp_path / "missing.db", mode="ro")
    assert refusal.value.code == "database_unreadable"
    with pytest.raises(Unusable):
        sqlite.connect(tmp_path / "no-folder" / "x.db")


def test_a_key_has_32_bytes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32"):
        sqlite.connect(tmp_path / "x.db", key=b"short")


def test_the_pragmas_that_safety_rests_on(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "x.db")
    read = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    }
    connection.close()
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_disposable_file_moves_its_log_less_often(tmp_path: Path) -> None:
    pages = {}
    for synchronous in ("FULL", "NORMAL"):
        connection = sqlite.connect(tmp_path / "a.db", synchronous=synchronous)
        pages[synchronous] = connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0]
        connection.close()
    assert pages == {"FULL": 1_000, "NORMAL": sqlite.CACHE_WAL_PAGES}


def test_nothing_begins_a_transaction_but_us(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "x.db")
    connection.execute("CREATE TABLE t (v)")
    connection.execute("INSERT INTO t VALUES (1)")
    assert not connection.in_transaction
    connection.close()


def test_a_transaction_is_kept_whole_or_not_at_all_and_ends_in_any_case(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (x UNIQUE)")
    with sqlite.transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
    rows = [(2,), (1,)]
    with pytest.raises(sqlite.DatabaseError), sqlite.transaction(connection):
        connection.executemany("INSERT INTO t VALUES (?)", rows)
    assert not connection.in_transaction
    connection.execute("INSERT INTO t VALUES (3)")
    other = sqlite.connect(tmp_path / "a.db", mode="ro")
    assert other.execute("SELECT x FROM t ORDER BY x").fetchall() == [(1,), (3,)]
    other.close()
    connection.close()


def test_removing_takes_the_journals_too(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "x.db")
    connection.execute("CREATE TABLE t (v)")
    assert (tmp_path / "x.db-wal").exists()
    connection.close()
    (tmp_path / "x.db-wal").touch()
    sqlite.remove(tmp_path / "x.db")
    sqlite.remove(tmp_path / "x.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_set_aside_keeps_its_bytes_and_its_journal_under_one_new_name(
    tmp_path: Path,
) -> None:
    path = tmp_path / "work.db"
    path.write_bytes(b"not a database")
    path.with_name("work.db-wal").write_bytes(b"its journal")
    aside = sqlite.set_aside(path, datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))
    assert aside.name == "work.db.unreadable-20260304-050607"
    assert aside.read_bytes() == b"not a database"
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"its journal"
    assert not path.exists()
