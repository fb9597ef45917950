"""Carries files for the session: up from the work file, down into the cache, and tells how far."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import httpx
from sqlalchemy.exc import DBAPIError

from console.kernel.errors import Refused, SignedOut, Unavailable
from console.store import sqlite
from console.store.worker import Worker
from console.sync.client import downloads, pipe, sending
from console.sync.client.downloads import Downloads, Fetching
from console.sync.client.fetching import Web
from console.sync.client.freight import Download, Upload
from console.sync.client.uploads import KeptFile, WorkFiles

DISK_ERRORS = (DBAPIError, sqlite.DatabaseError)
"""What a full or broken disk raises, through SQLAlchemy and without it."""
_GONE = frozenset({"no_file", "file_gone", "hash_mismatch"})
"""Why what is here of a file is of no use any more."""


class BrokeOff(Unavailable):
    """A file is not through yet; `moved` when some of it went this time."""

    def __init__(self, away: Unavailable, *, moved: bool) -> None:
        super().__init__(away.message, retry_after_s=away.retry_after_s)
        self.moved = moved


@dataclass(frozen=True)
class Files:
    """Where files are on this desk: those to send (None: there are none), and those fetched."""

    work: WorkFiles | None
    cache: Downloads


class Carrier:
    """Carries one file at a time each way, through the session's own doors."""

    def __init__(
        self,
        web: Web,
        worker: Worker,
        files: Files,
        told: Callable[[pipe.Transfer], None],
    ) -> None:
        self._web = web
        self._worker = worker
        self._files = files
        self._told = told
        self._kept: dict[UUID, KeptFile] = {}
        self._moved: set[Upload | Download] = set()

    def kept(self, files: list[KeptFile]) -> None:
        """The work file holds these to send."""
        self._kept = {file.id: file for file in files}

    async def carry(self, action: Upload | Download) -> None:
        """Carry a file as far as it goes; what goes wrong for good is told.

        Raises SignedOut, BrokeOff (go on later), Refused (it will never go).
        """
        self._moved.discard(action)
        try:
            await (self._up(action) if isinstance(action, Upload) else self._down(action))
        except SignedOut:
            raise
        except httpx.TransportError as error:
            away = Unavailable("The server does not answer.")
            raise BrokeOff(away, moved=action in self._moved) from error
        except Unavailable as away:
            raise BrokeOff(away, moved=action in self._moved) from away
        except DISK_ERRORS as error:
            await self._fail(action, "disk_full")
            raise Refused("disk_full", "The disk is full or cannot be written.") from error
        except Refused as refusal:
            await self._fail(action, refusal.code)
            raise

    async def _fail(self, action: Upload | Download, code: str) -> None:
        if isinstance(action, Upload):
            self._told(pipe.Transfer(action.blob, "up", 0, 0, code))
            return
        if code in _GONE:
            await self._worker.run(partial(self._files.cache.drop, action.blob))
        self._told(pipe.Transfer(action.blob, "down", 0, 0, code))

    async def _up(self, action: Upload) -> None:
        file, work = self._kept.get(action.blob), self._files.work
        if file is None or work is None:
            return  # taken away since

        async def part(n: int) -> bytes:
            return await self._worker.run(partial(work.part, action.blob, n))

        begun = False

        def told(done: int) -> None:
            nonlocal begun
            if begun:
                self._moved.add(action)
            begun = True
            self._told(pipe.Transfer(action.blob, "up", done, file.size))

        await sending.send(self._web.request, file, part, told)

    async def _down(self, action: Download) -> None:
        cache = self._files.cache
        file: Fetching = await self._worker.run(partial(cache.begin, action))
        done = file.received
        if file.complete or done < file.size:
            self._told(pipe.Transfer(file.id, "down", done, file.size))

        async def keep(data: bytes) -> None:
            nonlocal done
            self._web.refuse_offline()
            done = (await self._worker.run(partial(cache.add, file.id, data))).received
            self._moved.add(action)
            if done < file.size:
                self._told(pipe.Transfer(file.id, "down", done, file.size))

        if file.complete:
            return
        if done < file.size:
            await downloads.fetch(self._web.stream, file, keep)
        await self._worker.run(partial(cache.finish, file.id))
        self._told(pipe.Transfer(file.id, "down", file.size, file.size))
