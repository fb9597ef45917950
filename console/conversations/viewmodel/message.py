"""A message in the making: who it can go to, how it stands, and why it may not go yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from console.conversations.model import (
    Attachment,
    LaneName,
    Mention,
)
from console.conversations.viewmodel.files import FileItem
from console.kernel.codec import NIL, Record
from console.kernel.tongue import mark, pair
from console.sync.client.deed import Deed

Then = dict[str, Any]
"""What is done once a message was accepted, as the room that knows it writes it."""


@dataclass(frozen=True)
class Recipient:
    """Somebody the message can go to; `name` is empty for the colleagues.

    `conversation_id` is where they are written to. `key` is the lane; of somebody in a merged
    ticket's conversation who is not in the ticket's own it names them too.
    """

    lane: LaneName
    name: str
    channel: str
    conversation_id: UUID = NIL
    key: str = ""


@dataclass(frozen=True)
class ComposerState:
    """What the composer shows. `unusual` when the lane did not write last: it asks once."""

    to: Recipient
    choices: Sequence[Recipient]
    text: str
    caret: int
    unusual: bool
    problem: str = ""
    files: Sequence[FileItem] = ()
    then: str = ""
    """In words, what is done to the ticket once the message was accepted."""
    html: str = ""
    """The text with its formats, empty for plain text."""
    rich: bool = False
    mentions: tuple[Mention, ...] = ()
    """The colleagues who were picked and still stand in the text, in its order."""
    as_is: bool = False
    """Whether contact data in it is to go out as it stands, should its author have leave to."""


class Said(Record, frozen=True):
    """What a reply or note says, whichever of the two it is; a note names no lane."""

    body: str = ""
    html: str = ""
    lane: LaneName = "internal"
    attachments: tuple[Attachment, ...] = ()
    mentions: tuple[Mention, ...] = ()
    as_is: bool = False


class Afterwards(Protocol):
    """Knows what can be done after a message."""

    def words(self, then: Then) -> str:
        """What will be done, briefly; empty for nothing."""

    def deeds(self, ticket_id: UUID, then: Then, *, solve: bool, public: bool) -> Sequence[Deed]:
        """The commands that follow a message. Raises Refused when one cannot be."""

    def home(self, ticket_id: UUID) -> UUID:
        """The ticket's own conversation; NIL for one that is not here."""

    def again(self, deeds: Sequence[tuple[str, bytes]]) -> Then:
        """What commands of these types and arguments did, for a draft to keep once more."""


class Nothing:
    """Nothing is done after any message."""

    def words(self, _then: Then) -> str:
        return ""

    def deeds(self, _id: UUID, _then: Then, *, solve: bool, public: bool) -> Sequence[Deed]:
        _ = solve, public
        return ()

    def home(self, _ticket_id: UUID) -> UUID:
        return NIL

    def again(self, _deeds: Sequence[tuple[str, bytes]]) -> Then:
        return {}


@dataclass(frozen=True)
class Sent:
    """A message was queued: its command, in which words, and until when it can be taken back."""

    cmd_id: UUID
    about: str
    until: datetime | None = None
    scheduled: bool = False


def caret_at_end(body: str) -> int:
    """The caret behind a text; it is Qt's, which counts UTF-16 units."""
    return len(body.encode("utf-16-le")) // 2


OTHER_DRAFT = mark(
    "Something else is begun on this ticket, to somebody else: send or clear it, then edit this."
)
PROBLEMS = {
    "empty_message": mark("Write something first."),
    "too_many_attachments": mark("A message has at most {files} files: send two messages."),
    "message_too_long": mark("A message has at most {characters} characters: shorten it."),
    "too_many_mentions": mark("A note mentions at most {mentions} colleagues: take some out."),
    "formats_too_long": mark(
        "A formatted message has at most {formatted} characters: shorten it, or send plain text."
    ),
}

UNUSUAL = mark("{name} did not write last. Send again to confirm.")
UNFILLED = mark("{gap} is not filled in. Fill it in, or send again to send it as it stands.")
ON_ITS_WAY = mark("It is on its way already.")
BESIDE: Mapping[tuple[LaneName, bool], tuple[str, str]] = {
    ("buyer", False): pair("{names} is writing to the buyer", "{names} are writing to the buyer"),
    ("buyer", True): pair(
        "{names} is writing to the buyer too", "{names} are writing to the buyer too"
    ),
    ("seller", False): pair(
        "{names} is writing to the seller", "{names} are writing to the seller"
    ),
    ("seller", True): pair(
        "{names} is writing to the seller too", "{names} are writing to the seller too"
    ),
    ("internal", False): pair("{names} is writing a note", "{names} are writing a note"),
    ("internal", True): pair("{names} is writing a note too", "{names} are writing a note too"),
}
"""Who else writes: by lane, and whether one is writing oneself."""
