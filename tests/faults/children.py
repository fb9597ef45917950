"""The nursery and its children as a test sees them: started, told, asked, waited for, killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
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
        reader, writer = await asyncio.open_unix_connection(self.path)
        writer.write(json.dumps({"role": role, **asked}).encode() + b"\n")
        return Child(reader, writer)


class Child:
    """A process of ours: what it says, and how it ended."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.dead: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.pid = 0
        self._tasks = Tasks()
        self._tasks.spawn(self._listen(), name="child")

    async def _listen(self) -> None:
        try:
            while text := await self._reader.readline():
                told = json.loads(text)
                if "exit" in told:
                    self.end(told["exit"])
                else:
                    self._said.put_nowait(told)
        except OSError:
            pass
        finally:
            self._writer.close()
        self.end(GONE)

    async def close(self) -> None:
        """Listen to it no more."""
        await self._tasks.close()
        self._writer.close()

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
        self._writer.write(json.dumps(order).encode() + b"\n")
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
        self._lines: list[asyncio.StreamWriter] = []
        self._tasks = Tasks()

    async def open(self) -> "Engines":
        """Listen."""
        self._server = await asyncio.start_unix_server(self._met, self.path)
        return self

    async def close(self) -> None:
        """Listen no more, to none of them."""
        self._server.close()
        await self._tasks.close()
        for child in self._known.values():
            await child.close()
        for writer in self._lines:
            writer.close()

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.append(writer)
        self._tasks.spawn(self._meet(reader, writer), name="meet")

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            told = json.loads(await reader.readline() or b"{}")
        except OSError:
            told = {}
        if told and "exit" not in told:
            order, self.order = self.order, ""
            armed = {"arm": order, "clock_s": self.clock_s}
            writer.write(json.dumps(armed).encode() + b"\n")
            child = EngineChild(reader, writer)
            child.pid = told["pid"]
            self._known[told["mark"]] = self.now = child
        else:
            if told:
                known = self._known.get(told["mark"])
                self.ended[told["mark"]] = told["exit"]
                if known is not None:
                    known.end(told["exit"])
            writer.close()
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
            while text := await self._reader.readline():
                self._said.put_nowait(json.loads(text))
        except OSError:
            pass
        finally:
            self._writer.close()
