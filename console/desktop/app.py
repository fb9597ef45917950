"""The desktop program: from command line to first paint to engine, and back out again.

The order matters: the window is painted from the cache before anything is imported that it does
not need (the loop, the engine with network and database), as those cost more than Qt itself.
"""

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.desktop.garbage import EVERY_MS, Garbage
from console.desktop.guard import guard_qt, unhook_imports
from console.kernel.errors import Unusable
from console.kernel.logs import log_to

if TYPE_CHECKING:
    from console.desktop.desk import Desk


LOGS_FOLDER = "logs"

log = logging.getLogger(__name__)

Beside = Callable[["Desk"], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class DesktopOptions:
    """What the desktop was asked for.

    `screenshot` names a file to write once the first page is usable, after which it exits;
    `sign_in` are an address and password to use without asking, for the sandbox. `ticket` is the
    number of one to open; `again` the command line that starts this desktop anew, empty where
    nothing does.
    """

    server: str | None
    profile: Path
    screenshot: Path | None = None
    sign_in: tuple[str, str] | None = None
    ticket: int | None = None
    again: tuple[str, ...] = ()

    @property
    def logs(self) -> Path:
        """Where console and engine write their logs."""
        return self.profile / LOGS_FOLDER


def run(options: DesktopOptions, beside: Beside | None = None) -> int:
    """Run until the window is closed, `beside` along with it; the exit code.

    Raises Unusable when it cannot start.
    """
    guard_qt()
    garbage = Garbage()  # what a start makes stays: looking through it only takes time
    os.environ.setdefault("QT_API", "pyside6")
    if sys.platform.startswith("linux") and not _has_screen():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QProcess, QTimer, qInstallMessageHandler

    unhook_imports()
    from console.desktop.appearance import scale_up
    from console.desktop.desk import IN_USE, make_profile, open_desk
    from console.desktop.settings import Settings

    make_profile(options.profile)
    log_to(options.logs, "console", stderr_level=None)
    qInstallMessageHandler(_qt_said)
    before = scale_up(Settings(options.profile))
    try:
        with open_desk(options) as desk:
            gc.freeze()
            looking = QTimer(desk.app, interval=EVERY_MS)
            looking.timeout.connect(garbage.look)
            looking.start()
            code = _live(desk, beside)
    except Unusable as error:
        if error.code == IN_USE and _comes_up(options):
            return 0
        raise
    if desk.again:
        os.environ.update(before)
        QProcess.startDetached(options.again[0], list(options.again[1:]))
    return code


def _comes_up(options: DesktopOptions) -> bool:
    """Whether the Parley that has this profile came up, at the ticket that is asked for."""
    from console.desktop.doorbell import ring  # the network's part of Qt: only for this

    return options.screenshot is None and ring(options.profile, options.ticket)


def _qt_said(_kind: object, _where: object, text: str) -> None:
    """Qt's own remarks go to the log; none of them is for the person at the screen."""
    log.warning("qt_said", extra={"cause": text[:200]})


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _live(desk: "Desk", beside: Beside | None) -> int:
    """Run the loop until the desk is done. Raises Unusable when it ended with a problem.

    Ctrl+C and SIGTERM end it without a question: what is not sent is in the work file.
    """
    import asyncio

    from qasync import QEventLoop

    from console.kernel.tasks import Tasks

    loop = QEventLoop(desk.app)
    asyncio.set_event_loop(loop)
    codes = [0]

    def end(number: int) -> None:
        codes.append(128 + number)
        desk.end()

    async def both() -> None:
        tasks = Tasks()
        if beside is not None:
            tasks.spawn(beside(desk), name="beside")
        try:
            await desk.live()
        finally:
            await tasks.close()

    with loop:
        with suppress(NotImplementedError):  # Windows ends a program otherwise
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, end, number)
        loop.run_until_complete(both())
    if desk.problem:
        raise Unusable("desktop", desk.problem)
    return codes[-1]
