"""A door before several nodes: one address, and whoever comes is passed on to the node of the day."""

import asyncio
import threading
from contextlib import suppress

from tests.parts.door import Door
from tests.parts.ports import free_port


class Forwarder:
    """Passes TCP connections on, from a thread of its own; `target` may change at any time.

    A node that does not answer is a refused connection: the caller's is closed at once. So it is
    for whoever comes while the target is 0.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._main, name="forwarder")
        self._thread.start()
        assert self._ready.wait(20)

    def cut(self) -> None:
        """The network is gone: every connection ends, and no other comes through."""
        self.target = 0
        self._loop.call_soon_threadsafe(self._door.cut)

    def close(self) -> None:
        """Close every connection and the door."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    def _main(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._door = Door(self._pass)
        await self._door.open(self.port)
        self._ready.set()
        await self._stop.wait()
        await self._door.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            node_reader, node_writer = await asyncio.open_connection("127.0.0.1", self.target)
            try:
                await _both_ways(reader, writer, node_reader, node_writer)
            finally:
                node_writer.close()


async def _both_ways(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter,
    node_reader: asyncio.StreamReader, node_writer: asyncio.StreamWriter,
) -> None:  # fmt: skip
    there = asyncio.ensure_future(_copy(reader, node_writer))
    back = asyncio.ensure_future(_copy(node_reader, writer))
    try:
        # When either side has ended, so has the other: consoles half-close nothing.
        await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
    finally:
        there.cancel()
        back.cancel()
        await asyncio.gather(there, back, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
