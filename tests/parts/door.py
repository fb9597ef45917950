"""A door: connections that come in, each served by a task of its own, none left open behind it."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


class Door:
    """Accepts on loopback and has `serve` deal with whoever comes.

    A connection ends with its task, whichever way that ends: it may be cancelled before it began.
    """

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._serving: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None

    async def open(self, port: int = 0) -> int:
        """The port it listens on, a free one unless it is said which."""
        self._listener = await asyncio.start_server(self._met, "127.0.0.1", port)
        return int(self._listener.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """End every connection that is there."""
        for task in self._serving:
            task.cancel()

    async def close(self) -> None:
        """Let nobody in any more and end whoever is."""
        if self._listener is not None:
            self._listener.close()
        self._listener = None
        self.cut()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._listener is None:  # it was on its way in when we closed
            writer.close()
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(partial(self._left, writer))

    def _left(self, writer: asyncio.StreamWriter, task: asyncio.Task[None]) -> None:
        self._serving.discard(task)
        writer.close()
