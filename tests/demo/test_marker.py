"""The marker file: private, whole or not there, and a sentence when it is damaged."""

import stat
from pathlib import Path

import pytest

from console.demo.content import Library
from console.demo.marker import DATABASE, MARKER, is_filled, new_marker, read_marker, write_marker
from console.kernel.errors import Unusable
from tests.demo.conftest import NOW


def test_written_and_read_again(tmp_path: Path, library: Library) -> None:
    marker = new_marker(library, 7, NOW)
    write_marker(tmp_path, marker)
    assert read_marker(tmp_path) == marker
    assert stat.S_IMODE((tmp_path / MARKER).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [MARKER]


def test_everybody_has_a_password_of_their_own(library: Library) -> None:
    first, second = (new_marker(library, 1, NOW).passwords for _ in range(2))
    assert len({*first.values(), *second.values()}) == 2 * len(library.shop.staff)


def test_filled_means_marker_and_database(tmp_path: Path, library: Library) -> None:
    assert not is_filled(tmp_path)
    write_marker(tmp_path, new_marker(library, 1, NOW))
    assert not is_filled(tmp_path)
    (tmp_path / DATABASE).touch()
    assert is_filled(tmp_path)


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"version": 1}'])
def test_a_damaged_marker_is_said(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / MARKER).write_bytes(damage)
    with pytest.raises(Unusable, match="is damaged: delete the folder"):
        read_marker(tmp_path)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unusable, match="cannot be read"):
        read_marker(tmp_path / "file")
