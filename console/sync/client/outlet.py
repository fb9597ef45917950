"""The engine's end of the pipe to the console: frames come in and go out on threads of their own."""

import asyncio
import logging
import queue
import threading
from typing import BinaryIO

from console.kernel.clock import Clock
from console.kernel.crash import crash_here
from console.sync.client import pipe
from console.sync.client.engine import Engine
from console.sync.registry import Catalog

log = logging.getLogger(__name__)


async def run_engine(catalog: Catalog, clock: Clock, source: BinaryIO, sink: BinaryIO) -> None:
    """Serve the console at the other end of the pipe until it closes it."""
    loop = asyncio.get_running_loop()
    incoming: asyncio.Queue[pipe.ToEngine | None] = asyncio.Queue()
    outgoing = _Outgoing(sink)
    engine = Engine(outgoing.put, clock, catalog)

    def read() -> None:
        while (frame := read_frame(source)) is not None:
            crash_here("engine.pipe.in")
            loop.call_soon_threadsafe(incoming.put_nowait, pipe.to_engine.decode(frame))
        loop.call_soon_threadsafe(incoming.put_nowait, None)

    threading.Thread(target=read, name="pipe", daemon=True).start()
    try:
        while (frame := await incoming.get()) is not None:
            await engine.take(frame)
    finally:
        await engine.close()
        outgoing.close()


def read_frame(source: BinaryIO) -> bytes | None:
    """The next frame's body, None when the other end has closed the pipe."""
    header = source.read(pipe.HEADER.size)
    if len(header) < pipe.HEADER.size:
        return None
    (size,) = pipe.HEADER.unpack(header)
    if size > pipe.MAX_BYTES:
        log.error("pipe_frame_too_large", extra={"bytes": size})
        return None
    body = source.read(size)
    return body if len(body) == size else None


class _Outgoing:
    """Writes frames on a thread of its own, so a busy console never stalls the network."""

    def __init__(self, sink: BinaryIO) -> None:
        self._frames: queue.SimpleQueue[pipe.FromEngine | None] = queue.SimpleQueue()
        self._sink = sink
        self._thread = threading.Thread(target=self._run, name="pipe-out", daemon=True)
        self._thread.start()

    def put(self, frame: pipe.FromEngine) -> None:
        """Send a frame after those before it."""
        self._frames.put(frame)

    def close(self) -> None:
        """Send what waits, then end."""
        self._frames.put(None)
        self._thread.join(timeout=1.0)

    def _run(self) -> None:
        try:
            while (frame := self._frames.get()) is not None:
                crash_here("engine.pipe.out")
                self._sink.write(pipe.packed(frame))
                self._sink.flush()
                crash_here("engine.pipe.told")
        except (BrokenPipeError, ValueError):
            log.info("console_gone")
