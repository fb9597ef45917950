"""A counted wire: everything between a console and its server passes through and is added up."""

import asyncio
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection

from console.sync.client.http import Network, make_client, open_live
from tests.parts.door import Door


class Meter:
    """Passes connections on to `url`; `bytes` went either way so far."""

    def __init__(self, url: str) -> None:
        self.bytes = 0
        self._port = urlsplit(url).port
        self._door = Door(self._carry)
        self.url = ""

    async def open(self) -> "Meter":
        """Listen."""
        self.url = f"http://127.0.0.1:{await self._door.open()}"
        return self

    @property
    def network(self) -> Network:
        """Leads an engine here, whatever address it was told."""

        def client(_: str, certificate: str | None) -> httpx.AsyncClient:
            return make_client(self.url, certificate)

        async def live(_: str, certificate: str | None) -> ClientConnection:
            return await open_live(self.url, certificate)

        return Network(client, live)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(self._pass(reader, there_writer), self._pass(there_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                self.bytes += len(data)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def close(self) -> None:
        """End every connection."""
        await self._door.close()
