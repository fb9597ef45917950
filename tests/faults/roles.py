"""What the nursery's children are: a server, an engine, a console without its window."""

import asyncio
import contextlib
import json
import logging
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.kernel import crash
from tests.faults.belief import believe


def preload() -> None:
    """Import what children need, so that a fork has it."""
    import alembic.command
    import uvicorn.protocols.http.httptools_impl
    import uvicorn.protocols.websockets.websockets_sansio_impl
    import uvloop

    import console.desktop.engine
    import console.server.serve
    import tests.faults.seat

    assert all((alembic, console, tests, uvicorn, uvloop))


class Line:
    """The child's end of its line: says things, and hears orders on a thread of its own."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._lines = line.makefile("r")

    def say(self, **told: Any) -> None:
        """One line to whoever watches us."""
        with contextlib.suppress(OSError):  # nobody may watch any more
            self._line.sendall(json.dumps(told).encode() + b"\n")

    def hear(self) -> dict[str, Any] | None:
        """The next order; None when nobody is there any more."""
        try:
            text = self._lines.readline()
        except OSError:
            return None
        return json.loads(text) if text else None

    def obey(self) -> None:
        """Arm crash points as told, beside whatever else the process does."""

        def listen() -> None:
            while (order := self.hear()) is not None:
                crash.arm(order["arm"])
                self.say(armed=order["arm"])

        threading.Thread(target=listen, name="line", daemon=True).start()


def server(line: socket.socket, *, data: str, database: str, port: int, arm: str = "") -> int:
    """`parley serve`, armed from its first moment on."""
    from console.server.config import ServerConfig
    from console.server.serve import serve

    mine = Line(line)
    mine.obey()
    crash.arm(arm)
    config = ServerConfig(Path(data), port=port, database_url=database)
    serve(config, ready=lambda url: mine.say(ready=url, pid=os.getpid()))
    return 0


def engine(line: socket.socket, *, control: str, mark: int) -> int:
    """A console's engine. It begins only after somebody at `control` said how it is armed."""
    from console.desktop.engine import main

    watched = socket.socket(socket.AF_UNIX)
    watched.connect(control)
    mine = Line(watched)
    mine.say(mark=mark, pid=os.getpid())
    order = mine.hear()
    if order is None:
        return 1
    crash.arm(order["arm"])
    if order["clock_s"]:
        believe(order["clock_s"])
    mine.obey()
    del line  # the trampoline hears of our end from the nursery
    return main()


def console(line: socket.socket, **asked: Any) -> int:
    """A console process: outbox, drafts, bridge and everything else but Qt."""
    from tests.faults.seat import run_seat

    logging.basicConfig(level=logging.ERROR)  # to the nursery's stderr
    crash.arm(asked.pop("arm", ""))
    if off := asked.pop("clock_s", 0.0):
        believe(off)
    asyncio.run(run_seat(line, **asked))
    return 0


RUN: dict[str, Callable[..., int]] = {"server": server, "engine": engine, "console": console}
