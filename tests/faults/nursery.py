"""A process that has everything imported and forks: a server or an engine starts in no time.

Every child has a line to whoever asked for it: JSON objects, one a line. The child speaks on it
while it lives; once it is dead the nursery says `{"exit": code}`, negative for a signal.
"""

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any

LONGEST_LINE = 1 << 16


def main(path: str) -> None:
    """Fork children for whoever connects to the socket at `path`, until our stdin is closed."""
    from tests.faults import roles  # imports what the children need; nothing is opened

    gc.collect()
    gc.freeze()
    roles.preload()
    Nursery(path, roles.RUN).run()


class Nursery:
    """The forking loop; has no threads and opens no database, so that children start clean."""

    def __init__(self, path: str, run: Any) -> None:
        self._run = run
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(64)
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)
        self._children: dict[int, socket.socket] = {}

    def run(self) -> None:
        """Serve until stdin is closed; children that still live end with us."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake)
        waiting = selectors.DefaultSelector()
        for what in (self._listener, self._woken, 0):
            waiting.register(what, selectors.EVENT_READ)
        sys.stdout.write("nursery ready\n")
        sys.stdout.flush()
        while True:
            ready = [key.fileobj for key, _ in waiting.select()]
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._bury()
            if self._listener in ready:
                self._bear()
            if 0 in ready:
                break
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)

    def _bear(self) -> None:
        line, _ = self._listener.accept()
        data, fds, _, _ = socket.recv_fds(line, LONGEST_LINE, 2)
        if not data:
            line.close()
            return
        asked = json.loads(data)
        pid = os.fork()
        if pid == 0:
            self._be_born(line, asked, fds)
        self._children[pid] = line
        for fd in fds:
            os.close(fd)

    def _be_born(self, line: socket.socket, asked: dict[str, Any], fds: list[int]) -> None:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._listener.close()
            for other in self._children.values():
                other.close()
            os.close(self._woken)
            os.close(self._wake)
            for place, fd in enumerate(fds):
                os.dup2(fd, place)
                os.close(fd)
            code = self._run[asked.pop("role")](line, **asked) or 0
        except BaseException:  # noqa: BLE001 - the child ends here, whatever it was
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _bury(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            line = self._children.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            with contextlib.suppress(OSError):  # nobody may want to know any more
                line.sendall(json.dumps({"exit": code}).encode() + b"\n")
            line.close()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(sys.argv[1])
