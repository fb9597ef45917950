"""The broker between nodes over NATS; a NATS that is away costs latency and nothing else."""

import asyncio
import logging
from collections import deque

from nats.aio.client import Client
from nats.aio.msg import Msg

from console.kernel.tasks import Tasks
from console.sync.server.broker import SUBJECTS, Heard, Subject

CONNECT_S = 2
PING_S = 10
AGAIN_S = 1.0
MAX_WAITING = 1_024
"""Words not yet sent; the oldest are dropped beyond that, as whatever they hint at is older."""
MAX_WORD_BYTES = 64 * 1024

log = logging.getLogger(__name__)


class NatsBroker:
    """Tells and hears the subjects `parley.<installation>.*`, whenever NATS answers.

    Connects, subscribes, and begins anew after whatever ends that: nothing is kept across a
    break. Being away is logged once, and so is the return.
    """

    def __init__(self, url: str, installation: int) -> None:
        self._url = url
        self._prefix = f"parley.{installation:x}."
        self._heard: list[Heard] = []
        self._waiting: deque[tuple[Subject, bytes]] = deque(maxlen=MAX_WAITING)
        self._said = asyncio.Event()
        self._told_away = False
        self._tasks = Tasks()
        self._tasks.spawn(self._run(), name="nats")

    def tell(self, subject: Subject, data: bytes) -> None:
        if len(data) <= MAX_WORD_BYTES:
            self._waiting.append((subject, data))
            self._said.set()

    def hear(self, heard: Heard) -> None:
        self._heard.append(heard)

    async def close(self) -> None:
        await self._tasks.close()

    async def _run(self) -> None:
        while True:
            try:
                await self._connected()
            except Exception as error:  # noqa: BLE001 - the edge: whatever it was, we begin anew
                cause = type(error).__name__
            else:
                cause = "closed"
            if not self._told_away:
                log.warning("nats_away", extra={"cause": cause})
            self._told_away = True
            await asyncio.sleep(AGAIN_S)

    async def _connected(self) -> None:
        """One connection, until it ends; raises whatever the client raises."""
        client = Client()

        async def closed() -> None:
            self._said.set()

        async def failed(_: Exception) -> None:
            if client.is_connected:  # before that, connecting says itself what is wrong
                await client.close()

        try:
            await client.connect(
                self._url, name="parley", no_echo=True, allow_reconnect=False,
                connect_timeout=CONNECT_S, ping_interval=PING_S, error_cb=failed,
                closed_cb=closed, max_reconnect_attempts=1, reconnect_time_wait=0,
            )  # fmt: skip
            for subject in SUBJECTS:
                await client.subscribe(self._prefix + subject, cb=self._take)
            await client.flush(CONNECT_S)
            log.info("nats_connected")
            self._told_away = False
            self._waiting.clear()  # what waited since the last connection is old: the poll told it
            while not client.is_closed:
                await self._speak(client)
        finally:
            await client.close()

    async def _speak(self, client: Client) -> None:
        self._said.clear()
        while self._waiting:
            subject, data = self._waiting.popleft()
            await client.publish(self._prefix + subject, data)
        await self._said.wait()

    async def _take(self, message: Msg) -> None:
        name = message.subject.removeprefix(self._prefix)
        for subject in SUBJECTS:
            if subject == name:
                for heard in self._heard:
                    heard(subject, message.data)
