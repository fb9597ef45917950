"""A cable between desk and server that is cut after so many bytes, and counts what went through."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import UUID

from console.people.model import User
from console.sync.client import backoff
from tests.parts.desk import Server
from tests.parts.door import Door

_CHUNK = 16 * 1024
assert backoff.FIRST_S < 1, "cuts are mended soon"


class Cable:
    """Stands for a server at an address of its own; `up` and `down` count bytes to and fro.

    `cut_up` and `cut_down` are after how many bytes of one connection it is cut, None for never;
    `cuts` counts how often it was. The last chunk before a cut arrives.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._door = Door(self._carry)
        self.url = ""
        self.up = self.down = self.cuts = 0
        self.cut_up: int | None = None
        self.cut_down: int | None = None

    async def open(self) -> "Cable":
        """Accept at `url`."""
        self.url = f"http://127.0.0.1:{await self._door.open()}"
        return self

    async def close(self) -> None:
        """Cut everything."""
        await self._door.close()

    def token(self, user: User, device: UUID | None = None) -> str:
        """A session for the user."""
        return self._server.token(user, device)

    def reset(self) -> None:
        """Count from nothing."""
        self.up = self.down = self.cuts = 0

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(self._server.url)
        to_server: asyncio.StreamWriter | None = None
        try:
            from_server, to_server = await asyncio.open_connection(parts.hostname, parts.port)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, to_server, "up"))
                both.create_task(self._pass(from_server, writer, "down"))
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for end in (writer, to_server):
                if end is not None:
                    end.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str
    ) -> None:
        passed = 0
        while data := await reader.read(_CHUNK):
            writer.write(data)
            with suppress(ConnectionError):
                await writer.drain()
            passed += len(data)
            limit = self.cut_up if way == "up" else self.cut_down
            if way == "up":
                self.up += len(data)
            else:
                self.down += len(data)
            if limit is not None and passed >= limit:
                self.cuts += 1
                raise ConnectionResetError
        raise ConnectionResetError  # one side has closed: so does the other
