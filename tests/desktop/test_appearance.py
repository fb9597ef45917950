"""Looks as they are set: the theme, rows, motion, and a size that the next start shows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.desktop.appearance import SCALE_VARIABLE, SHOWN_VARIABLE, Appearance, scale_up
from console.desktop.preferences import DENSITY, MOTION, SCALE
from console.desktop.settings import Settings
from console.ui.theme import DENSITIES, Theme, sizes
from tests.parts.process import ROOT


def test_what_is_set_is_shown_when_it_begins_and_when_it_changes(
    theme: Theme, tmp_path: Path
) -> None:
    settings = Settings(tmp_path)
    settings.theme = "contrast"
    DENSITY.keep(settings, "compact")
    appearance = Appearance(settings, theme)
    appearance.apply()
    assert (theme.tokens.name, theme.density) == ("contrast", "compact")
    settings.theme = "dark"
    MOTION.keep(settings, "still")
    assert theme.tokens.name == "dark"
    assert theme.still
    assert QApplication.cursorFlashTime() == 0
    MOTION.keep(settings, "system")
    assert not theme.still


def test_compact_rows_are_less_tall_and_both_have_the_same_names() -> None:
    comfortable, compact = (sizes(density) for density in DENSITIES)
    assert comfortable.keys() == compact.keys()
    assert all(compact[name] < comfortable[name] for name in compact)


@pytest.mark.parametrize(
    ("share", "system", "shown"), [("100", "", ""), ("150", "", "1.5"), ("200", "1.25", "2.5")]
)
def test_the_size_comes_on_top_of_the_systems(
    share: str, system: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SHOWN_VARIABLE, "")
    monkeypatch.setenv(SCALE_VARIABLE, system)
    settings = Settings(tmp_path)
    SCALE.keep(settings, share)
    before = scale_up(settings)
    assert before == {SCALE_VARIABLE: system, SHOWN_VARIABLE: ""}
    assert os.environ[SCALE_VARIABLE] == (shown or system)
    assert os.environ[SHOWN_VARIABLE] == share


def test_a_size_that_is_not_shown_yet_is_told(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SHOWN_VARIABLE, "100")
    settings = Settings(tmp_path)
    appearance = Appearance(settings, theme)
    assert not appearance.scale_waits
    SCALE.keep(settings, "150")
    assert appearance.scale_waits


def test_the_program_starts_as_large_as_is_set(tmp_path: Path) -> None:
    profile, picture = tmp_path / "profile", tmp_path / "page.png"
    profile.mkdir()
    SCALE.keep(Settings(profile), "200")
    command = [sys.executable, "-m", "console", "--profile", str(profile)]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(
        [*command, "--screenshot", str(picture)], cwd=ROOT, env=env, timeout=60, check=True
    )
    found = picture.read_bytes()
    wide = int.from_bytes(found[16:20], "big")
    assert wide >= 2 * 738, "the picture has the pixels of a window twice as large"
