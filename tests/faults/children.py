"""The nursery and its children as a test sees them: started, told, asked, waited for, killed."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from console.kernel.tasks import Tasks
from tests.parts.until import until

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 20.0
GONE = -1000
"""The exit code of a child whose line ended without one."""


class Died(Exception):
    """The child is dead and will not answer."""


class Nursery:
    """The forking process, while the block lasts. What its children print is in `stderr`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = str(folder / "n")
        self.stderr = folder / "stderr"

    def __enter__(self) -> Self:
        with self.stderr.open("wb") as told:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("nursery.py")), self.path],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told,
            )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line == b"nursery ready\n", self.stderr.read_text()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=PATIENCE_S)

    async def bear(self, role: str, **asked: Any) -> "Child":
        """A child in this role; see `roles` for what each takes."""
        line = Line(socket.socket(socket.AF_UNIX))
        await line.connect(self.path)
        line.say({"role": role, **asked})
        return Child(line)


class Line:
    """A connection of JSON lines.

    What came before the other end closed is read to its last word, also when something was written
    after that: a stream of asyncio's drops it then.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._begun = b""

    async def connect(self, path: str) -> None:
        """Raises OSError."""
        await asyncio.get_running_loop().sock_connect(self._socket, path)

    def say(self, told: dict[str, Any]) -> None:
        """A line that fits the socket's buffer. Raises OSError."""
        data = json.dumps(told).encode() + b"\n"
        assert self._socket.send(data) == len(data), "an order is short"

    async def hear(self) -> dict[str, Any] | None:
        """The next line; None when there is none any more."""
        loop = asyncio.get_running_loop()
        while b"\n" not in self._begun:
            try:
                more = await loop.sock_recv(self._socket, 65_536)
            except OSError:
                more = b""
            if not more:
                return None
            self._begun += more
        line, _, self._begun = self._begun.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        """Say and hear no more."""
        self._socket.close()


class Child:
    """A process of ours: what it says, and how it ended."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.dead: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.pid = 0
        self._tasks = Tasks()
        self._tasks.spawn(self._listen(), name="child")

    async def _listen(self) -> None:
        try:
            while (told := await self._line.hear()) is not None:
                if "exit" in told:
                    self.end(told["exit"])
                else:
                    self._said.put_nowait(told)
        finally:
            self._line.close()
        self.end(GONE)

    async def close(self) -> None:
        """Listen to it no more."""
        await self._tasks.close()
        self._line.close()

    def end(self, code: int) -> None:
        """It is dead; a later word on how changes nothing."""
        if not self.dead.done():
            self.dead.set_result(code)

    @property
    def alive(self) -> bool:
        """Whether it lives, as far as we heard."""
        return not self.dead.done()

    async def hear(self) -> dict[str, Any]:
        """The next thing it says. Raises Died."""
        saying = asyncio.ensure_future(self._said.get())
        done, _ = await asyncio.wait(
            {saying, self.dead}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED
        )
        if saying in done:
            return saying.result()
        saying.cancel()
        if not done:
            raise TimeoutError("a child says nothing")
        raise Died

    async def ask(self, **order: Any) -> Any:
        """What it answers to an order. Raises Died."""
        if not self.alive:
            raise Died
        try:
            self._line.say(order)
        except OSError as error:
            raise Died from error
        (answer,) = (await self.hear()).values()
        return answer

    async def ended(self) -> int:
        """Its exit code, once it is dead. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.shield(self.dead)

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal and wait for its end."""
        if self.alive:
            os.kill(self.pid, how)
        return await self.ended()


class Engines:
    """Every engine of a console asks here how it is armed, and how wrong its clock is.

    `now` is the newest one.
    """

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.order = ""
        self.clock_s = 0.0
        self.now: Child | None = None
        self.ended: dict[int, int] = {}
        self._changed = asyncio.Event()
        self._known: dict[int, Child] = {}
        self._tasks = Tasks()

    async def open(self) -> "Engines":
        """Listen."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        self._listener.setblocking(False)
        self._tasks.spawn(self._accept(), name="engines")
        return self

    async def close(self) -> None:
        """Listen no more, to none of them."""
        await self._tasks.close()
        self._listener.close()
        for child in self._known.values():
            await child.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(self._listener)
            self._tasks.spawn(self._meet(Line(connection)), name="meet")

    async def _meet(self, line: Line) -> None:
        kept = False
        try:
            told = await line.hear()
            if told is not None and "exit" in told:
                known = self._known.get(told["mark"])
                self.ended[told["mark"]] = told["exit"]
                if known is not None:
                    known.end(told["exit"])
            elif told is not None:
                order, self.order = self.order, ""
                with suppress(OSError):  # it has died since: its trampoline tells how
                    line.say({"arm": order, "clock_s": self.clock_s})
                child, kept = EngineChild(line), True
                child.pid = told["pid"]
                self._known[told["mark"]] = self.now = child
        finally:
            if not kept:
                line.close()
        self._changed.set()

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait until something holds, looking at every start and end."""
        await until(holds, news=self._changed)

    async def another(self, than: Child | None) -> Child:
        """The engine that runs, once it is another than this one."""
        await self.until(lambda: self.now is not None and self.now is not than)
        assert self.now is not None
        return self.now


class EngineChild(Child):
    """An engine: the nursery tells its end to the trampoline, which tells us."""

    async def _listen(self) -> None:
        try:
            while (told := await self._line.hear()) is not None:
                self._said.put_nowait(told)
        finally:
            self._line.close()
