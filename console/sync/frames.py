"""The frames of a live socket: C from the console, S from the server; and the protocol's version."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from console.sync.records import Change, Command, Epoch, Result, Seq

PROTO = 2
OLDEST_PROTO = PROTO - 1
"""The protocol spoken, and the oldest that a server still understands."""
SUBPROTOCOL = "desk.sync.v1"

MAX_UNACKED_CHANGES = 2_000
MAX_UNACKED_BYTES = 1024 * 1024
ACK_TIMEOUT_S = 30.0
ACK_WITHIN_S = 0.1
"""A console acknowledges what it was sent so long after at most, all of it at once."""
PING_INTERVAL_S = 20.0
COMPRESS_FROM_BYTES = 2 * 1024
MAX_MARKS = 256


class Hello(Struct, frozen=True, tag="hello", tag_field="t", forbid_unknown_fields=True):
    """C: who I am and what I hold. `hwm` is the highest place in the log I know to have existed.

    `marks` (from protocol 2, at most MAX_MARKS) are the highest places in each epoch at which a
    command of mine was accepted: a restored server says which of them it has lost.
    """

    proto: tuple[int, int]
    device: UUID
    token: str
    cursor: Seq
    hwm: Seq
    epoch: Epoch | None
    scopes: str
    marks: tuple[Seq, ...] = ()


class Limits(Struct, frozen=True):
    """What one console may have unacknowledged, and how often silence is broken."""

    changes: int = MAX_UNACKED_CHANGES
    bytes: int = MAX_UNACKED_BYTES
    ping_s: float = PING_INTERVAL_S


class Lost(Struct, frozen=True, array_like=True):
    """A part of the log that this history does not have: after `after`, up to and with `upto`."""

    after: Seq
    upto: Seq


class Welcome(Struct, frozen=True, tag="welcome", tag_field="t"):
    """S: the session begins; `scopes` is all you may see, whatever you held before.

    From protocol 2: `border` is where the working set ends (ms), `lost` answers `marks`.
    `installation` is the server's own number, wherever it is reached; older ones tell none.
    """

    session: UUID
    proto: int
    epoch: Epoch
    head: Seq
    server_time: datetime
    scopes: tuple[int, ...]
    mode: Literal["live", "catchup", "resync"]
    last_n: int
    limits: Limits = Limits()
    border: int = 0
    lost: tuple[Lost, ...] = ()
    installation: int | UnsetType = UNSET


class Batch(Struct, frozen=True, tag="batch", tag_field="t"):
    """S: what changed after `from_seq`, up to and including `to_seq`, also when nothing did."""

    from_seq: Seq
    to_seq: Seq
    changes: tuple[Change, ...]
    more: bool = False


class Ack(Struct, frozen=True, tag="ack", tag_field="t", forbid_unknown_fields=True):
    """C: everything up to `seq` is committed here; send more."""

    seq: Seq


class ScopeFrame(Struct, frozen=True, tag="scope", tag_field="t"):
    """S: what you may see changed at `at`; drop the rows of `remove`, fetch those of `add`."""

    at: Seq
    add: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()


class CommandFrame(Struct, frozen=True, tag="cmd", tag_field="t", forbid_unknown_fields=True):
    """C: one command over the socket; the same ids and results as over HTTP."""

    command: Command


class ResultFrame(Struct, frozen=True, tag="result", tag_field="t"):
    """S: the outcome of a command sent over the socket."""

    result: Result


class Ephemeral(Struct, frozen=True, tag="eph", tag_field="t", forbid_unknown_fields=True):
    """Both: presence or typing on a topic; never stored, the first thing dropped."""

    topic: str
    what: str
    who: UUID | None = None


class Ping(Struct, frozen=True, tag="ping", tag_field="t", forbid_unknown_fields=True):
    """Both: alive. The server's carries the log's `head`."""

    head: Seq | UnsetType = UNSET


class Resync(Struct, frozen=True, tag="resync", tag_field="t"):
    """S: the log cannot bring you up to date; fetch what is newer than `since`, then compare.

    In protocol 1 everything is fetched anew. Outbox and drafts are kept.
    """

    reason: Literal["horizon", "fork"]
    since: Seq = 0


class Bye(Struct, frozen=True, tag="bye", tag_field="t"):
    """S: the session ends; come back after `retry_after_s`, or not before signing in again."""

    code: int
    retry_after_s: float | None = None


ClientFrame = Hello | Ack | CommandFrame | Ephemeral | Ping
ServerFrame = Welcome | Batch | ScopeFrame | ResultFrame | Ephemeral | Ping | Resync | Bye

BYE_SIGNED_OUT = 4401
BYE_SLOW = 4408
BYE_PROTOCOL = 4400
BYE_VERSION = 4426
BYE_RESTART = 1012
