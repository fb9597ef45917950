"""The virus scanner: every file goes past ClamAV's daemon before anybody is given it.

It is spoken to in its own words (clamd(8), INSTREAM): the bytes in pieces, each behind its length,
an empty one at the end, then one line of answer.
"""

import asyncio
import logging
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from console.kernel.errors import Unavailable, Unusable
from console.kernel.tasks import race
from console.sync.blobs import PART_BYTES
from console.sync.server import blobs, jobs, verdicts
from console.sync.server.tx import Tx
from console.sync.server.verdicts import Unseen, Verdict
from console.sync.server.worker import Bench, JobKind

SCHEME = "clamd"
PATIENCE_S = 180.0
"""So long one file may take: by itself the scanner gives up after two minutes."""
TRIES = 3
"""So often a file is shown to a scanner that breaks off at it."""
AGAIN_AFTER = timedelta(seconds=30)
"""When a scanner that is away is asked again."""
MAX_ANSWER_BYTES = 4_096
_SCAN, _RECHECK = "scan_files", "scan_unchecked_files"
_LENGTH = struct.Struct(">I")

log = logging.getLogger(__name__)


class BrokeOff(Unavailable):
    """The scanner was there and went in the middle of a file."""


class Clamd:
    """ClamAV's daemon at an address like `clamd://127.0.0.1:3310` or `clamd:///run/clamd.ctl`."""

    def __init__(self, url: str) -> None:
        """Raises Unusable for an address that is none."""
        parts = urlsplit(url)
        try:
            self._host, self._port, self._path = parts.hostname, parts.port, parts.path
        except ValueError:
            self._host, self._port, self._path = None, None, ""
        by_net = bool(self._host and self._port) and self._path in ("", "/")
        by_file = not parts.netloc and len(self._path) > 1
        if parts.scheme != SCHEME or not (by_net or by_file):
            text = "--scan takes an address like clamd://127.0.0.1:3310 or clamd:///run/clamd.ctl."
            raise Unusable("scan", text)

    async def scan(self, data: AsyncIterator[bytes]) -> Verdict:
        """What it says of these bytes. Raises Unavailable when it is away, BrokeOff in the middle."""
        try:
            reader, writer = await asyncio.wait_for(self._open(), PATIENCE_S)
        except (OSError, TimeoutError) as error:
            raise Unavailable("The virus scanner does not answer.") from error
        try:
            return _verdict(await self._ask(reader, writer, data))
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._host:
            return await asyncio.open_connection(self._host, self._port, limit=MAX_ANSWER_BYTES)
        return await asyncio.open_unix_connection(self._path, limit=MAX_ANSWER_BYTES)

    async def _ask(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        data: AsyncIterator[bytes],
    ) -> bytes:
        said = b""

        async def hear() -> None:
            nonlocal said
            said = await reader.readuntil(b"\0")

        async def tell() -> None:
            with suppress(OSError):
                writer.write(b"zINSTREAM\0")
                async for some in data:
                    writer.write(_LENGTH.pack(len(some)) + some)
                    await writer.drain()
                writer.write(_LENGTH.pack(0))
            await asyncio.Event().wait()

        try:
            async with asyncio.timeout(PATIENCE_S):
                # Heard from the start: what is too large for it, it says before all has come.
                await race(hear=hear(), tell=tell())
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
            raise BrokeOff("The virus scanner broke off.") from error
        return said


def _verdict(answer: bytes) -> Verdict:
    said = answer.rstrip(b"\0").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return Verdict("clean")
    if said.endswith(" FOUND"):
        return Verdict("infected", said.removesuffix(" FOUND"))
    return Verdict("unchecked", said)


def wanted(tx: Tx) -> None:
    """Have all files looked at that were not."""
    if not tx.noted(_SCAN):
        tx.note(_SCAN, True)
        jobs.put(tx, _SCAN, "{}", tx.at)


def kinds(scanner: Clamd) -> tuple[JobKind, ...]:
    """The jobs of a server that scans."""

    async def scan_files(bench: Bench, _: str) -> None:
        while waiting := await bench.read(verdicts.unseen):
            for unseen in waiting:
                try:
                    verdict = await _look(bench, scanner, unseen)
                except Unavailable as away:
                    log.warning("scanner_away", extra={"cause": away.message})
                    at = bench.clock.now() + AGAIN_AFTER
                    await bench.write(partial(jobs.put, kind=_SCAN, args="{}", due_at=at))
                    return
                if verdict.word != "clean":
                    log.warning(
                        "file_not_clean",
                        extra={
                            "blob": unseen.parts, "verdict": verdict.word, "threat": verdict.threat,
                        },
                    )  # fmt: skip
                await bench.write(partial(verdicts.keep, parts=unseen.parts, verdict=verdict))

    async def again(bench: Bench, _: str) -> None:
        await bench.write(verdicts.forget_unchecked)
        await bench.write(wanted)

    return JobKind(_SCAN, scan_files), JobKind(_RECHECK, again, nightly=True)


async def _look(bench: Bench, scanner: Clamd, unseen: Unseen) -> Verdict:
    """What the scanner says of a file; one that it breaks off at must not keep it from the others."""
    broke_off = ""
    for _ in range(TRIES):
        try:
            return await scanner.scan(_bytes(bench, unseen))
        except BrokeOff as error:
            broke_off = error.message
        except Unavailable:
            if not broke_off:
                raise
    return Verdict("unchecked", broke_off)


async def _bytes(bench: Bench, unseen: Unseen) -> AsyncIterator[bytes]:
    for n in range(-(-unseen.size // PART_BYTES)):
        yield await bench.read(partial(blobs.piece, parts=unseen.parts, n=n))
