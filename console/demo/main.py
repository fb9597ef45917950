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

from console.demo.actors import Actors
from console.demo.content import Library, load
from console.demo.fill import fill
from console.demo.marker import Marker, is_filled
from console.demo.progress import Bar
from console.demo.serving import Served, served

AGENT = "ana"
"""Whom the console signs in as."""
QUIET_S = 4.0
"""How long the people outside leave a starting console in peace."""


def run(data: Path | None, port: int, headless: bool) -> int:
    """Run the sandbox until its console is closed; the exit code. Raises Unusable."""
    folder = (data or user_data_path("parley", appauthor=False) / "sandbox").absolute()
    if not (folder.exists() and is_filled(folder)):
        sys.stderr.write(f"Making a sandbox in {folder}, this once.\n")
    marker = fill(folder, Bar())
    library = load()
    with _ending_on_sigterm(), served(folder, port) as server, _alive(library, marker, server):
        return _console(library, marker, server, folder, headless=headless)


def _console(
    library: Library, marker: Marker, server: Served, folder: Path, *, headless: bool
) -> int:
    """The console in this process, or the shift played off screen."""
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Qt is loaded when the sandbox stands; servers without a desktop can import this module.
    from console.desktop.app import DesktopOptions
    from console.desktop.app import run as run_console

    options = DesktopOptions(
        server=server.url,
        profile=folder / ("shift" if headless else "profile"),
        sign_in=(library.staff(AGENT).email, marker.passwords[AGENT]),
        screenshot=None,
    )
    if headless:
        from console.demo.shift import play

        return play(options, folder / "pictures")
    return run_console(options)


@contextmanager
def _alive(library: Library, marker: Marker, server: Served) -> Iterator[None]:
    """People outside act; who joins a sandbox that is served already leaves that to its owner."""
    if not server.ours:
        yield
        return
    actors = Actors(library, marker, server.url, certificate=server.certificate, quiet_s=QUIET_S)
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
