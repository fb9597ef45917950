"""The engine process: knows the record kinds, serves the console at the other end of its pipe."""

import asyncio
import gc
import os
import signal
import sys
from pathlib import Path

from console.catalog import catalog
from console.kernel.clock import SystemClock
from console.kernel.logs import log_to
from console.sync.client.outlet import run_engine

NICE = 5
"""Fetching leaves the processor to the window whenever that has something to do."""


def main(logs: Path | None = None) -> int:
    """Run until the console closes the pipe; Ctrl+C in their terminal is for the console.

    With a folder for logs, nothing but a crash of the interpreter itself is told on stderr.
    """
    if logs is not None:
        log_to(logs, "engine", stderr_level=None)
    if hasattr(os, "nice"):
        os.nice(NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever prints by accident must not end up between the frames.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gc.freeze()  # what is loaded stays: looking through it for garbage stands in the way of changes
    asyncio.run(run_engine(catalog(), SystemClock(), source, sink))
    return 0
