"""Reads of shared drafts, and the query columns their documents project to."""

from uuid import UUID

from console.drafts.model import SharedDraft
from console.drafts.records import DRAFT
from console.store.reader import Reader, Value


def draft_columns(draft: SharedDraft) -> dict[str, Value]:
    """Query columns of a draft."""
    return {"ticket_id": draft.ticket_id.bytes}


def drafts(reader: Reader) -> list[SharedDraft]:
    """All drafts that are here: one's own."""
    found = reader.rows("SELECT id, doc FROM drafts ORDER BY id")
    return [DRAFT.read(UUID(bytes=bytes(row[0])), row[1]) for row in found]
