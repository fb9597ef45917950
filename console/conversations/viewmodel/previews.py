"""Replies and notes as they look before the server has answered."""

from typing import TYPE_CHECKING
from uuid import UUID

from msgspec import structs

from console.conversations.model import (
    Conversation,
    LaneName,
    Sighting,
    mentions,
    shield_before,
    sighting_id,
    staff_message,
    with_message,
)
from console.conversations.records import (
    CONVERSATION,
    MESSAGE,
    SIGHTING,
    AddNote,
    SeeMention,
    SendReply,
)
from console.conversations.tables.rows import (
    conversation_columns,
    message_columns,
    sighting_columns,
)
from console.kernel.codec import Strict
from console.masking.model.policy import POLICY_ID, content_of
from console.masking.records import MASKING
from console.people.model import Side
from console.people.records import PARTY, USER
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish

if TYPE_CHECKING:
    from console.masking.model.shield import Shield

OVERLAID = (
    Overlaid(CONVERSATION, "conversations", conversation_columns),
    Overlaid(MESSAGE, "messages", message_columns),
    Overlaid(SIGHTING, "sightings", sighting_columns),
)


def preview_reply(layer: Layer, wish: Wish) -> None:
    """The reply as the next message."""
    _preview(layer, wish, wish.args.lane)


def preview_note(layer: Layer, wish: Wish) -> None:
    """The note as the next message."""
    _preview(layer, wish, "internal")


def _preview(layer: Layer, wish: Wish, to: LaneName) -> None:
    args = wish.args
    named = args.mentions if isinstance(args, AddNote) else ()
    conversation = layer.get(CONVERSATION, wish.target)
    if conversation is None or layer.has(MESSAGE, args.message_id):
        return
    shield = None if to == "internal" else _shield(layer, wish.me, conversation, to)
    message = staff_message(
        conversation, args.message_id, to, args.body, wish.me, wish.at, args.attachments,
        args.html, named, shield, as_is=isinstance(args, SendReply) and args.as_is,
    )  # fmt: skip
    layer.lay(MESSAGE, message)
    layer.lay(CONVERSATION, with_message(conversation, message))
    if mentions(message, wish.me):  # who wrote it has seen it
        _see(layer, wish.me, message.id)


def _shield(layer: Layer, me: UUID, conversation: Conversation, to: Side) -> "Shield":
    """The shield as the server will make it, by what is here."""
    content = content_of(layer.get(MASKING, POLICY_ID))
    return shield_before(
        conversation, to, content, lambda key: layer.get(PARTY, key), layer.get(USER, me)
    )


def preview_sighting(layer: Layer, wish: Wish) -> None:
    """It counts as seen at once."""
    args: SeeMention = wish.args
    _see(layer, wish.me, args.message_id)


def _see(layer: Layer, user_id: UUID, message_id: UUID) -> None:
    key = sighting_id(user_id, message_id)
    if layer.get(SIGHTING, key) is None:
        layer.lay(SIGHTING, Sighting(id=key, owner_id=user_id, message_id=message_id))


def renew_reply(_: Layer, wish: Wish) -> Strict:
    """Sent although a colleague answered meanwhile, or masked, if that is what stood against it."""
    args: Strict = wish.args
    match wish.refused:
        case "newer_reply":
            return structs.replace(args, anyway=True)
        case "may_not_unmask":
            return structs.replace(args, as_is=False)
    return args


PREVIEWS = (
    Previews(SendReply, preview_reply, renew_reply, confirm=True),
    Previews(AddNote, preview_note),
    Previews(SeeMention, preview_sighting, apart=True),
)
