"""Files over HTTP, in the manner of tus: declared, sent on from an offset, fetched in ranges.

What comes from outside is never served as anything a browser would run: an allow-list of media
types, always as a download, in a sandbox. A file that is hidden and one that is not there are
told alike.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, head, patch, post
from litestar.params import FromPath, HeaderParameter, JSONBody, RawBody
from litestar.response import Stream

from console.kernel.errors import Denied, Refused
from console.people.model import Action, Actor
from console.people.server.sessions import granted_in
from console.server import scanning
from console.server.auth import SIGNED_IN
from console.server.core import Core
from console.store.reader import Reader
from console.sync.blobs import (
    BLOBS,
    LENGTH,
    MAX_PATCH_BYTES,
    OFFSET,
    PART_BYTES,
    PLAIN_TYPE,
    BlobAsked,
    BlobBegun,
)
from console.sync.server import blobs, verdicts
from console.sync.server.blobs import Blob
from console.sync.server.tx import Tx

WRITES = frozenset({Action.REPLY, Action.NOTE, Action.RECEIVE})
"""Whoever may do one of these writes messages, and so may bring files for them."""
SAFE_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}
)
"""Media types that are served under their own name; all others are PLAIN_TYPE."""
_GUARDED = {
    "content-disposition": "attachment",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "accept-ranges": "bytes",
}
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
_FILE = f"{BLOBS}/{{blob_id:uuid}}"


@post(BLOBS, opt={"action": SIGNED_IN}, status_code=201)
async def declare(request: Request[Any, Any, Any], data: JSONBody[BlobAsked]) -> BlobBegun:
    """Announce a file for a message; declaring it again tells how much of it is here."""
    core, actor = _writer(request)
    begun = await core.write(lambda tx: blobs.begin(tx, actor, data))
    return BlobBegun(begun.id, begun.received)


@head(_FILE, opt={"action": SIGNED_IN})
async def offset(request: Request[Any, Any, Any], blob_id: FromPath[UUID]) -> Response[None]:
    """How much of an upload of one's own is here, in `Upload-Offset`."""
    core, actor = _writer(request)
    found = await core.read(lambda reader: _mine(reader, actor, blob_id))
    if found is None:
        return Response(None, status_code=404)
    return Response(None, status_code=200, headers=_progress(found))


@patch(_FILE, opt={"action": SIGNED_IN}, request_max_body_size=MAX_PATCH_BYTES)
async def send_on(
    request: Request[Any, Any, Any],
    blob_id: FromPath[UUID],
    body: RawBody,
    upload_offset: Annotated[int, HeaderParameter(name="Upload-Offset", ge=0)],
) -> Response[Any]:
    """Send whole parts, or the end, from `Upload-Offset` on; 409 tells the right offset.

    The last bytes complete the file if its hash is what was declared; if not, all is dropped.
    """
    core, actor = _writer(request)
    found = await core.read(lambda reader: _mine(reader, actor, blob_id))
    if found is None:
        return _unknown()
    if found.complete or upload_offset != found.received:
        return _elsewhere(found)
    ends = found.received + len(body) == found.size
    # Read outside the writer, which serves everybody; parts once written never change.
    if ends and not await core.read(lambda reader: blobs.is_whole(reader, found, body)):
        await core.write(lambda tx: blobs.drop(tx, actor, found))
        raise Refused("hash_mismatch", "These bytes are not those declared: send the file anew.")

    def append(tx: Tx) -> Blob:
        after = blobs.append(tx, actor, found, body)
        if after.complete and core.scanner is not None:
            scanning.wanted(tx)
        return after

    try:
        after = await core.write(append)
    except Denied:
        return _unknown()
    except Refused as refusal:
        if refusal.code != "wrong_offset":
            raise
        now = await core.read(lambda reader: _mine(reader, actor, blob_id))
        return _elsewhere(now) if now else _unknown()
    return Response(BlobBegun(after.id, after.received), headers=_progress(after))


@get(_FILE, opt={"action": Action.READ})
async def fetch(request: Request[Any, Any, Any], blob_id: FromPath[UUID]) -> Response[Any]:
    """A file, or one range of it, for whoever sees a message that carries it.

    Where files are scanned for viruses, 503 until that is done and 422 when one was found.
    """
    core: Core = request.app.state.core
    actor: Actor = request.state.actor
    found = await core.read(lambda r: blobs.readable(r, core.catalog, actor, blob_id))
    if found is None:
        return _unknown()
    scanned = core.scanner is not None
    await core.read(lambda reader: verdicts.check(reader, found, scanning=scanned))
    kind = found.type if found.type in SAFE_TYPES else PLAIN_TYPE
    headers = {**_GUARDED, "etag": f'"{found.sha256.hex()}"'}
    wanted = asked_range(request.headers.get("range"), found.size)
    if wanted is None:
        headers["content-range"] = f"bytes */{found.size}"
        return _told(416, "bad_range", "The file ends before this range.", headers)
    first, end = wanted
    if (first, end) != (0, found.size):
        headers["content-range"] = f"bytes {first}-{end - 1}/{found.size}"
    status = 206 if "content-range" in headers else 200
    return Stream(
        _bytes(core, actor, found, first, end), media_type=kind, headers=headers, status_code=status
    )


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and end (not included) that a Range header asks for; None past the file's end.

    One range is understood. What is not is not there, as the standard wants it: the whole file.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return 0, size
    return (int(first), end) if int(first) < size else None


async def _bytes(
    core: Core, actor: Actor, found: Blob, first: int, end: int
) -> AsyncIterator[bytes]:
    """The bytes, part by part; it breaks off once the actor may not see the file any more."""
    for n in range(first // PART_BYTES, -(-end // PART_BYTES)):
        look = partial(_part, core=core, actor=actor, found=found, n=n)
        data = await core.read(look)
        if data is None:
            return
        start = n * PART_BYTES
        yield data[max(0, first - start) : end - start]


def _part(reader: Reader, core: Core, actor: Actor, found: Blob, n: int) -> bytes | None:
    """A part, if the actor may fetch it by what is granted now."""
    now = replace(actor, scopes=granted_in(reader, actor))
    if blobs.readable(reader, core.catalog, now, found.id) is None:
        return None
    return blobs.part(reader, found, n)


def _writer(request: Request[Any, Any, Any]) -> tuple[Core, Actor]:
    actor: Actor = request.state.actor
    if actor.actions.isdisjoint(WRITES):
        raise Denied
    return request.app.state.core, actor


def _mine(reader: Reader, actor: Actor, blob_id: UUID) -> Blob | None:
    found = blobs.find(reader, blob_id)
    return found if found is not None and found.uploader == actor.user_id else None


def _progress(found: Blob) -> dict[str, str]:
    return {OFFSET: str(found.received), LENGTH: str(found.size)}


def _elsewhere(found: Blob) -> Response[Any]:
    text = "The next byte is the one at Upload-Offset."
    return _told(409, "wrong_offset", text, _progress(found))


def _unknown() -> Response[Any]:
    return _told(404, "no_file", "There is no such file.")


def _told(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> Response[Any]:
    content = {"code": code, "message": message, "fields": {}}
    return Response(content, status_code=status, headers=headers)


ROUTES = (declare, offset, send_on, fetch)
