"""A real NATS server of one test, on a port of its own, killed and started again at will."""

import shutil
import socket
import subprocess

from tests.parts.ports import free_port

PROGRAM = "nats-server"
PACKAGE = "nats-server"
"""Debian's package of it."""


def missing() -> list[str]:
    """Debian's packages that are needed and not installed."""
    return [] if _found() else [PACKAGE]


def _found() -> str | None:
    return shutil.which(PROGRAM) or shutil.which(PROGRAM, path="/usr/sbin")


class Nats:
    """A server that listens at `url`, or will again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"nats://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it accepts."""
        command = [_found() or PROGRAM, "--addr", "127.0.0.1", "--port", str(self.port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert process.stderr is not None
        for line in process.stderr:
            if b"Server is ready" in line:
                break
        else:
            raise AssertionError("nats-server does not start")
        self._process = process

    def kill(self) -> None:
        """End it with kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def stranger() -> socket.socket:
    """A listener that is no NATS: it takes connections and never says a word."""
    return socket.create_server(("127.0.0.1", 0))
