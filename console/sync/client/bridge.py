"""The console's side of the pipe: starts the engine, hears it, starts it again when it dies."""

import asyncio
import logging
from collections.abc import Sequence

import msgspec

from console.kernel.crash import crash_here
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks
from console.sync.client import pipe

RESTART_AFTER_S = 0.5
QUIT_DEADLINE_S = 3.0

log = logging.getLogger(__name__)


class Bridge:
    """The engine process as signals and one method. `said` carries every frame it sends.

    `started` tells each start, the first and those after a crash: the console then says Begin.
    Nothing is lost, as the work is in the files.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._tasks = Tasks()
        self._process: asyncio.subprocess.Process | None = None
        self._latest: asyncio.subprocess.Process | None = None
        self._unsent: list[bytes] = []
        self._closing = self._renewing = False
        self.said: Signal[pipe.FromEngine] = Signal()
        self.started: Signal[None] = Signal()

    def start(self) -> None:
        """Start the engine; needs the running loop."""
        self._tasks.spawn(self._keep_running(), name="engine")

    def send(self, frame: pipe.ToEngine) -> None:
        """Tell the engine something; dropped while it restarts, as Begin then tells it all.

        It goes out in the loop's next turn: waking another process takes longer than most of what
        a key press does, and is no part of it.
        """
        if self._process is None:
            return
        self._unsent.append(pipe.packed(frame))
        if len(self._unsent) == 1:
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        told, self._unsent = b"".join(self._unsent), []
        process = self._process
        if told and process is not None and process.stdin and not process.stdin.is_closing():
            process.stdin.write(told)
            crash_here("console.sent")

    async def renew(self) -> None:
        """End the engine, which forgets all it knows; another one is started in its place."""
        process = self._process
        if process is not None and process.stdin is not None:
            self._renewing = True
            self._flush()
            process.stdin.close()
            try:
                async with asyncio.timeout(QUIT_DEADLINE_S):
                    await process.wait()
            except TimeoutError:
                process.kill()

    async def close(self) -> None:
        """End the engine and wait until its files are closed."""
        self._closing = True
        process = self._process
        if process is not None and process.stdin is not None:
            self._flush()
            process.stdin.close()
            try:
                async with asyncio.timeout(QUIT_DEADLINE_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
        await self._tasks.close()
        if self._latest is not None:
            await self._latest.wait()  # one that was killed is gone a moment later

    async def _keep_running(self) -> None:
        while not self._closing:
            await self._run_once()
            renewing, self._renewing = self._renewing, False
            if not self._closing and not renewing:
                log.error("engine_died")
                await asyncio.sleep(RESTART_AFTER_S)

    async def _run_once(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._process = self._latest = process
        self._unsent = []
        self.started.emit(None)
        try:
            await self._listen(process)
        except asyncio.IncompleteReadError:
            await process.wait()
        finally:
            self._process = None
            if process.returncode is None:
                process.kill()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        stream = process.stdout
        assert stream is not None, "the engine's output is a pipe"
        while True:
            (size,) = pipe.HEADER.unpack(await stream.readexactly(pipe.HEADER.size))
            body = await stream.readexactly(size)
            try:
                frame = pipe.from_engine.decode(body)
            except msgspec.DecodeError:
                log.exception("engine_not_understood")
                return
            crash_here("console.heard")
            self.said.emit(frame)
