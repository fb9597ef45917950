"""A conversation, its lanes and messages, and what adding a message does to it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from msgspec import Struct, structs

from console.kernel.codec import NIL, Record
from console.kernel.errors import Refused
from console.kernel.ids import derived_id
from console.people.model import Party, Side, User

if TYPE_CHECKING:  # no first paint waits for what finds contact data
    from console.masking.model.policy import Content
    from console.masking.model.shield import Shield

LaneName = Literal["buyer", "seller", "internal"]
AuthorKind = Literal["party", "staff", "system"]
Channel = Literal["email", "chat", "web", "phone", "import"]

MAX_BODY_CHARS = 100_000
MAX_ATTACHMENTS = 50
MAX_MENTIONS = 50
MAX_NAME_BYTES = 200
"""Of a file's name in UTF-8: file systems take 255, and some want room for a suffix."""
SNIPPET_CHARS = 140


class Lane(Struct, frozen=True, omit_defaults=True):
    """One side of the conversation: with whom and how they are reached."""

    name: LaneName
    party_id: UUID
    channel: Channel


class Attachment(Struct, frozen=True, omit_defaults=True):
    """What is known of a file before it is fetched; `size` in bytes, `sha256` in hex."""

    id: UUID
    name: str
    type: str
    size: int
    sha256: str


class Mention(Struct, frozen=True, omit_defaults=True):
    """A colleague named in a note: who they are, and the name that stands behind an `@` there."""

    user_id: UUID
    name: str

    @property
    def words(self) -> str:
        """What stands in the text."""
        return f"@{self.name}"


class Conversation(Record, frozen=True, kw_only=True):
    """A thread of messages. `count` were ever in it; `answered` is the last public reply."""

    subject: str
    lanes: tuple[Lane, ...] = ()
    order_id: UUID | None = None
    created_at: datetime
    last_at: datetime
    count: int = 0
    last_lane: LaneName = "buyer"
    answered: UUID = NIL


class Message(Record, frozen=True, kw_only=True):
    """One message: the `pos`-th of its conversation (from 1), in one lane.

    What was split off left its place empty: later ones keep theirs, and `count` is the last place.

    `author_id` is a party's or a user's; `body` is plain text. `html` is the same as its sender
    formatted it, cleaned by `markup.clean`, empty for none; `source` the mail as it came, as a file.
    `mentions` are the colleagues that the text names, in its order. `masked` are the kinds of contact
    data that were covered before it was kept, in the order of their places; `as_is` that somebody with
    leave had some go out as it stands.
    """

    conversation_id: UUID
    pos: int
    lane: LaneName
    author: AuthorKind
    author_id: UUID = NIL
    body: str
    at: datetime
    channel: Channel = "web"
    attachments: tuple[Attachment, ...] = ()
    html: str = ""
    source: Attachment | None = None
    mentions: tuple[Mention, ...] = ()
    masked: tuple[str, ...] = ()
    as_is: bool = False

    @property
    def files(self) -> tuple[Attachment, ...]:
        """Every file that the message brings, its source among them."""
        return self.attachments if self.source is None else (*self.attachments, self.source)


class Sighting(Record, frozen=True, kw_only=True):
    """That somebody whom a message mentions has seen it."""

    owner_id: UUID
    message_id: UUID


def sighting_id(owner_id: UUID, message_id: UUID) -> UUID:
    """Somebody's sighting of a message has this id, whichever computer they saw it on."""
    return derived_id("sighting", str(owner_id), str(message_id))


def mentions(message: Message, user_id: UUID) -> bool:
    """Whether a message mentions somebody."""
    return any(each.user_id == user_id for each in message.mentions)


def with_message(conversation: Conversation, message: Message) -> Conversation:
    """The conversation after `message`, which must be its next one."""
    public = message.lane != "internal"
    answered = message.id if public and message.author == "staff" else conversation.answered
    return structs.replace(
        conversation,
        count=message.pos,
        last_at=max(conversation.last_at, message.at),
        last_lane=message.lane if public and message.author == "party" else conversation.last_lane,
        answered=answered,
    )


def staff_message(
    conversation: Conversation,
    message_id: UUID,
    name: LaneName,
    body: str,
    author_id: UUID,
    at: datetime,
    attachments: tuple[Attachment, ...] = (),
    html: str = "",
    mentions: tuple[Mention, ...] = (),
    shield: "Shield | None" = None,
    *,
    as_is: bool = False,
) -> Message:
    """The next message as a colleague writes it; raises what `checked_body` raises.

    What goes to a party goes through the `shield` before them, unless it is to go `as_is`. Of `html`
    that is kept which `markup.own` lets through; where it says more than the words do, the body is
    what it reads as: the two never differ. Of `mentions` those stay whose words stand in it, in a
    note.
    """
    from console.conversations import markup  # no first paint waits for what cleans

    formatted = markup.own(html) if html else ""
    if formatted and not markup.is_formatted(formatted):
        formatted = ""
    if formatted:
        body = markup.plain_of(formatted)
    masked: tuple[str, ...] = ()
    unmasked = False
    if shield is not None:
        from console.conversations import shielding

        if as_is:
            unmasked = bool(shield.find(body) or shielding.hidden(formatted, shield))
        else:
            body, formatted, masked = shielding.shielded(body, formatted, shield)
    known = lane(conversation, name)
    named = tuple(each for each in mentions if each.words in body and name == "internal")
    return Message(
        id=message_id,
        conversation_id=conversation.id,
        pos=conversation.count + 1,
        lane=name,
        author="staff",
        author_id=author_id,
        body=checked_body(body, attachments),
        at=at,
        channel=known.channel if known else "web",
        attachments=attachments,
        html=formatted,
        mentions=named,
        masked=masked,
        as_is=unmasked,
    )


def shield_before(
    conversation: Conversation,
    name: Side,
    content: "Content",
    party_of: Callable[[UUID], Party | None],
    author: User | None,
) -> "Shield":
    """The shield, by a policy's content, before whoever is on a lane and from all on the others."""
    from console.masking.model.shield import shield_for

    on = lane(conversation, name)
    party = party_of(on.party_id) if on else None
    rest = [party_of(each.party_id) for each in conversation.lanes if each.name != name]
    return shield_for(content, name, party, [each for each in rest if each], author)


def lane(conversation: Conversation, name: LaneName) -> Lane | None:
    """The lane of that name, None when nobody is on it."""
    return next((known for known in conversation.lanes if known.name == name), None)


def checked_body(body: str, attachments: tuple[Attachment, ...] = ()) -> str:
    """The body as it is kept: no control characters, no outer blank lines.

    Raises Refused `empty_message`, `message_too_long` (MAX_BODY_CHARS) or
    `too_many_attachments` (MAX_ATTACHMENTS).
    """
    text = _CONTROL.sub("", body.replace("\r\n", "\n")).strip("\n").rstrip()
    if not text.strip() and not attachments:
        raise Refused("empty_message", "Write something first.", fields={"body": "empty"})
    if len(text) > MAX_BODY_CHARS:
        limit = f"A message has at most {MAX_BODY_CHARS:,} characters."
        raise Refused("message_too_long", limit, fields={"body": "too long"})
    checked_count(attachments)
    return text


def checked_count(attachments: tuple[Attachment, ...]) -> None:
    """Raise Refused `too_many_attachments` for more than MAX_ATTACHMENTS."""
    if len(attachments) > MAX_ATTACHMENTS:
        limit = f"A message has at most {MAX_ATTACHMENTS} attachments."
        raise Refused("too_many_attachments", limit, fields={"attachments": "too many"})


def checked_mentions(mentions: tuple[Mention, ...]) -> None:
    """Raise Refused `too_many_mentions` for more than MAX_MENTIONS."""
    if len(mentions) > MAX_MENTIONS:
        limit = f"A note mentions at most {MAX_MENTIONS} colleagues."
        raise Refused("too_many_mentions", limit, fields={"mentions": "too many"})


def safe_name(told: str) -> str:
    """A file's name as it is kept, shown and offered for saving: never a path, never a trick.

    NFKC; without directories, control, bidirectional and invisible characters; nothing that
    Windows reserves; at most MAX_NAME_BYTES, its ending kept; `file` where nothing is left.
    """
    text = unicodedata.normalize("NFKC", told)
    seen = "".join(" " if letter in "\t\n\r" else letter for letter in text if _is_seen(letter))
    name = unicodedata.normalize("NFKC", seen).replace("\\", "/").rpartition("/")[2]
    name = _SPACE.sub(" ", _RESERVED.sub("_", name)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > _ENDING_BYTES:
        stem, dot, ending = name, "", ""
    room = MAX_NAME_BYTES - len((dot + ending).encode()) - 1
    name = stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + ending
    return "_" + name if _DEVICE.fullmatch(name.partition(".")[0].strip()) else name or "file"


def _is_seen(letter: str) -> bool:
    if letter in "\t\n\r":
        return True
    hidden = unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return not hidden and letter not in _INVISIBLE


def gaps(text: str) -> list[tuple[int, int]]:
    """Where placeholders stand in a text, such as `{order.number}`: begin and end of each."""
    return [found.span() for found in _GAP.finditer(text)]


_GAP = re.compile(r"\{[a-z]+\.[a-z]+\}")
_ENDING_BYTES = 20
_RESERVED = re.compile(r'[<>:"|?*\u2044\u2215\u29f8]')
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that take no ink."""
_DEVICE = re.compile(r"con|prn|aux|nul|clock\$|conin\$|conout\$|com\d|lpt\d", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SPACE = re.compile(r"\s+")


def snippet(body: str) -> str:
    """The beginning of a body on one line, for lists."""
    return _SPACE.sub(" ", body[: SNIPPET_CHARS * 2]).strip()[:SNIPPET_CHARS]
