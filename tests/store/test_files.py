"""Database files as a whole: in their place at once or not at all, and never over somebody's shoulder."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from console.kernel.errors import Refused, Unusable
from console.store import files, sqlite

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = bytes(range(48))


def write(path: Path, word: str) -> sqlite.Connection:
    connection = sqlite.connect(path)
    connection.execute("CREATE TABLE IF NOT EXISTS t (v TEXT)")
    connection.execute("INSERT INTO t VALUES (?)", (word,))
    return connection


def words(path: Path, key: bytes | None = None) -> list[str]:
    with files.opened(path, key=key) as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT v FROM t")]


def build(place: Path, word: str, **more: bytes) -> None:
    with files.built(place, **more) as connection:
        connection.exec_driver_sql("CREATE TABLE t (v TEXT)")
        connection.exec_driver_sql("INSERT INTO t VALUES (:word)", {"word": word})


def test_a_file_is_in_its_place_when_it_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "x.db"
    with files.built(place) as connection:
        connection.exec_driver_sql("CREATE TABLE t (v TEXT)")
        assert not place.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"], "one file, no journal beside it"
    assert place.stat().st_mode & 0o077 == 0
    assert words(place) == []


def test_a_build_that_fails_changes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "x.db"
    build(place, "old")
    with pytest.raises(ValueError, match="mine"), files.built(place) as connection:  # noqa: PT012
        connection.exec_driver_sql("CREATE TABLE t (v TEXT)")
        raise ValueError("mine")
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]
    assert words(place) == ["old"]


def test_a_build_that_finds_no_place_leaves_nothing(tmp_path: Path) -> None:
    def taken(made: Path, place: Path) -> None:
        raise ValueError("mine")

    with (
        pytest.raises(ValueError, match="mine"),
        files.built(tmp_path / "x.db", swap=taken) as connection,
    ):
        connection.exec_driver_sql("CREATE TABLE t (v TEXT)")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_build_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "x.db.partial").write_bytes(b"half")
    (tmp_path / "x.db.partial-journal").write_bytes(b"half")
    build(tmp_path / "x.db", "new")
    assert words(tmp_path / "x.db") == ["new"]


def test_two_builds_of_one_file_are_not_mixed(tmp_path: Path) -> None:
    place, partial = tmp_path / "x.db", tmp_path / "x.db.partial"

    def first() -> None:
        with files.built(place):
            partial.rename(tmp_path / "elsewhere")
            partial.write_bytes(b"another's")

    with pytest.raises(Refused, match="Another command writes"):
        first()
    assert partial.read_bytes() == b"another's"
    assert not place.exists()


def test_a_key_with_its_salt_makes_a_file_that_the_key_opens(tmp_path: Path) -> None:
    place = tmp_path / "x.db"
    build(place, "secret", key=KEY)
    assert place.read_bytes()[: sqlite.SALT_BYTES] == KEY[sqlite.KEY_BYTES :]
    assert words(place, KEY[: sqlite.KEY_BYTES]) == ["secret"]
    with pytest.raises(Refused, match="does not open"):
        words(place, bytes(32))


def test_a_journal_is_folded_in(tmp_path: Path) -> None:
    path, copied = tmp_path / "x.db", tmp_path / "copy" / "x.db"
    connection = write(path, "late")
    copied.parent.mkdir()
    for suffix in ("", "-wal"):  # as a killed process leaves it
        shutil.copy(f"{path}{suffix}", f"{copied}{suffix}")
    connection.close()
    files.fold_in(copied)
    assert [entry.name for entry in copied.parent.iterdir()] == ["x.db"]
    assert words(copied) == ["late"]


def test_a_file_that_others_have_open_is_in_use(tmp_path: Path) -> None:
    connection = write(tmp_path / "x.db", "a")
    with pytest.raises(Unusable, match="Another program has"):
        files.fold_in(tmp_path / "x.db")
    with pytest.raises(Unusable, match="Another program has"):
        files.kept_beside(tmp_path / "x.db", NOW)
    connection.close()
    files.fold_in(tmp_path / "x.db")


def test_the_old_file_is_kept_and_its_place_never_empty(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    write(path, "old").close()
    first = files.kept_beside(path, NOW)
    assert first.name == "x.db.before-restore-20260302-090000"
    assert words(path) == words(first) == ["old"]
    second = files.kept_beside(path, NOW)
    assert second.name == "x.db.before-restore-20260302-090000-2"


def test_where_files_have_one_name_only_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", never)
    path = tmp_path / "x.db"
    write(path, "old").close()
    assert words(files.kept_beside(path, NOW)) == ["old"]


def test_a_file_that_cannot_be_read_is_renamed(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"no database, and longer than a header is" * 100)
    aside = files.kept_beside(path, NOW)
    assert [entry.name for entry in tmp_path.iterdir()] == [aside.name]
    assert aside.read_bytes().startswith(b"no database")


def test_reading_leaves_no_trace(tmp_path: Path) -> None:
    build(tmp_path / "x.db", "a")
    before = (tmp_path / "x.db").stat()
    assert words(tmp_path / "x.db") == ["a"]
    after = (tmp_path / "x.db").stat()
    assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]
    with (
        files.opened(tmp_path / "x.db") as connection,
        pytest.raises(Exception, match="readonly") as refusal,
    ):
        connection.exec_driver_sql("DELETE FROM t")
    assert isinstance(refusal.value.__cause__, dbapi2.OperationalError)
