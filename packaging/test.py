"""Check Parley: `python3 packaging/test.py`. Style, every test, types beside; words go to pytest.

Tests run in several processes, which crash and hang alone; `-n 0` runs them in one, for a debugger.
Needs python3 and pip; makes its environment in `.venv`. Ends non-zero when anything failed.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

if sys.version_info < (3, 11):  # noqa: UP036 - this is what tells whoever has an older one
    sys.exit("parley: Parley needs Python 3.11 or newer: run this with one, such as python3.11.")

import environment
import leftovers

STYLE = (("ruff", "check"), ("ruff", "format", "--check"))
TYPES = "mypy"
"""Keeps one core busy for as long as a worker needs to find its tests: it runs beside them."""
MORE_WORKERS = 2
"""Tests wait a third of their time: with one more than cores, a fifth of what two cores can do was idle."""
MOST_WORKERS = 4
"""Each has servers and databases of its own."""
MOST_CRASHES = 4
TESTS_MINUTES = 60
"""What the tests may take on a slow and busy machine: far more than they do."""
LAST_WORDS_S = 60
"""How long pytest may take to say what it knows when its time is over."""


def main(words: list[str]) -> int:
    """Prepare, run all checks whatever the others say, pytest last; returns the exit code."""
    # A shell has what it starts in the background ignore Ctrl+C, and so would all that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    environment.ensure_system(
        needed=environment.OFF_SCREEN,
        wanted=(
            *environment.ON_SCREEN,
            *environment.FONTS,
            *environment.SPELLING,
            *environment.TESTING,
        ),
    )
    environment.ensure_environment("dev")
    failed = [" ".join(check) for check in STYLE if not _run(*check)]
    leftovers.adopt()
    try:
        with _beside(TYPES) as typed:
            tested = _run("pytest", *parallel(), *words, minutes=TESTS_MINUTES)
            if not typed():
                failed.append(TYPES)
    finally:
        left = leftovers.end()
    for check in failed:
        environment.say(f"Failed: {check} (above).")
    if left:
        environment.say(f"Left running by the tests, ended now: {', '.join(left)}.")
    return 0 if tested and not failed else 1


def parallel() -> list[str]:
    """What tells pytest how many processes to use: some more than there are cores, within limits.

    Each begins with its share of the tests in their order, so that what neighbours share is made
    once, and then helps the others out. The slowest tests are named at the end.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    workers = min(cores + MORE_WORKERS, MOST_WORKERS)
    return [
        f"--numprocesses={workers}", "--dist=worksteal", f"--max-worker-restart={MOST_CRASHES}",
        "--durations=10",
    ]  # fmt: skip


@contextmanager
def _beside(tool: str) -> Iterator[Callable[[], bool]]:
    """Start a tool; what is given waits for it, says what it said, and tells whether all was well."""
    with tempfile.TemporaryFile() as said, _started(tool, stdout=said) as process:

        def ended() -> bool:
            passed = process.wait() == 0
            said.seek(0)
            environment.say(f"$ {tool}\n{said.read().decode(errors='replace').rstrip()}")
            return passed

        yield ended


def _started(tool: str, *words: str, stdout: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    command = [str(environment.venv_python()), "-m", tool, *words]
    # Hundreds of processes start in the tests: none compiles again what another has.
    settings = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    errors = None if stdout is None else subprocess.STDOUT
    return subprocess.Popen(
        command, cwd=environment.ROOT, env=settings, stdout=stdout, stderr=errors
    )


def _run(tool: str, *words: str, minutes: int | None = None) -> bool:
    environment.say(f"$ {' '.join([tool, *words])}")
    limit_s = None if minutes is None else 60 * minutes
    with _started(tool, *words) as process:
        try:
            return process.wait(limit_s) == 0
        except subprocess.TimeoutExpired:
            environment.say(f"Failed: {tool} took longer than {minutes} minutes and is ended.")
            process.send_signal(signal.SIGINT)
            return _stopped(process)


def _stopped(process: subprocess.Popen[bytes]) -> bool:
    """Wait for a process that was told to stop, then end it; never a success."""
    try:
        process.wait(LAST_WORDS_S)
    except subprocess.TimeoutExpired:
        process.kill()
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
