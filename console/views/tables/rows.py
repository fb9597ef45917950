"""Reads of saved views, and the query columns their documents project to."""

from uuid import UUID

from console.store.reader import Reader, Value
from console.views.model import SavedView
from console.views.records import VIEW


def view_columns(view: SavedView) -> dict[str, Value]:
    """Query columns of a saved view; `kept_by` is whose limit it counts against."""
    return {
        "owner_id": view.owner_id.bytes,
        "kept_by": kept_by(view).bytes,
        "gone": int(view.gone),
        "place": view.position,
    }


def kept_by(view: SavedView) -> UUID:
    """Who keeps the view: its owner, its team, or for everybody's the nil id."""
    return view.owner_id if view.audience == "personal" else view.team_id


def views(reader: Reader) -> list[SavedView]:
    """All saved views that are there, by section's order: position, then id."""
    found = reader.rows("SELECT place, id, doc FROM views WHERE gone = 0 ORDER BY place, id")
    return [VIEW.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]


def view(reader: Reader, view_id: UUID) -> SavedView | None:
    """The saved view of that id, deleted ones too."""
    row = reader.row("SELECT id, doc FROM views WHERE id = :id", id=view_id.bytes)
    return VIEW.read(view_id, row[1]) if row else None
