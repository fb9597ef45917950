"""What a run leaves behind: servers and helpers that outlived whoever started them, ended by name.

A process that dies cannot end what it started. On Linux whoever calls `adopt()` gets all such
processes as children of its own, whatever became of those between; elsewhere nothing is done.
"""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PROC = Path("/proc")


def adopt() -> None:
    """From now on this process inherits what its descendants leave running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end() -> list[str]:
    """End every descendant there is with kill -9; their names, sorted.

    What ended by itself meanwhile is only tidied away.
    """
    ended: dict[int, str] = {}
    while found := _running():
        ended |= found
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in found:
            with contextlib.suppress(ChildProcessError):  # its parent is one of them: ours next
                os.waitpid(pid, 0)
    return sorted(ended.values())


def _running() -> dict[int, str]:
    """Every descendant of this process that has not ended, by pid; ended children are reaped."""
    if sys.platform != "linux":
        return {}
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    parents, names = {}, {}
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            head, _, rest = (folder / "stat").read_text().rpartition(")")
            state, parent = rest.split()[:2]
            if state != "Z":
                parents[int(folder.name)] = int(parent)
                names[int(folder.name)] = head.partition("(")[2]
    ours, found = {os.getpid()}, set[int]()
    while more := {pid for pid, parent in parents.items() if parent in ours} - found:
        found |= more
        ours |= more
    return {pid: names[pid] for pid in found}
