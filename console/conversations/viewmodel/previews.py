"""Replies and notes as they look before the server has answered."""

from msgspec import structs

from console.conversations.model import LaneName, staff_message, with_message
from console.conversations.records import CONVERSATION, MESSAGE, AddNote, SendReply
from console.conversations.tables.rows import conversation_columns, message_columns
from console.kernel.codec import Strict
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish

OVERLAID = (
    Overlaid(CONVERSATION, "conversations", conversation_columns),
    Overlaid(MESSAGE, "messages", message_columns),
)


def preview_reply(layer: Layer, wish: Wish) -> None:
    """The reply as the next message."""
    _preview(layer, wish, wish.args.lane)


def preview_note(layer: Layer, wish: Wish) -> None:
    """The note as the next message."""
    _preview(layer, wish, "internal")


def _preview(layer: Layer, wish: Wish, to: LaneName) -> None:
    args = wish.args
    mentions = args.mentions if isinstance(args, AddNote) else ()
    conversation = layer.get(CONVERSATION, wish.target)
    if conversation is None or layer.get(MESSAGE, args.message_id) is not None:
        return
    message = staff_message(
        conversation, args.message_id, to, args.body, wish.me, wish.at, args.attachments,
        args.html, mentions,
    )  # fmt: skip
    layer.lay(MESSAGE, message)
    layer.lay(CONVERSATION, with_message(conversation, message))


def renew_reply(_: Layer, wish: Wish) -> Strict:
    """Sent although a colleague answered meanwhile, if that is what stood against it."""
    args: Strict = wish.args
    return structs.replace(args, anyway=True) if wish.refused == "newer_reply" else args


PREVIEWS = (
    Previews(SendReply, preview_reply, renew_reply, confirm=True),
    Previews(AddNote, preview_note),
)
