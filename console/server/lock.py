"""One process at a time on a data folder, and how its own machine finds the one that runs."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from msgspec import Struct
from msgspec import json as msgjson
from platformdirs import user_state_path

from console.kernel.crash import crash_here
from console.kernel.errors import Unusable

CONTROL_BYTES = 32
SCRAPE_FILE = "metrics.token"


class Running(Struct, frozen=True):
    """What a running server leaves in its data folder for the tools of its own machine.

    `token` lets them act as the operator; the file is readable by its owner only.
    """

    url: str
    pid: int
    token: str
    cert: str | None = None


def new_control_token() -> str:
    """A token for one run of one server."""
    return secrets.token_urlsafe(CONTROL_BYTES)


def scrape_token(data: Path) -> str:
    """The token that lets a scraper read the metrics; kept in the data folder, for its owner only.

    Unlike the control token it stays the same over restarts. Delete the file for a new one.
    """
    path = data / SCRAPE_FILE
    try:
        known = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        known = ""
    if not known:
        known = secrets.token_urlsafe(CONTROL_BYTES)
        _write_private(path, known.encode())
    return known


@contextmanager
def holding(data: Path) -> Iterator[None]:
    """Hold the data folder. Raises Unusable when another process does, and says how to reach it."""
    lock = FileLock(data / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        running = running_on(data)
        where = f" at {running.url}" if running else ""
        text = f"A Parley server already runs on {data}{where}: stop it first, or use its address."
        raise Unusable("folder_in_use", text) from error
    try:
        # Left by a server that was killed: it would send tools to an address nobody answers at.
        (data / "server.json").unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def is_held(data: Path) -> bool:
    """Whether some process holds the data folder now."""
    if not (data / "lock").exists():
        return False
    try:
        with FileLock(data / "lock", timeout=0):
            return False
    except Timeout:
        return True


def announce(data: Path, running: Running) -> None:
    """Write down, for its owner only, how to reach the server that runs on `data`."""
    crash_here("server.announce")
    _write_private(data / "server.json", msgjson.encode(running))
    crash_here("server.announced")
    _write_private(_pointer(running.url), json.dumps({"data": str(data.absolute())}).encode())


def withdraw(data: Path, running: Running) -> None:
    """Forget the server that ran on `data`."""
    crash_here("server.withdraw")
    (data / "server.json").unlink(missing_ok=True)
    crash_here("server.withdrawn")
    _pointer(running.url).unlink(missing_ok=True)


def running_on(data: Path) -> Running | None:
    """The server that says it runs on `data`, if any."""
    try:
        return msgjson.decode((data / "server.json").read_bytes(), type=Running)
    except (OSError, ValueError):
        return None


def running_at(url: str) -> Running | None:
    """The server of this machine and user that listens at `url`, if any."""
    try:
        data = Path(json.loads(_pointer(url).read_text())["data"])
    except (OSError, ValueError, KeyError):
        return None
    return running_on(data)


def _pointer(url: str) -> Path:
    port = url.rstrip("/").rpartition(":")[2]
    return user_state_path("parley", appauthor=False) / "servers" / f"{port}.json"


def _write_private(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
