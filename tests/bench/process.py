"""A real server process over data that is there."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts.ports import free_port


@dataclass(frozen=True)
class Served:
    """Where it listens, and its process id."""

    url: str
    pid: int


@contextmanager
def served(data: Path, database_url: str | None = None, port: int = 0) -> Iterator[Served]:
    """`parley serve` until the block ends; on a free port unless one is given."""
    asked = ["serve", "--data", str(data), "--port", str(port or free_port())]
    if database_url is not None:
        asked += ["--database", database_url]
    process = subprocess.Popen(
        [sys.executable, "-m", "console", *asked], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None, "stdout is a pipe"
    try:
        line = process.stdout.readline()
        assert line.startswith("Parley server ready"), line
        yield Served(line.split()[-1], process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()
