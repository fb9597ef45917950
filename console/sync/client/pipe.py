"""What console and engine say to each other: length-prefixed JSON frames over a local pipe."""

import struct
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from console.sync.asking import Search, Searched
from console.sync.client.mode import Mode
from console.sync.frames import Lost
from console.sync.records import Result, Seq

T = TypeVar("T")
MAX_BYTES = 64 * 1024 * 1024
HEADER = struct.Struct(">I")


class SignIn(Struct, frozen=True, tag="sign_in"):
    """Console: exchange an address and password for a session."""

    server: str
    email: str
    password: str
    device: UUID


class Begin(Struct, frozen=True, tag="begin"):
    """Console: open the files in `folder` with `key` and keep them current for this session.

    `offline` says that somebody works offline, until GoOffline says otherwise.
    """

    server: str
    token: str
    user_id: UUID
    device: UUID
    folder: str
    key: bytes
    offline: bool = False


class Poke(Struct, frozen=True, tag="poke"):
    """Console: the outbox has changed."""


class Hurry(Struct, frozen=True, tag="hurry"):
    """Console: try the server now."""


class GoOffline(Struct, frozen=True, tag="go_offline"):
    """Console: somebody wants to work offline (`stay`), or not any more."""

    stay: bool


class Open(Struct, frozen=True, tag="open"):
    """Console: somebody opened this record: keep it, and fetch it when it is not here."""

    kind: str
    id: UUID


class Deepen(Struct, frozen=True, tag="deepen"):
    """Console: the children of a kind that stand before `before` in a parent are wanted."""

    kind: str
    parent: UUID
    before: int


class Attend(Struct, frozen=True, tag="attend"):
    """Console: somebody is at this ticket (None: at none) and does this, for others to see."""

    ticket: UUID | None
    what: str


class Glance(Struct, frozen=True, tag="glance"):
    """Console: these tickets' rows are in sight: who is at them is to be told."""

    tickets: tuple[UUID, ...]


class Seek(Struct, frozen=True, tag="seek"):
    """Console: search the server's whole history; the answer has the same number."""

    number: int
    asked: Search


class FetchFile(Struct, frozen=True, tag="fetch_file"):
    """Console: bring this file into the cache, which that record there carries."""

    blob: UUID
    kind: str
    record: UUID


class SignOut(Struct, frozen=True, tag="sign_out"):
    """Console: end the session on the server, if it can be reached.

    `everywhere`: end all sessions of this user, which needs the server.
    """

    everywhere: bool = False


class SignedIn(Struct, frozen=True, tag="signed_in"):
    """Engine: the session that SignIn asked for."""

    token: str
    user_id: UUID
    name: str
    email: str
    role: str


class SignInFailed(Struct, frozen=True, tag="sign_in_failed"):
    """Engine: why not; `code` is worded at the screen."""

    code: str
    message: str


class Opened(Struct, frozen=True, tag="opened"):
    """Engine: the cache file is there and may be read; `usable` once it was fetched whole."""

    usable: bool


class Standing(Struct, frozen=True, tag="standing"):
    """Engine: how the link is, up to where the cache is current, and as of when.

    `locked` when the lease on the cache has run out: it may not be read until the server is met.
    """

    mode: Mode
    done: int
    total: int
    cursor: Seq
    synced_at: datetime | None
    since: datetime
    locked: bool = False


class Changed(Struct, frozen=True, tag="changed"):
    """Engine: these records in the cache are not what they were, and it stands at `cursor`."""

    kinds: dict[str, list[UUID]]
    cursor: Seq


class Answered(Struct, frozen=True, tag="answered"):
    """Engine: final outcomes of commands."""

    results: tuple[Result, ...]


class Deepened(Struct, frozen=True, tag="deepened"):
    """Engine: what Deepen asked for is in the cache, or (not `done`) cannot be had now."""

    parent: UUID
    done: bool


class Sought(Struct, frozen=True, tag="sought"):
    """Engine: what the server found, None when it could not be asked or refused: `problem`."""

    number: int
    found: Searched | None
    problem: str = ""


class Restored(Struct, frozen=True, tag="restored"):
    """Engine: the server has lost these parts of its log: what was accepted there is not done."""

    lost: tuple[Lost, ...]


class Present(Struct, frozen=True, tag="present"):
    """Engine: somebody else is at this ticket and does this."""

    ticket: UUID
    who: UUID
    what: str


class Transfer(Struct, frozen=True, tag="transfer"):
    """Engine: so many of a file's bytes are up or down; `problem` is the code of why no more."""

    blob: UUID
    way: Literal["up", "down"]
    done: int
    size: int
    problem: str = ""


class SignedOut(Struct, frozen=True, tag="signed_out"):
    """Engine: the session has ended."""


class NotSignedOut(Struct, frozen=True, tag="not_signed_out"):
    """Engine: the server could not be asked to end all sessions; none was ended."""


ToEngine = (
    SignIn | Begin | Poke | Hurry | GoOffline | Open | Deepen | Attend | Glance | FetchFile | Seek
    | SignOut
)  # fmt: skip
FromEngine = (
    SignedIn | SignInFailed | Opened | Standing | Changed | Answered | Present | Deepened
    | Restored | Sought | Transfer | SignedOut | NotSignedOut
)  # fmt: skip

# JSON, as what travels to and from the server: the record that a refusal brings stays as it came.
_encoder = msgspec.json.Encoder()
to_engine: msgspec.json.Decoder[ToEngine] = msgspec.json.Decoder(ToEngine)
from_engine: msgspec.json.Decoder[FromEngine] = msgspec.json.Decoder(FromEngine)


def packed(frame: ToEngine | FromEngine) -> bytes:
    """A frame with its length before it."""
    body = _encoder.encode(frame)
    return HEADER.pack(len(body)) + body
