"""What fails a test fails it in a worker too, and what hangs takes only itself away."""

import re
import subprocess
import sys
from pathlib import Path

from tests.parts.process import ROOT

TESTS = """
import ctypes, logging, warnings
import pytest
from PySide6.QtCore import qWarning

def test_says_an_error(): logging.getLogger("console.x").error("astray")
def test_warns(): warnings.warn("old")
def test_qt_warns(qapp): qWarning("odd")
@pytest.mark.skip("no such part")
def test_skips(): pass
def test_hangs(): ctypes.PyDLL(None).sleep(1000)  # the interpreter can do nothing meanwhile
"""
HANGS_AFTER_S = 3


def test_what_fails_says_so_and_a_hang_ends_alone(tmp_path: Path) -> None:
    file = tmp_path / "test_these.py"
    file.write_text(TESTS, "utf-8")
    command = [
        sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest",
        "-p", "no:cacheprovider", "-n1", "-o", f"faulthandler_timeout={HANGS_AFTER_S}", str(file),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    _, told, summary = done.stdout.partition("short test summary info")
    assert told, done.stdout + done.stderr
    assert re.findall(r"^(\w+) .*(::test_\w+|no such part)", summary, re.MULTILINE) == [
        ("SKIPPED", "no such part"),
        ("ERROR", "::test_says_an_error"),
        ("FAILED", "::test_warns"),
        ("FAILED", "::test_qt_warns"),
        ("FAILED", "::test_hangs"),
    ]
    assert "in test_hangs" in done.stderr, "where it hung is told"
