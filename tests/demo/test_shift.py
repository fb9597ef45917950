"""The whole thing as somebody without a screen runs it, twice over the same data."""

import signal
import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from console.demo.shift import STEPS, SUMMARY, Seen, told
from tests.cli.parley import Parley, Told, ended

NAMES = [step.__name__.replace("_", " ") for step in STEPS]


@pytest.fixture
def parley(tmp_path: Path) -> Parley:
    home = tmp_path / "home"
    home.mkdir()
    return Parley(home)


def check(data: Path, run: Told) -> str:
    """A shift that held; its summary."""
    assert run.code == 0, run
    assert run.err == ""
    pictures = sorted((data / "pictures").glob("*.png"))
    assert len(pictures) >= len(STEPS)
    assert [path.name[:2] for path in pictures] == [f"{n:02}" for n in range(1, len(pictures) + 1)]
    for path in pictures:
        image = QImage(str(path))
        assert image.width() > 1000
        assert len({image.pixel(x, 300) for x in range(0, image.width(), 3)}) > 1, path
    summary = (data / "pictures" / SUMMARY).read_text(encoding="utf-8")
    assert run.out.endswith(summary)
    assert str(data / "pictures") in run.out.splitlines()[0]
    lines = summary.splitlines()
    for line, name in zip(lines, NAMES, strict=False):
        assert name in line
    assert lines[len(STEPS)].startswith(f"All {len(STEPS)} steps held in ")
    return summary


def test_the_shift_holds_on_fresh_and_on_used_data(copy: Path, parley: Parley) -> None:
    words = ("demo", "--headless", "--data", copy, "--port", "0")
    first = check(copy, parley(*words))
    assert "“Parcel never arrived, tracking stuck since Friday”" in first
    second = check(copy, parley(*words))
    assert "“Parcel never arrived, tracking stuck since Friday”" not in second
    assert not (copy / "profile").exists(), "the console's own profile is not the shift's"


def test_told_to_end_it_ends_and_says_so(copy: Path, parley: Parley) -> None:
    with parley.beside("demo", "--headless", "--data", copy, "--port", "0") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Playing a shift")
        process.send_signal(signal.SIGTERM)
        how = ended(process)
    assert how.code == 128 + signal.SIGTERM
    assert "Traceback" not in how.err
    assert not _alive(copy)


def _alive(data: Path) -> str:
    """The processes that still work on a folder."""
    found = subprocess.run(
        ["pgrep", "-af", str(data)], capture_output=True, text=True, check=False
    ).stdout
    return "\n".join(line for line in found.splitlines() if "pgrep" not in line)


def test_the_summary_tells_where_it_failed() -> None:
    seen = [Seen("sign in", "The page is there.", 0.1), Seen("arrive", "Nobody came.", 20, False)]
    lines = told(seen, Path("pictures")).splitlines()
    assert lines[1].endswith("FAILED: Nobody came.")
    assert lines[2:] == ["The shift failed at the step “arrive”.", "Pictures: pictures"]
    assert "ended before the step “arrive”" in told(seen[:1], Path("pictures"))
