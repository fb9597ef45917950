"""What a console asks for beside the log: everything at first, older messages, a comparison, a search."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from console.kernel.codec import NIL, Moment, Strict, Whole
from console.sync.records import Change, Epoch, Seq

PAGE_ROWS = 1_000
MAX_HELD = 12_000
MAX_IDS = 50
BUCKETS = 256
WORKING_DAYS = 90
"""A console keeps what is open, and what somebody touched in so many days."""

# Bootstrap: NDJSON lines, in this order: BootStart, then rows (Change) and BootPage, BootEnd.


class Bootstrap(Strict, frozen=True):
    """Body of POST bootstrap: everything in scope, or on from the `resume` token of a page.

    `working` asks for the working set alone, `since` for what was written after that place in the
    log; a token remembers both.
    """

    scopes: tuple[Whole, ...] = ()
    kinds: tuple[str, ...] = ()
    resume: str | None = None
    working: bool = False
    since: Seq = 0


class BootStart(Struct, frozen=True, tag="start", tag_field="b"):
    """The log is followed from `start` once all pages are in; `totals` counts rows per kind.

    `border` is where the working set ends: a time in ms, 0 when everything is sent. `installation`
    is as in `Welcome`.
    """

    start: Seq
    epoch: Epoch
    scopes: tuple[int, ...]
    totals: dict[str, int]
    border: int = 0
    installation: int | UnsetType = UNSET


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
    before: Whole


class Compared(Strict, frozen=True):
    """Body of POST compare: what of a kind is held in some buckets of the working set.

    `held` are id and rev, at most MAX_HELD; without buckets only these are looked at.
    """

    kind: str
    border: Whole
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
    `into` is the number of the ticket that goes on where this one was merged, else 0.
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
    into: int = 0


class Searched(Struct, frozen=True, omit_defaults=True):
    """The answer to Search, the newest first; `capped` when there are more, or older ones.

    `by` of a hit is `party`, `staff` or `system`.
    """

    hits: tuple[SearchHit, ...] = ()
    capped: bool = False


class Summed(Strict, frozen=True):
    """Body of POST digests: sums over the working set as it ends at `border`."""

    border: Whole


class Digests(Struct, frozen=True):
    """For each kind BUCKETS sums over (id, rev) of its visible rows, read at `as_of`."""

    as_of: Seq
    epoch: Epoch
    kinds: dict[str, tuple[int, ...]]


BootLine = BootStart | BootPage | BootEnd
BOOT_CONTROL = b'{"b":'
"""How a control line begins; every other line of a bootstrap is a `Change`."""
