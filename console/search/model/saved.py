"""A search line that somebody keeps, on all their computers."""

from uuid import UUID

from console.kernel.codec import Moment, Record
from console.kernel.errors import Refused
from console.kernel.ids import derived_id
from console.kernel.tongue import mark, tr

MAX_QUERY_CHARS = 500
"""A line is no longer, kept or not."""
SAVED_MOST = 50
"""So many lines one person may keep."""
FULL = mark("At most {count} searches are kept: let go of one first.")


class SavedSearch(Record, frozen=True, kw_only=True):
    """A line as it is typed. `at` orders them; `gone` is one that its owner is letting go of."""

    owner_id: UUID
    line: str
    at: Moment
    gone: bool = False


def saved_id(owner_id: UUID, line: str) -> UUID:
    """A line somebody keeps has this id, whichever computer they keep it on."""
    return derived_id("saved_search", str(owner_id), line)


def checked_line(line: str) -> str:
    """The line as it is kept. Raises Refused `bad_search` for one that cannot be searched for."""
    kept = line.strip()
    if not kept or len(kept) > MAX_QUERY_CHARS or not kept.isprintable():
        told = tr("A search has 1 to {count} visible characters.")
        raise Refused("bad_search", told.format(count=MAX_QUERY_CHARS))
    return kept


def full() -> Refused:
    """That no more can be kept: `too_many_searches`."""
    return Refused("too_many_searches", tr(FULL).format(count=SAVED_MOST))
