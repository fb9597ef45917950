"""A file's way to the server, part by part: apart from what keeps it, as no window needs a network."""

from collections.abc import Awaitable, Callable

import httpx

from console.kernel import codec
from console.kernel.errors import Refused, Unavailable
from console.sync.blobs import BLOBS, LENGTH, OFFSET, PART_BYTES, BlobAsked, BlobBegun
from console.sync.client.http import JSON, check, read
from console.sync.client.uploads import KeptFile

_NOT_FOUND, _CONFLICT = 404, 409

Ask = Callable[..., Awaitable[httpx.Response]]
"""`ask(method, path, …)`: an answer of the server's. Raises Unavailable when there is none."""


async def send(
    ask: Ask,
    file: KeptFile,
    part: Callable[[int], Awaitable[bytes]],
    told: Callable[[int], None],
) -> None:
    """Send a file from where the server has it on; `told` hears how far it is.

    Raises SignedOut, Unavailable (try again later), Refused (it will never be taken).
    """
    path = f"{BLOBS}/{file.id}"
    offset = await _offset(ask, path)
    if offset is None:
        asked = BlobAsked(id=file.id, size=file.size, sha256=file.sha256, type=file.type)
        answer = await ask("POST", BLOBS, content=codec.encode(asked), headers=JSON)
        check(answer)
        offset = read(answer.content, BlobBegun).offset
    told(offset)
    while offset < file.size:
        data = await part(offset // PART_BYTES)
        if not data:
            raise Refused("file_gone", "The file was taken away meanwhile.")
        answer = await ask("PATCH", path, content=data, headers={OFFSET: str(offset)})
        if answer.status_code in (_NOT_FOUND, _CONFLICT):
            raise Unavailable("The server has another part of this file by now.")
        check(answer)
        offset += len(data)
        told(offset)


async def _offset(ask: Ask, path: str) -> int | None:
    """How much of the file the server has; None when it does not know it."""
    answer = await ask("HEAD", path)
    if answer.status_code == _NOT_FOUND:
        return None
    check(answer)
    offset, size = answer.headers.get(OFFSET, ""), answer.headers.get(LENGTH, "")
    if not (offset.isdigit() and size.isdigit()):
        raise Unavailable("The server does not say how much of the file it has.")
    return int(offset)
