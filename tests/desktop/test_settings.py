"""What a profile keeps of this computer: choices and how windows stand, damaged files included."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from console.desktop.settings import FILE, LAYOUT, Settings


def test_choices_are_on_the_disk_at_once_and_told_once(tmp_path: Path) -> None:
    settings, told = Settings(tmp_path), []
    settings.changed.connect(told.append)
    settings.keep_choice("density", "compact")
    settings.keep_choice("density", "compact")
    assert "density=compact" in (tmp_path / FILE).read_text()
    settings.drop("density")
    settings.drop("density")
    assert told == ["density", "density"]
    assert Settings(tmp_path).choice("density", "none") == "none"


def test_each_window_has_a_place_of_its_own(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    second = settings.of_window("2")
    settings.keep_text("ticket", "first")
    second.keep_text("ticket", "second")
    second.keep_bytes("split", QByteArray(b"\x00\xffstate"))
    second.sync()
    again = Settings(tmp_path)
    assert again.text("ticket") == "first"
    assert again.of_window("2").text("ticket") == "second"
    assert again.of_window("2").bytes("split") == QByteArray(b"\x00\xffstate")
    again.of_window("2").forget_window()
    assert Settings(tmp_path).of_window("2").text("ticket", "none") == "none"
    assert Settings(tmp_path).text("ticket") == "first"


@pytest.mark.parametrize("told", ["", "{", "[]", '{"geometry": 5}', "\x00"])
def test_a_damaged_layout_is_none(told: str, tmp_path: Path) -> None:
    (tmp_path / LAYOUT).write_text(told)
    settings = Settings(tmp_path)
    assert settings.text("ticket", "none") == "none"
    settings.keep_text("ticket", "one")
    settings.sync()
    assert Settings(tmp_path).text("ticket") == "one"


def test_a_folder_that_cannot_be_written_loses_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(tmp_path / "gone")
    settings.keep_text("ticket", "one")
    settings.sync()
    assert settings.text("ticket") == "one"
    assert "layout_not_kept" in caplog.text
