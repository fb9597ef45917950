"""Replies and notes as they look before the server has answered."""

from uuid import UUID

from msgspec import structs

from console.conversations.model import (
    LaneName,
    Sighting,
    mentions,
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
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish

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
    message = staff_message(
        conversation, args.message_id, to, args.body, wish.me, wish.at, args.attachments,
        args.html, named,
    )  # fmt: skip
    layer.lay(MESSAGE, message)
    layer.lay(CONVERSATION, with_message(conversation, message))
    if mentions(message, wish.me):  # who wrote it has seen it
        _see(layer, wish.me, message.id)


def preview_sighting(layer: Layer, wish: Wish) -> None:
    """It counts as seen at once."""
    args: SeeMention = wish.args
    _see(layer, wish.me, args.message_id)


def _see(layer: Layer, user_id: UUID, message_id: UUID) -> None:
    key = sighting_id(user_id, message_id)
    if layer.get(SIGHTING, key) is None:
        layer.lay(SIGHTING, Sighting(id=key, owner_id=user_id, message_id=message_id))


def renew_reply(_: Layer, wish: Wish) -> Strict:
    """Sent although a colleague answered meanwhile, if that is what stood against it."""
    args: Strict = wish.args
    return structs.replace(args, anyway=True) if wish.refused == "newer_reply" else args


PREVIEWS = (
    Previews(SendReply, preview_reply, renew_reply, confirm=True),
    Previews(AddNote, preview_note),
    Previews(SeeMention, preview_sighting, apart=True),
)
