"""A draft as one's computers share it, and what becomes of two that were begun apart."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from msgspec import Struct

from console.kernel.codec import Moment, Record
from console.kernel.ids import derived_id

MAX_SHARED_CHARS = 12_000
"""Longer drafts stay on the computer where they are written: four of these fit into one request."""
MAX_OTHERS = 3


Words = tuple[str, str]
"""A text, and the same with its formats."""
NOTHING: Words = ("", "")


class Version(Struct, frozen=True, omit_defaults=True):
    """What was begun for a ticket: the composer's lane, the text, and when it was last kept.

    `html` is the text with its formats, empty for plain.
    """

    to: str
    body: str
    at: Moment
    html: str = ""

    @property
    def says(self) -> Words:
        """By what two versions are told apart."""
        return self.body, self.html


class SharedDraft(Record, frozen=True, kw_only=True):
    """What one last wrote on a ticket and did not send, on whichever computer.

    `device` wrote it; `others` are versions that it took the place of unseen, the newest first.
    `then` is what is done once it is accepted.
    """

    owner_id: UUID
    ticket_id: UUID
    version: Version
    device: UUID
    then: dict[str, Any] = {}
    others: tuple[Version, ...] = ()


def draft_id(owner_id: UUID, ticket_id: UUID) -> UUID:
    """Somebody's draft on a ticket has this id, whichever computer makes it."""
    return derived_id("draft", str(owner_id), str(ticket_id))


def distinct(versions: Iterable[Version], but: Words) -> tuple[Version, ...]:
    """The first MAX_OTHERS versions that say something, each once and none that says `but`."""
    found: dict[Words, Version] = {}
    for version in versions:
        if version.body.strip() and version.says != but:
            found.setdefault(version.says, version)
    return tuple(found.values())[:MAX_OTHERS]
