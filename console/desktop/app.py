"""The desktop program: from command line to first paint to engine, and back out again.

The order matters: the window is painted from the cache before anything is imported that it does
not need (the loop, the engine with network and database), as those cost more than Qt itself.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.desktop.guard import guard_qt

if TYPE_CHECKING:
    from console.desktop.desk import Desk


@dataclass(frozen=True)
class DesktopOptions:
    """What the desktop was asked for.

    `screenshot` names a file to write once the first page is usable, after which it exits;
    `sign_in` are an address and password to use without asking, for the sandbox.
    """

    server: str | None
    profile: Path
    screenshot: Path | None = None
    sign_in: tuple[str, str] | None = None


def run(options: DesktopOptions) -> int:
    """Run until the window is closed; the exit code. Raises Unusable when it cannot start."""
    guard_qt()
    os.environ.setdefault("QT_API", "pyside6")
    if sys.platform.startswith("linux") and not _has_screen():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from console.desktop.desk import open_desk

    with open_desk(options) as desk:
        return _live(desk)


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _live(desk: "Desk") -> int:
    """Run the loop until the desk is done."""
    import asyncio

    from qasync import QEventLoop

    loop = QEventLoop(desk.app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(desk.live())
    return 0
