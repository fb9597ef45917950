"""Keeps the sandbox alive through the public API: listens and acts, in a thread of its own."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from console.conversations.model import Attachment
from console.conversations.records import ReceiveMessage
from console.demo.api import Api
from console.demo.content import Library
from console.demo.dice import dice
from console.demo.files import bytes_of
from console.demo.marker import Marker
from console.demo.script import SHOP
from console.demo.street import Pace, Street
from console.kernel import codec
from console.kernel.clock import Clock, SystemClock, whole_ms
from console.kernel.errors import Refused, SignedOut, Unavailable
from console.sync.client.http import make_client
from console.sync.records import Command, Rejected, Result, Retry, Seq

LISTEN_S = 2.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
JOIN_S = 15.0
_KINDS = ("ticket", "order", "conversation")

log = logging.getLogger(__name__)
Seen = Callable[[Command, Result], None]


class Actors:
    """The people outside. `start` once, `stop` ends them within seconds.

    They leave everybody in peace for `quiet_s`. `seen` hears of every command that was decided,
    on their thread. A server that is away is tried again, ever more seldom; what was not decided
    is sent again under the same ids.
    """

    def __init__(
        self,
        library: Library,
        marker: Marker,
        url: str,
        *,
        certificate: str | None = None,
        pace: Pace | None = None,
        quiet_s: float = 0.0,
        clock: Clock | None = None,
        seen: Seen = lambda command, result: None,
    ) -> None:
        self._library = library
        self._marker = marker
        self._url = url
        self._certificate = certificate
        self._pace = pace
        self._quiet_s = quiet_s
        self._clock = clock or SystemClock()
        self._seen = seen
        self._rng = dice(marker.seed, "pauses")
        self._street: Street | None = None
        self._cursor: Seq = 0
        self._unsent: list[Command] = []
        self._pause_s = FIRST_PAUSE_S
        self._loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._main, name="sandbox", daemon=True)

    def start(self) -> None:
        """Begin to act."""
        self._thread.start()

    def stop(self) -> None:
        """Stop acting and wait until it has stopped; harmless when it never began."""
        if not self._thread.is_alive():
            return
        self._begun.wait(JOIN_S)
        with suppress(RuntimeError):  # the loop has just ended by itself
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(JOIN_S)

    @property
    def alive(self) -> bool:
        """Whether they still act."""
        return self._thread.is_alive()

    def _main(self) -> None:
        try:
            asyncio.run(self._live())
        except Exception:
            # The edge: the sandbox falls silent, the console goes on.
            log.exception("sandbox_failed")

    async def _live(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._begun.set()
        await self._rest(self._quiet_s)
        async with make_client(self._url, self._certificate) as client:
            while not self._stopping.is_set():
                try:
                    await self._session(Api(client))
                except (Unavailable, SignedOut):
                    log.info("sandbox_server_away")
                    await self._rest(self._pause_s * self._rng.uniform(0.7, 1.3))
                    self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
                except Refused:
                    log.warning("sandbox_refused")
                    return

    async def _session(self, api: Api) -> None:
        """Sign in, learn what there is, then listen and act until told to stop."""
        email = self._library.staff(SHOP).email
        await api.sign_in(email, self._marker.passwords[SHOP])
        street = self._street or await self._arrive(api)
        while not self._stopping.is_set():
            await self._listen(api, street)
            self._unsent += street.act(whole_ms(self._clock.now()))
            await self._send(api)
            self._pause_s = FIRST_PAUSE_S
            waits = (street.wakes_at - self._clock.now()).total_seconds()
            await self._rest(min(max(waits, 0.0), LISTEN_S))

    async def _arrive(self, api: Api) -> Street:
        self._cursor, rows = await api.snapshot(_KINDS)
        now = self._clock.now()
        street = Street(self._library, self._marker, str(self._cursor), now, self._pace)
        for change in rows:
            street.know(change)
        street.begin(now)
        self._street = street
        return street

    async def _listen(self, api: Api, street: Street) -> None:
        more = True
        while more:
            batch = await api.changes(self._cursor)
            for change in batch.changes:
                street.hear(change, self._clock.now())
            self._cursor, more = batch.to_seq, batch.more

    async def _send(self, api: Api) -> None:
        if not self._unsent:
            return
        asked = list(self._unsent)
        for file in [file for told in asked for file in _files(told)]:
            await api.upload(file, bytes_of(file))
        results = await api.send(asked)
        self._unsent = [
            told
            for told, result in zip(asked, results, strict=True)
            if isinstance(result.outcome, Retry)
        ]
        for told, result in zip(asked, results, strict=True):
            if isinstance(result.outcome, Rejected):
                code = result.outcome.code
                log.info("sandbox_rejected", extra={"type": told.type, "code": code})
            if not isinstance(result.outcome, Retry):
                self._seen(told, result)

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until told to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


def _files(told: Command) -> Sequence[Attachment]:
    """What goes with a message from outside."""
    if told.type != ReceiveMessage.__name__:
        return ()
    return codec.decode(bytes(told.args), ReceiveMessage).attachments
