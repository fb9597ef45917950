"""Saved searches on the wire: the kind, and the two commands about them, with their conflict rules."""

from console.kernel.codec import Moment, Strict
from console.search.model.saved import SavedSearch
from console.sync.records import Kind

SAVED_SEARCH = Kind("saved_search", SavedSearch)


class SaveSearch(Strict, frozen=True):
    """Keep a line; the target is its author's id for it. Kept already, anywhere: nothing happens."""

    line: str
    at: Moment


class DropSearch(Strict, frozen=True):
    """Keep it no more; dropped already, anywhere: nothing happens."""
