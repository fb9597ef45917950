"""The public API as the sandbox shop uses it: sign in, read all, read on, tell."""

from collections.abc import Mapping, Sequence

import httpx
from msgspec import Struct

from console.conversations.model import Attachment
from console.kernel import codec
from console.kernel.errors import Refused, SignedOut, Unavailable
from console.sync import wire
from console.sync.asking import BootStart, Bootstrap
from console.sync.blobs import BLOBS, MAX_PATCH_BYTES, OFFSET, BlobAsked, BlobBegun
from console.sync.frames import Batch
from console.sync.records import (
    MAX_COMMANDS,
    Change,
    Command,
    Commands,
    Result,
    Results,
    Seq,
)

_JSON = {"content-type": "application/json"}
_SIGNED_OUT, _REFUSED = 401, 422


class SignIn(Struct, frozen=True):
    """Who one is, as the API takes it."""

    email: str
    password: str


class SignedIn(Struct, frozen=True):
    """What it answers, as far as is needed here."""

    token: str


class Api:
    """One integration's way to a server.

    Every call raises Unavailable while the server does not answer, SignedOut when it does not
    know the session (any more), Refused when it understood and said no.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def sign_in(self, email: str, password: str) -> None:
        """Begin a session, in place of any other."""
        self._client.headers.pop("authorization", None)
        raw = await self._ask("POST", "/auth/sign-in", SignIn(email, password))
        self._client.headers["authorization"] = f"Bearer {codec.decode(raw, SignedIn).token}"

    async def snapshot(self, kinds: Sequence[str]) -> tuple[Seq, list[Change]]:
        """All records of these kinds, and where to read on in the log."""
        raw = await self._ask("POST", "/sync/v1/bootstrap", Bootstrap(kinds=tuple(kinds)))
        start, found = 0, []
        for line in wire.Lines().feed(raw):
            if isinstance(line, BootStart):
                start = line.start
            elif isinstance(line, Change):
                found.append(line)
        return start, found

    async def changes(self, after: Seq) -> Batch:
        """What changed after a place in the log."""
        return codec.decode(await self._ask("GET", f"/sync/v1/changes?after={after}"), Batch)

    async def send(self, commands: Sequence[Command]) -> Sequence[Result]:
        """One result for each command, in their order."""
        results: list[Result] = []
        for start in range(0, len(commands), MAX_COMMANDS):
            some = Commands(commands=tuple(commands[start : start + MAX_COMMANDS]))
            raw = await self._ask("POST", "/sync/v1/commands", some)
            results += codec.decode(raw, Results).results
        return results

    async def upload(self, file: Attachment, data: bytes) -> None:
        """Bring a file before the message that carries it; what is there is not sent again."""
        asked = BlobAsked(id=file.id, size=file.size, sha256=file.sha256, type=file.type)
        begun = codec.decode(await self._ask("POST", BLOBS, asked), BlobBegun)
        for start in range(begun.offset, len(data), MAX_PATCH_BYTES):
            some, headers = data[start : start + MAX_PATCH_BYTES], {OFFSET: str(start)}
            await self._send("PATCH", f"{BLOBS}/{file.id}", some, headers)

    async def _ask(self, method: str, path: str, body: object = None) -> bytes:
        content = None if body is None else codec.encode(body)
        return await self._send(method, path, content, _JSON)

    async def _send(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        try:
            answer = await self._client.request(method, path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable("The server does not answer.") from error
        if answer.is_success:
            return answer.content
        if answer.status_code == _SIGNED_OUT:
            raise SignedOut
        if answer.status_code == _REFUSED:
            raise Refused("refused", f"The server refused {path}.")
        raise Unavailable(f"The server answered {answer.status_code}.")
