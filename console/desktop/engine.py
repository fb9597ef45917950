"""The engine process: knows the record kinds, serves the console at the other end of its pipe."""

import asyncio
import os
import sys

from console.catalog import catalog
from console.kernel.clock import SystemClock
from console.sync.client.engine import run_engine


def main() -> int:
    """Run until the console closes the pipe."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever prints by accident must not end up between the frames.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asyncio.run(run_engine(catalog(), SystemClock(), source, sink))
    return 0
