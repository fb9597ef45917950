"""What travels between console and server: changes, commands, outcomes, frames, and their version.

`console/sync/README.md` tells the protocol; golden copies of every frame are in `tests/wire`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from msgspec import UNSET, Raw, Struct, UnsetType

from console.kernel import codec
from console.kernel.codec import NIL, Moment, Record, Strict

PROTO = 2
OLDEST_PROTO = PROTO - 1
"""The protocol spoken, and the oldest that a server still understands."""
SUBPROTOCOL = "desk.sync.v1"

MAX_COMMANDS = 100
MAX_COMMANDS_BYTES = 256 * 1024
MAX_UNACKED_CHANGES = 2_000
MAX_UNACKED_BYTES = 1024 * 1024
ACK_TIMEOUT_S = 30.0
PING_INTERVAL_S = 20.0
COMPRESS_FROM_BYTES = 2 * 1024
PAGE_ROWS = 1_000
MAX_MARKS = 256
MAX_HELD = 12_000
MAX_IDS = 50
BUCKETS = 256
WORKING_DAYS = 90
"""A console keeps what is open, and what somebody touched in so many days."""

R = TypeVar("R", bound=Record)
EPOCH_BITS = 32
Seq = int
"""A place in the change log: `epoch number << 32 | count`."""
Scopes = frozenset[int]


@dataclass(frozen=True)
class Kind(Generic[R]):
    """One kind of record: its name on the wire, its body, and whose scopes it follows.

    A record has scopes of its own, or follows its parent: `parent` names the parent's kind,
    `parent_id` finds it, and `internal` says whether only those who may see the parent's
    internal side see it.
    """

    name: str
    body: type[R]
    parent: str | None = None
    parent_id: Callable[[R], UUID] | None = None
    internal: Callable[[R], bool] = lambda record: False

    def read(self, record_id: UUID, doc: bytes | str) -> R:
        """The record in a stored or received document."""
        return codec.read_record(self.body, record_id, doc)


def command(
    target: UUID,
    args: Strict,
    *,
    cmd_id: UUID,
    base_rev: Seq = 0,
    after: UUID | None = None,
    requires: tuple[UUID, ...] = (),
) -> "Command":
    """The command that carries `args`; its type is their class's name."""
    return Command(
        cmd_id=cmd_id,
        type=type(args).__name__,
        target=target,
        base_rev=base_rev,
        after=after,
        requires=requires,
        args=Raw(codec.encode(args)),
    )


def internal_scope(scope: int) -> int:
    """The scope that guards the internal children of what `scope` shows.

    Scopes are even numbers; the odd number after each is its internal side.
    """
    return scope | 1


def sees(granted: Scopes, scopes: Scopes, internal: bool = False) -> bool:
    """Whether whoever holds `granted` sees a record (or an internal child of one) in `scopes`."""
    if internal:
        return any(internal_scope(scope) in granted for scope in scopes)
    return not granted.isdisjoint(scopes)


class Change(Struct, frozen=True, omit_defaults=True):
    """One record as it now is. `rev` is the change that wrote it; apply only what is newer.

    `op`: U the whole record in `doc`; D gone for everybody; X out of your scopes.
    `sc` are the record's scopes, empty for records that follow a parent.
    """

    k: str
    id: UUID
    rev: Seq
    op: Literal["U", "D", "X"] = "U"
    sc: tuple[int, ...] = ()
    doc: Raw = Raw(b"null")


class Command(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A wish: what somebody wants done, with an id that makes retries harmless.

    `n` orders one device's commands (0: unordered); `target` is the record meant and `base_rev`
    the change its author saw; `after` names a command that must have been accepted before;
    `requires` are the files it carries, which a console sends before it.
    """

    cmd_id: UUID
    type: str
    target: UUID
    n: int = 0
    v: int = 1
    base_rev: Seq = 0
    after: UUID | None = None
    group: UUID | None = None
    requires: tuple[UUID, ...] = ()
    args: Raw = Raw(b"{}")

    def digest(self) -> bytes:
        """What must be equal when the same id comes again; `n` may differ."""
        args = codec.decoder(dict[str, Any]).decode(self.args)
        parts = (self.type, self.v, self.target, self.base_rev, self.after, self.group)
        return codec.digest([*parts, self.requires, args])


class Accepted(Struct, frozen=True, tag="accepted", tag_field="r", omit_defaults=True):
    """Done; visible to whoever has read up to `seq`."""

    seq: Seq


class Merged(Struct, frozen=True, tag="merged", tag_field="r", omit_defaults=True):
    """Done, over what somebody else did since: `theirs` is what was replaced or kept."""

    seq: Seq
    theirs: dict[str, Any]


class Rejected(Struct, frozen=True, tag="rejected", tag_field="r", omit_defaults=True):
    """Not done and never will be; `code` says why, `current` is the record as it is now."""

    code: str
    fields: dict[str, str] = {}
    current: Change | None = None


class Retry(Struct, frozen=True, tag="retry", tag_field="r", omit_defaults=True):
    """Not decided: send it again after a while."""

    after_s: float


class Expected(Struct, frozen=True, tag="expected", tag_field="r", omit_defaults=True):
    """Not looked at: commands are missing before it; number anew from `n`."""

    n: int


Outcome = Accepted | Merged | Rejected | Retry | Expected
Final = Accepted | Merged | Rejected
"""Outcomes that stay; the other two ask for another try."""


class Result(Struct, frozen=True, omit_defaults=True):
    """The outcome of one command; `again` when it had been given before."""

    cmd_id: UUID
    outcome: Outcome
    again: bool = False


class Commands(Strict, frozen=True):
    """Body of POST commands: at most MAX_COMMANDS, at most MAX_COMMANDS_BYTES.

    `epoch` is the number of the epoch that the console was welcomed in; 0 from who was in none.
    """

    commands: tuple[Command, ...]
    epoch: int = 0


class Results(Struct, frozen=True):
    """Answer to POST commands: one result each, in the same order."""

    results: tuple[Result, ...]


class Epoch(Struct, frozen=True, array_like=True):
    """One life of the log: a number never reused and a random tag."""

    no: int
    tag: int


# Bootstrap: NDJSON lines, in this order: BootStart, then rows (Change) and BootPage, BootEnd.


class Bootstrap(Strict, frozen=True):
    """Body of POST bootstrap: everything in scope, or on from the `resume` token of a page.

    `working` asks for the working set alone, `since` for what was written after that place in the
    log; a token remembers both.
    """

    scopes: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    resume: str | None = None
    working: bool = False
    since: Seq = 0


class BootStart(Struct, frozen=True, tag="start", tag_field="b"):
    """The log is followed from `start` once all pages are in; `totals` counts rows per kind.

    `border` is where the working set ends: a time in ms, 0 when everything is sent.
    """

    start: Seq
    epoch: Epoch
    scopes: tuple[int, ...]
    totals: dict[str, int]
    border: int = 0


class BootPage(Struct, frozen=True, tag="page", tag_field="b"):
    """The rows before this line are one page, read when the log stood at `as_of`."""

    token: str
    as_of: Seq


class BootEnd(Struct, frozen=True, tag="end", tag_field="b"):
    """All pages are sent."""

    as_of: Seq


# On demand: what a console wants to have or to check, beside log and bootstrap.


class Wanted(Strict, frozen=True):
    """Body of POST records: these of a kind (MAX_IDS), each with all that belongs to it."""

    kind: str
    ids: tuple[UUID, ...]


class Older(Strict, frozen=True):
    """Body of POST older: the children of a kind that stand before `before` in a parent."""

    kind: str
    parent: UUID
    before: int


class Compared(Strict, frozen=True):
    """Body of POST compare: what of a kind is held in some buckets of the working set.

    `held` are id and rev, at most MAX_HELD; without buckets only these are looked at.
    """

    kind: str
    border: int
    buckets: tuple[int, ...] = ()
    held: tuple[tuple[UUID, Seq], ...] = ()


class Found(Struct, frozen=True, omit_defaults=True):
    """The answer to all three, read when the log stood at `as_of`.

    Of an Older request, nothing is left before the place `floor`. Of a Compared one, the changes
    are what differs: the record as it is, or X for one that is not there or not to be seen.
    """

    as_of: Seq
    epoch: Epoch
    changes: tuple[Change, ...] = ()
    floor: int | None = None


class Search(Strict, frozen=True):
    """Body of POST search: a search line, in the time of whoever typed it, with their zone."""

    text: str
    now: Moment


class SearchHit(Struct, frozen=True, omit_defaults=True):
    """A message that was found in a ticket, or with `message` NIL the ticket's own words.

    `excerpt` is the part of its text around the first place found; `pos` its place among the others.
    """

    ticket: UUID
    number: int
    subject: str
    status: str
    at: datetime
    excerpt: str
    message: UUID = NIL
    pos: int = 0
    lane: str = ""
    author: str = ""
    by: str = ""


class Searched(Struct, frozen=True, omit_defaults=True):
    """The answer to Search, the newest first; `capped` when there are more, or older ones.

    `by` of a hit is `party`, `staff` or `system`.
    """

    hits: tuple[SearchHit, ...] = ()
    capped: bool = False


class Summed(Strict, frozen=True):
    """Body of POST digests: sums over the working set as it ends at `border`."""

    border: int


class Digests(Struct, frozen=True):
    """For each kind BUCKETS sums over (id, rev) of its visible rows, read at `as_of`."""

    as_of: Seq
    epoch: Epoch
    kinds: dict[str, tuple[int, ...]]


BootLine = BootStart | BootPage | BootEnd
BOOT_CONTROL = b'{"b":'
"""How a control line begins; every other line of a bootstrap is a `Change`."""


# Live frames: C from the console, S from the server.


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
