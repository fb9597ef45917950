"""The files of macros: brought when one is written, copied into a message when one is used."""

import asyncio
import hashlib
import mimetypes
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from msgspec import structs

from console.conversations.model import Attachment, safe_name
from console.conversations.viewmodel.files import FileItem, attached_file
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.kernel.tongue import beside, tr
from console.macros.model import Macro
from console.macros.records import MACRO
from console.sync.blobs import MAX_BLOB_BYTES, PLAIN_TYPE
from console.sync.client.files import Pasted, read_whole
from console.sync.client.local import Local
from console.sync.client.uploads import KeptFile

Copy = tuple[Attachment, bytes]


class MacroFiles:
    """Files that were brought for macros and are not saved yet, and those that are."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self._brought: dict[UUID, bytes] = {}

    def item(self, file: Attachment) -> FileItem:
        """A file as it is shown."""
        if file.id in self._brought:
            return FileItem(file.id, file.name, file.type, file.size, "here", file.size)
        return attached_file(self._local, file)

    async def bring(self, path: Path) -> Attachment:
        """Read a file of this computer. Raises what `read_whole` raises."""
        data = await asyncio.to_thread(read_whole, path)
        kind = mimetypes.guess_type(path.name)[0] or PLAIN_TYPE
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        file = Attachment(new_id(), safe_name(path.name), kind, len(data), sha256)
        self._brought[file.id] = data
        return file

    def check(self, files: Iterable[Attachment], saved: Sequence[Attachment]) -> None:
        """Raise Refused `file_gone` for one that is not saved and was brought before a restart."""
        for file in files:
            if file.id not in self._brought and file not in saved:
                told = tr("The file is not here any more.")
                raise Refused("file_gone", beside((file.name, told)))

    async def keep(self, files: Iterable[Attachment]) -> tuple[UUID, ...]:
        """Write those of these that were just brought to the disk; which they are."""
        brought = [file for file in files if file.id in self._brought]
        for file in brought:
            kept = KeptFile(file.id, NIL, file.name, file.type, file.size, file.sha256)
            await self._local.files.bring(kept, self._brought[file.id], self._local.clock.now())
            del self._brought[file.id]
        return tuple(file.id for file in brought)

    async def copies(self, files: Iterable[Attachment]) -> list[Copy]:
        """Those of these files whose bytes are here, with them."""
        files_here, reader = self._local.files, self._local.reader
        return [
            (file, await files_here.read(file, MAX_BLOB_BYTES))
            for file in files
            if files_here.is_here(reader, file.id)
        ]

    async def again(
        self, copies: Sequence[Copy]
    ) -> tuple[tuple[Attachment, ...], tuple[UUID, ...]]:
        """The same files anew, brought: those deleted with their macro are nobody's any more."""
        fresh = tuple(structs.replace(file, id=new_id()) for file, _ in copies)
        self._brought |= {file.id: data for file, (_, data) in zip(fresh, copies, strict=True)}
        return fresh, await self.keep(fresh)

    async def for_message(self, macro: Macro) -> list[Pasted]:
        """The files of a macro for a message, as copies of its own.

        Raises Refused `not_here` when one has yet to be fetched, which is then asked for.
        """
        files = self._local.files
        for file in macro.content.files:
            if not files.is_here(self._local.reader, file.id):
                files.fetch(MACRO.name, macro.id, file.id)
                told = tr("{name} is not on this computer yet: use the macro again once it is.")
                raise Refused("not_here", told.format(name=file.name))
        return [
            Pasted(partial(bytes, data), file.type, name=file.name)
            for file, data in await self.copies(macro.content.files)
        ]
