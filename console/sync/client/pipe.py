"""What console and engine say to each other: length-prefixed JSON frames over a local pipe."""

import struct
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from console.sync.client.link import Mode
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


class SignOut(Struct, frozen=True, tag="sign_out"):
    """Console: end the session on the server, if it can be reached."""


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
    """Engine: how the link is, up to where the cache is current, and as of when."""

    mode: Mode
    done: int
    total: int
    cursor: Seq
    synced_at: datetime | None
    since: datetime


class Changed(Struct, frozen=True, tag="changed"):
    """Engine: these records in the cache are not what they were, and it stands at `cursor`."""

    kinds: dict[str, list[UUID]]
    cursor: Seq


class Answered(Struct, frozen=True, tag="answered"):
    """Engine: final outcomes of commands."""

    results: tuple[Result, ...]


class SignedOut(Struct, frozen=True, tag="signed_out"):
    """Engine: the session has ended."""


ToEngine = SignIn | Begin | Poke | Hurry | GoOffline | SignOut
FromEngine = SignedIn | SignInFailed | Opened | Standing | Changed | Answered | SignedOut

# JSON, as what travels to and from the server: the record that a refusal brings stays as it came.
_encoder = msgspec.json.Encoder()
to_engine: msgspec.json.Decoder[ToEngine] = msgspec.json.Decoder(ToEngine)
from_engine: msgspec.json.Decoder[FromEngine] = msgspec.json.Decoder(FromEngine)


def packed(frame: ToEngine | FromEngine) -> bytes:
    """A frame with its length before it."""
    body = _encoder.encode(frame)
    return HEADER.pack(len(body)) + body
