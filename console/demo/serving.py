"""The sandbox's server: one that runs already, or a process of our own that ends with us."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from console.kernel.errors import ParleyError, Unusable
from console.server import lock
from console.server.config import DEFAULT_HOST, ServerConfig

READY = "Parley server ready at "
START_S = 60.0
ANNOUNCE_S = 10.0
STOP_S = 15.0
_PAUSE_S = 0.1


@dataclass(frozen=True)
class Served:
    """Where the sandbox is served; `ours` when it ends with us."""

    url: str
    certificate: str | None = None
    ours: bool = True


@contextmanager
def served(data: Path, port: int, meanwhile: Callable[[], None] = lambda: None) -> Iterator[Served]:
    """The server on a data folder, started unless somebody serves it already.

    While it starts, `meanwhile` is run. Raises Unusable when it does not start.
    """
    running = _running(data)
    if running is not None:
        yield Served(running.url, running.cert, ours=False)
        return
    process = _start(data, usable_port(port))
    try:
        meanwhile()
        yield Served(_wait_ready(process, data))
    finally:
        _end(process)


def usable_port(port: int) -> int:
    """The port if nobody listens on it; else 0 (any free one), said on stderr."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((DEFAULT_HOST, port))
        except OSError:
            sys.stderr.write(f"Port {port} is busy: the sandbox takes another one.\n")
            return 0
    return port


def _running(data: Path) -> lock.Running | None:
    """The server that holds the folder; one that is just starting is waited for."""
    deadline = time.monotonic() + ANNOUNCE_S
    while lock.is_held(data):
        if (running := lock.running_on(data)) is not None:
            return running
        if time.monotonic() > deadline:
            text = f"Another Parley command is at work on {data}: try again when it has ended."
            raise Unusable("folder_in_use", text)
        time.sleep(_PAUSE_S)
    return None


def _start(data: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - this very program, with a path and a number
        [sys.executable, "-m", __name__, str(data), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def main(data: Path, port: int) -> int:
    """The server's own process: ends when whoever started it does, even if that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until it serves, Ctrl+C is for who started it
    threading.Thread(target=_end_with_starter, name="starter", daemon=True).start()
    from console.server.serve import serve  # costs a second that the starter need not spend

    try:
        serve(ServerConfig(data, port=port))
    except ParleyError as error:
        sys.stderr.write(f"parley: {error}\n")
        return 1
    return 0


def _end_with_starter() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _wait_ready(process: subprocess.Popen[str], data: Path) -> str:
    """The address, once the server accepts. What went wrong else, it says itself on stderr."""
    assert process.stdout is not None, "it was asked for"
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(
        target=_read_all, args=(process.stdout, lines), name="server-output", daemon=True
    ).start()
    deadline = time.monotonic() + START_S
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            break
        if line.startswith(READY):
            return line[len(READY) :].strip()
        if not line:
            break
    raise Unusable("server", f"The sandbox's server did not start: see {data / 'logs'}.")


def _read_all(output: IO[str], lines: queue.SimpleQueue[str]) -> None:
    """Read to the end, so that the server never waits for a reader; an empty line ends it."""
    with output:
        for line in output:
            lines.put(line)
    lines.put("")


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None, "it was asked for"
    process.stdin.close()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
