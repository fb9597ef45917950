"""Reads of saved searches, and the query columns their documents project to."""

from uuid import UUID

from console.search.model.saved import SavedSearch
from console.search.records import SAVED_SEARCH
from console.store.reader import Reader, Value


def saved_columns(saved: SavedSearch) -> dict[str, Value]:
    """Query columns of a saved search."""
    return {"owner_id": saved.owner_id.bytes}


def saved_lines(reader: Reader) -> list[str]:
    """The lines that are kept, one's own: the oldest first."""
    found = reader.rows("SELECT id, doc FROM saved_searches")
    kept = [SAVED_SEARCH.read(UUID(bytes=bytes(row[0])), row[1]) for row in found]
    return [one.line for one in sorted(kept, key=lambda one: (one.at, one.id)) if not one.gone]
