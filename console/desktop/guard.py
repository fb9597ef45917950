"""The Qt binding: which one must not be used, found by its version, and what it does to imports."""

import builtins
import sys
from pathlib import Path

from console.kernel.errors import Unusable

PACKAGES = ("pyside6_essentials", "pyside6")
# It drops a reference to None on every void call, and before Python 3.12 None can run out of
# them: the process dies after some 5,000 calls (measured; see the limits page, section 0).
BROKEN = "6.12.0"
IMMORTAL_NONE = (3, 12)


def qt_version() -> str | None:
    """The version of the Qt binding, None when there is none.

    Read off the name of its metadata folder: `importlib.metadata` takes 20 to 35 ms to import,
    and this stands before the first paint.
    """
    for folder in map(Path, sys.path):
        for found in folder.glob("[Pp]y[Ss]ide6*.dist-info"):
            name, _, version = found.stem.rpartition("-")
            if name.lower() in PACKAGES:
                return version
    return None


def guard_qt(found: str | None = None, python: tuple[int, int] | None = None) -> str:
    """The version of the Qt binding; raises Unusable when it is missing or would crash.

    `found` and `python` stand in for what is installed here.
    """
    found = found or qt_version()
    if found is None:
        raise Unusable("qt_missing", "The console needs Qt: install parley-console[desktop].")
    if found == BROKEN and (python or sys.version_info[:2]) < IMMORTAL_NONE:
        raise Unusable(
            "qt_broken",
            f"PySide6 {BROKEN} crashes under Python before 3.12:"
            " install PySide6-Essentials 6.11.3, or use Python 3.12 or newer.",
        )
    return found


def unhook_imports() -> None:
    """Import as Python does again, once the binding is loaded.

    For its `__feature__`, which nothing here uses, it reads the source of every module that is
    imported after it and keeps the text: 17 MB and a fifth of a start (6.11.3, measured).
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
