"""Conversations on the wire: the two kinds, and the commands that add messages."""

from uuid import UUID

from console.conversations.model import (
    Attachment,
    Channel,
    Conversation,
    LaneName,
    Mention,
    Message,
    Sighting,
)
from console.kernel.codec import NIL, Moment, Strict
from console.people.model import Side
from console.sync.records import Kind, Seq

CONVERSATION = Kind("conversation", Conversation)
MESSAGE = Kind(
    "message",
    Message,
    parent="conversation",
    parent_id=lambda message: message.conversation_id,
    internal=lambda message: message.lane == "internal",
)

SIGHTING = Kind("sighting", Sighting)


class SendReply(Strict, frozen=True):
    """Answer buyer or seller in the target conversation.

    `message_id` names the message to be, so a retry is the same message. A newer public reply by
    somebody else than the author saw (`base_rev`) refuses it with `newer_reply`, unless `anyway`.
    `html` is the same with formats, `markup.OWN_TAGS`; the body is taken from it then. Where several
    conversations are shown as one, `seen` is the newest change of any of them that the author saw,
    and a newer reply in any of them counts; 0 where it stands alone. Contact data that the
    organisation's policy masks is covered; `as_is` leaves it, which who has no leave to is refused with
    `may_not_unmask`.
    """

    message_id: UUID
    lane: LaneName
    body: str
    attachments: tuple[Attachment, ...] = ()
    anyway: bool = False
    html: str = ""
    seen: Seq = 0
    as_is: bool = False


class AddNote(Strict, frozen=True):
    """Write to colleagues in the target conversation; always accepted. `html` as in a reply.

    `mentions` are the colleagues it names; somebody nobody knows is refused with `no_user`.
    """

    message_id: UUID
    body: str
    attachments: tuple[Attachment, ...] = ()
    html: str = ""
    mentions: tuple[Mention, ...] = ()


class SeeMention(Strict, frozen=True):
    """The author has seen a message that mentions them; the target is their sighting of it.

    Seen already, anywhere, or gone, or about somebody else: nothing happens.
    """

    message_id: UUID


class Sender(Strict, frozen=True):
    """Who wrote from outside, as far as the channel knows."""

    side: Side
    name: str
    email: str = ""
    phone: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    zone: str = ""
    since: Moment | None = None


class ReceiveMessage(Strict, frozen=True):
    """A message from outside. The target is its conversation, begun when it is new.

    A channel derives the command id from its own message id, so a hook called twice makes one
    message. `order_number` links the conversation to an order; `team_id` is whose queue it joins.
    `html` is the body as its sender formatted it: what of it is harmless is kept, and gives the
    `body` when that is empty. `source` is a file with the mail as it came.
    """

    message_id: UUID
    sender: Sender
    channel: Channel
    subject: str
    body: str
    at: Moment
    order_number: str = ""
    team_id: UUID = NIL
    attachments: tuple[Attachment, ...] = ()
    html: str = ""
    source: Attachment | None = None
