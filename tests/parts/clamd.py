"""ClamAV's daemon as a test's own: it knows one virus, which is a sentence."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.parts.ports import free_port

PROGRAM = "clamd"
PACKAGE = "clamav-daemon"
"""Debian's package of it."""
VIRUS = b"this sentence is the virus that the scanner of the tests knows"
NAME = "Parley.Test.UNOFFICIAL"
LARGEST = 1024 * 1024
"""It looks at nothing larger."""
PATIENCE_S = 30


def missing() -> list[str]:
    """Debian's packages that are needed and not installed."""
    return [] if _found() else [PACKAGE]


def _found() -> str | None:
    return shutil.which(PROGRAM) or shutil.which(PROGRAM, path="/usr/sbin")


class Scanner:
    """A daemon that listens at `url`, once started, and at the socket `file`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"clamd://127.0.0.1:{self.port}"
        self.file = folder / "clamd.ctl"
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        database = folder / "signatures"
        database.mkdir()
        (database / "test.ndb").write_text(f"Parley.Test:0:*:{VIRUS.hex()}\n")
        words = [
            "Foreground yes", f"DatabaseDirectory {database}", f"LocalSocket {self.file}",
            "TCPAddr 127.0.0.1", f"TCPSocket {self.port}", f"StreamMaxLength {LARGEST}",
        ]  # fmt: skip
        if os.geteuid() == 0:
            words.append("User root")
        self._config = folder / "clamd.conf"
        self._config.write_text("\n".join(words) + "\n")

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [_found() or PROGRAM, "--config-file", str(self._config)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if "Self checking" in line:
                return
        raise AssertionError("".join(said))

    def stop(self) -> None:
        """End it, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=PATIENCE_S)
            self._process = None
