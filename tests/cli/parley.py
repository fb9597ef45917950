"""The real command in a process of its own, with a home of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from console.cli import main

DEADLINE_S = 100
PASSWORD = "correct horse battery"


class Told(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class Parley:
    """Runs `parley …` for a user whose home is `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "PARLEY_"))},
            "HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def __call__(self, *words: str | Path, stdin: str = "", **more: str) -> Told:
        """Run to the end; `more` goes into the environment."""
        ended = subprocess.run(
            self.command(*words),
            input=stdin,
            env={**self.environment, **more},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        return Told(ended.returncode, ended.stdout, ended.stderr)

    def command(self, *words: str | Path) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "console", *map(str, words)]

    @contextmanager
    def beside(self, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
        """Run beside the test; killed if it is still there at the end."""
        with subprocess.Popen(
            self.command(*words),
            env=self.environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def serving(self, *words: str | Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        """A server on a free port: its address and process."""
        with self.beside("serve", "--port", "0", *words) as process:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("Parley server ready at "), said + process.communicate()[1]
            yield said.split()[-1], process


def ended(process: subprocess.Popen[str]) -> Told:
    """How a command that was started ends."""
    out, err = process.communicate(timeout=DEADLINE_S)
    return Told(process.returncode, out, err)


def taken_port() -> socket.socket:
    """A socket that listens somewhere on this machine."""
    return socket.create_server(("127.0.0.1", 0))


def said_here(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Told:
    """The same without a process: for what is refused before anything lasting happens."""
    code = main([str(word) for word in words])
    return Told(code, *capsys.readouterr())


def assert_one_sentence(told: Told, words: str, code: int = 1) -> None:
    """Failed with this code, and said one plain sentence about it."""
    assert told.code == code, told
    assert told.out == ""
    assert words in told.err
    assert told.err.count("\n") == 1, told.err
    assert told.err.startswith("parley")
    assert "Traceback" not in told.err
