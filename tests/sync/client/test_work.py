"""The work file: made once, upgraded, never opened by an older release, one device id for its life."""

from pathlib import Path

import pytest

from console.kernel.errors import Refused, Unusable
from console.sync.client.work import device_id, open_work

KEY = bytes(range(32))


def test_it_is_made_and_found_again_with_the_same_device(tmp_path: Path) -> None:
    first = open_work(tmp_path / "work.db", KEY)
    device = device_id(first)
    assert device_id(first) == device
    first.close()
    again = open_work(tmp_path / "work.db", KEY)
    assert device_id(again) == device
    again.close()


def test_two_profiles_are_two_devices(tmp_path: Path) -> None:
    files = [open_work(tmp_path / f"{n}.db", KEY) for n in range(2)]
    assert device_id(files[0]) != device_id(files[1])
    for file in files:
        file.close()


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    work = open_work(tmp_path / "work.db", KEY)
    assert work.execute("PRAGMA synchronous").fetchone() == (2,)
    work.close()


def test_a_file_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    work = open_work(tmp_path / "work.db", KEY)
    work.execute("PRAGMA user_version = 99")
    work.close()
    before = (tmp_path / "work.db").read_bytes()
    with pytest.raises(Unusable) as refusal:
        open_work(tmp_path / "work.db", KEY)
    assert refusal.value.code == "newer_schema"
    assert (tmp_path / "work.db").read_bytes() == before


def test_another_key_is_refused_and_nothing_is_wiped(tmp_path: Path) -> None:
    work = open_work(tmp_path / "work.db", KEY)
    device = device_id(work)
    work.close()
    with pytest.raises(Refused) as refusal:
        open_work(tmp_path / "work.db", bytes(32))
    assert refusal.value.code == "wrong_key"
    again = open_work(tmp_path / "work.db", KEY)
    assert device_id(again) == device
    again.close()


def test_an_upgrade_that_dies_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.sync.client import work as module

    open_work(tmp_path / "work.db", KEY).close()
    broken = (*module._SCRIPTS, "CREATE TABLE fresh (x); CREATE TABLE meta (x);")
    monkeypatch.setattr(module, "_SCRIPTS", broken)
    with pytest.raises(Exception, match="meta"):
        open_work(tmp_path / "work.db", KEY)
    monkeypatch.undo()
    again = open_work(tmp_path / "work.db", KEY)
    tables = {row[0] for row in again.execute("SELECT name FROM sqlite_schema")}
    assert "fresh" not in tables
    assert again.execute("PRAGMA user_version").fetchone() == (len(module._SCRIPTS),)
    again.close()
