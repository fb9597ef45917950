"""The Qt binding that crashes is refused before it is imported; the others may not read our source."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

import pytest

from console.desktop.guard import guard_qt, qt_version
from console.kernel.errors import Unusable


def test_the_broken_pair_is_refused_in_one_sentence() -> None:
    with pytest.raises(
        Unusable, match=r"6\.12\.0 crashes under Python before 3\.12: install"
    ) as caught:
        guard_qt("6.12.0", (3, 11))
    assert caught.value.code == "qt_broken"


@pytest.mark.parametrize(
    ("found", "python"),
    [("6.12.0", (3, 12)), ("6.12.0", (3, 14)), ("6.11.3", (3, 11)), ("6.12.1", (3, 11))],
)
def test_every_other_pair_is_fine(found: str, python: tuple[int, int]) -> None:
    assert guard_qt(found, python) == found


def test_what_is_installed_here() -> None:
    try:
        installed = version("PySide6-Essentials")
    except PackageNotFoundError:
        assert qt_version() is None
        with pytest.raises(Unusable, match="install parley-console"):
            guard_qt()
    else:
        assert guard_qt() == qt_version() == installed


PROGRAM = """
import linecache, sys
from PySide6 import QtCore
from console.desktop.guard import unhook_imports
{unhook}
import fractions
print(sum(name.endswith("fractions.py") for name in linecache.cache))
"""


@pytest.mark.parametrize(("unhook", "read"), [("unhook_imports()", "0"), ("", "1")])
def test_nobody_reads_the_source_of_what_is_imported(unhook: str, read: str) -> None:
    command = [sys.executable, "-c", PROGRAM.format(unhook=unhook)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.strip() == read, "without the call all is read: see if PySide has given it up"
