"""`parley demo`: fill the sandbox if needed, serve it, keep it alive, show the console."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from platformdirs import user_data_path

from console.demo.content import load
from console.demo.marker import Marker, is_filled, read_marker
from console.demo.serving import Served, served

AGENT = "ana"
"""Whom the console signs in as."""
QUIET_S = 4.0
"""How long the people outside leave a starting console in peace."""


def run(data: Path | None, port: int, headless: bool) -> int:
    """Run the sandbox until its console is closed; the exit code. Raises Unusable."""
    folder = (data or user_data_path("parley", appauthor=False) / "sandbox").absolute()
    with _ending_on_sigterm():
        marker = (read_marker(folder) if is_filled(folder) else None) or _filled(folder)
        if headless:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        with served(folder, port, meanwhile=_load) as server, _alive(marker, server):
            return _console(marker, server, folder, headless=headless)


def _filled(folder: Path) -> Marker:
    from console.demo.fill import fill  # a second that later starts need not spend
    from console.demo.progress import Bar

    sys.stderr.write(f"Making a sandbox in {folder}, this once.\n")
    return fill(folder, Bar())


def _load() -> None:
    """Load what the console and the people outside need, while the server starts."""
    import console.demo.actors
    import console.desktop.desk  # noqa: F401


def _console(marker: Marker, server: Served, folder: Path, *, headless: bool) -> int:
    """The console in this process, or the shift played off screen."""
    # Only now: a server without a desktop imports this module too.
    from console.desktop.app import DesktopOptions
    from console.desktop.app import run as run_console

    options = DesktopOptions(
        server=server.url,
        profile=folder / ("shift" if headless else "profile"),
        sign_in=(load().staff(AGENT).email, marker.passwords[AGENT]),
    )
    if headless:
        from console.demo.shift import play

        return play(options, folder / "pictures")
    return run_console(options)


@contextmanager
def _alive(marker: Marker, server: Served) -> Iterator[None]:
    """People outside act; who joins a sandbox that is served already leaves that to its owner."""
    if not server.ours:
        yield
        return
    from console.demo.actors import Actors

    actors = Actors(load(), marker, server.url, certificate=server.certificate, quiet_s=QUIET_S)
    actors.start()
    try:
        yield
    finally:
        actors.stop()


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """SIGTERM ends us as Ctrl+C does, so that the server ends with us."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
