"""What travels between console and server: changes, commands, outcomes.

Live sockets carry them in the frames of `frames.py`; what a console asks for beside the log is in
`asking.py`. `console/sync/README.md` tells the protocol; golden copies of every shape are in
`tests/wire`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from msgspec import Raw, Struct

from console.kernel import codec
from console.kernel.codec import Record, Strict, Whole
from console.kernel.errors import Refused
from console.store import packed
from console.store.reader import Columns

MAX_COMMANDS = 100
MAX_COMMANDS_BYTES = 256 * 1024

R = TypeVar("R", bound=Record)
EPOCH_BITS = 32
Seq = Whole
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
        """The record in a stored (also packed) or received document."""
        return codec.read_record(self.body, record_id, packed.plain(doc))


@dataclass(frozen=True)
class Beside(Generic[R]):
    """Rows that a record gives to a table beside its own, for queries: they come and go with it.

    `owner` is the column with the record's id, `rows` tells the other columns of each.
    """

    table: str
    owner: str
    rows: Callable[[R], Sequence[Columns]]


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
    `sc` are the record's scopes, empty for records that follow a parent. `new` tells of one that
    was made since the reader's cursor, so that nothing older is about it.
    """

    k: str
    id: UUID
    rev: Seq
    op: Literal["U", "D", "X"] = "U"
    sc: tuple[int, ...] = ()
    new: bool = False
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
    n: Whole = 0
    v: Whole = 1
    base_rev: Seq = 0
    after: UUID | None = None
    group: UUID | None = None
    requires: tuple[UUID, ...] = ()
    args: Raw = Raw(b"{}")

    def digest(self) -> bytes:
        """What must be equal when the same id comes again; `n` may differ."""
        args: object
        try:
            args = codec.decode(self.args, dict[str, Any])
        except Refused:  # they are refused where they are read; that answer is kept too
            args = bytes(self.args)
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
    epoch: Whole = 0


class Results(Struct, frozen=True):
    """Answer to POST commands: one result each, in the same order."""

    results: tuple[Result, ...]


class Epoch(Struct, frozen=True, array_like=True):
    """One life of the log: a number never reused and a random tag."""

    no: Whole
    tag: Whole
