"""A message bus of a test's own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_bus() -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A bus while the block lasts: its process and its address."""
    command = ["dbus-daemon", "--session", "--print-address", "--nofork", "--nopidfile"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.terminate()
