"""Files as the console has them: attached to what is written here, fetched to look at, saved."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.kernel.signal import Signal
from console.kernel.tongue import tr
from console.store import sqlite
from console.store.reader import SqliteReader
from console.sync.blobs import MAX_BLOB_BYTES, Attached
from console.sync.client import pipe
from console.sync.client.scratch import Draft, Scratch
from console.sync.client.uploads import KeptFile, WorkFiles
from console.sync.client.work import CACHE_FILE, WORK_FILE

T = TypeVar("T")
Keep = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Does a write to the work file in its turn. Raises Unavailable when the disk refuses it."""


@dataclass(frozen=True)
class Pasted:
    """Something without a file of its own, such as a picture from the clipboard.

    `read` gives its bytes, in a thread; `kind` is its media type, `ending` its name's. `name` is
    empty where it has none.
    """

    read: Callable[[], bytes]
    kind: str
    ending: str = ""
    name: str = ""


class Files:
    """The files of one profile. `changed` tells that one may look different now, by its id."""

    def __init__(self, connection: sqlite.Connection, keep: Keep, folder: Path, key: bytes) -> None:
        self._connection = connection
        self._work = WorkFiles(connection)
        self._scratch = Scratch(connection)
        self._keep = keep
        self._folder = folder
        self._key = key
        self.changed: Signal[UUID] = Signal()
        self.tell: Callable[[pipe.ToEngine], None] = lambda frame: None
        self.transfers: dict[UUID, pipe.Transfer] = {}
        self._wanted: dict[UUID, pipe.FetchFile] = {}
        with sqlite.transaction(connection):
            self._work.prune()
        self.kept: dict[UUID, KeptFile] = {file.id: file for file in self._work.all()}

    def of(self, holder: UUID) -> list[KeptFile]:
        """The files of a ticket's draft or of a command, in the order attached."""
        return [file for file in self.kept.values() if file.held_by == holder]

    # -- attaching

    async def attach(
        self, source: Path | Pasted, name: str, kind: str, ticket: UUID, draft: Callable[[], Draft],
        at: datetime,
    ) -> KeptFile:  # fmt: skip
        """Take a file into a ticket's draft; once this returns it survives any crash.

        `draft` is what is typed when the file has been read, kept together with it.

        Raises Refused `empty_file`, `file_too_large`, `file_unreadable`, and Unavailable when
        this computer's disk does not take it.
        """
        read = source.read if isinstance(source, Pasted) else partial(read_whole, source)
        data = await _aside(read)
        checked_size(data, name)
        sha256 = await _aside(lambda: hashlib.sha256(data).hexdigest())
        file = KeptFile(new_id(), ticket, name, kind, len(data), sha256)
        typed = draft()

        def write() -> None:
            with sqlite.transaction(self._connection):
                self._scratch.keep(ticket, typed, at)
                self._work.add(file, data, at)

        await self._keep(write)
        self.kept[file.id] = file
        self.changed.emit(file.id)
        return file

    async def bring(self, file: KeptFile, data: bytes, at: datetime) -> None:
        """Keep a file for the command that is about to carry it; without one it is soon forgotten.

        Raises Unavailable when this computer's disk does not take it.
        """

        def write() -> None:
            with sqlite.transaction(self._connection):
                self._work.add(file, data, at)

        await self._keep(write)
        self.kept[file.id] = file

    async def detach(self, blob: UUID) -> None:
        """Forget a file of a draft."""

        def write() -> None:
            with sqlite.transaction(self._connection):
                self._work.drop([blob])

        await self._keep(write)
        self.kept.pop(blob, None)
        self.transfers.pop(blob, None)
        self.changed.emit(blob)

    def handed_over(self, blobs: tuple[UUID, ...], holder: UUID) -> None:
        """The files are a command's now, or a draft's again, as the work file says already."""
        for blob in blobs:
            if blob in self.kept:
                self.kept[blob] = replace(self.kept[blob], held_by=holder)
                self.changed.emit(blob)

    # -- looking

    def is_here(self, reader: SqliteReader | None, blob: UUID) -> bool:
        """Whether all of a file's bytes are on this desk."""
        if blob in self.kept:
            return True
        if reader is None:
            return False
        try:
            sql = "SELECT complete FROM main.blob WHERE id = :id"
            row = reader.row(sql, id=blob.bytes)
        except sqlite.DatabaseError:
            return False  # a cache of an older release, until the engine has seen to it
        return row is not None and bool(row[0])

    def is_wanted(self, blob: UUID) -> bool:
        """Whether a file was asked for and is not here yet."""
        return blob in self._wanted

    def fetch(self, kind: str, record: UUID, blob: UUID) -> None:
        """Have a file brought here, now or when there is a way to the server again."""
        self._wanted[blob] = pipe.FetchFile(blob, kind, record)
        self.transfers.pop(blob, None)
        self.tell(self._wanted[blob])
        self.changed.emit(blob)

    def ask_again(self) -> None:
        """The engine has begun anew: it hears what is still wanted."""
        for wish in self._wanted.values():
            self.tell(wish)

    def hear(self, told: pipe.Transfer) -> None:
        """Take the engine's word of how far a file is."""
        self.transfers[told.blob] = told
        if told.way == "down" and (told.problem or told.done == told.size):
            self._wanted.pop(told.blob, None)
        self.changed.emit(told.blob)

    async def save(self, file: Attached, target: Path) -> None:
        """Write a file that is here to where somebody said, whole or not at all.

        Raises Refused `file_gone`, `hash_mismatch` or `cannot_save`.
        """
        source = WORK_FILE if file.id in self.kept else CACHE_FILE
        await _aside(lambda: _copy(self._folder / source, self._key, file, target))

    async def read(self, file: Attached, most: int) -> bytes:
        """The first `most` bytes of a file that is here.

        Raises Refused `file_gone`, and `hash_mismatch` where all of it was read and is another.
        """
        source = WORK_FILE if file.id in self.kept else CACHE_FILE
        return await _aside(lambda: _begin(self._folder / source, self._key, file, most))


async def _aside(work: Callable[[], T]) -> T:
    """The result of `work()`, done in a thread of its own; raises what it raises."""
    import asyncio  # it comes with the loop: no first paint waits for it

    return await asyncio.to_thread(work)


def _begin(database: Path, key: bytes, file: Attached, most: int) -> bytes:
    found = bytearray()
    for data in _parts(database, key, file.id):
        found += data
        if len(found) > most:
            return bytes(found[:most])
    if hashlib.sha256(found).hexdigest() != file.sha256:
        raise Refused("hash_mismatch", tr("The file is damaged here: fetch it once more."))
    return bytes(found)


def read_whole(source: Path) -> bytes:
    """The bytes of a file to attach. Raises Refused `empty_file`, `file_too_large`, `file_unreadable`."""
    try:
        if not source.is_file():
            raise Refused(
                "file_unreadable",
                tr("{name} is no file that can be sent.").format(name=source.name),
            )
        with source.open("rb") as stream:
            data = stream.read(MAX_BLOB_BYTES + 1)
    except OSError as error:
        why = error.strerror or str(error)
        told = tr("{name} cannot be read: {why}.").format(name=source.name, why=why)
        raise Refused("file_unreadable", told) from error
    checked_size(data, source.name)
    return data


def checked_size(data: bytes, name: str) -> None:
    """Raise Refused `empty_file` or `file_too_large` for what cannot be attached."""
    if not data:
        raise Refused("empty_file", tr("{name} is empty.").format(name=name))
    if len(data) > MAX_BLOB_BYTES:
        most = MAX_BLOB_BYTES // 1024 // 1024
        told = tr("{name} is too large: at most {most} MB are sent.")
        raise Refused("file_too_large", told.format(name=name, most=most))


def _copy(database: Path, key: bytes, file: Attached, target: Path) -> None:
    digest = hashlib.sha256()
    part = target.with_name(f".parley-{new_id().hex}.part")
    try:
        with part.open("xb") as stream:
            for data in _parts(database, key, file.id):
                digest.update(data)
                stream.write(data)
        if digest.hexdigest() != file.sha256:
            raise Refused("hash_mismatch", tr("The file is damaged here: fetch it once more."))
        part.replace(target)
    except OSError as error:
        why = error.strerror or str(error)
        told = tr("{name} cannot be saved there: {why}.").format(name=target.name, why=why)
        raise Refused("cannot_save", told) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _parts(database: Path, key: bytes, blob: UUID) -> Iterator[bytes]:
    with closing(sqlite.connect(database, key=key, mode="ro", cache_kib=1_024)) as connection:
        sql = "SELECT data FROM blob_part WHERE blob = ? ORDER BY n"
        rows = connection.execute(sql, (blob.bytes,))
        row = rows.fetchone()
        if row is None:
            raise Refused("file_gone", tr("The file is not here any more."))
        while row is not None:
            yield bytes(row[0])
            row = rows.fetchone()
