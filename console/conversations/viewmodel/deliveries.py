"""How far a message of ours has come: sent, waiting, held back or refused."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from console.conversations.model import Message
from console.conversations.viewmodel.items import Delivery
from console.sync.client.outbox import Entry


class _Makes(msgspec.Struct):
    """The message that a command makes, if it makes one."""

    message_id: UUID | None = None


def by_message(waiting: Iterable[Entry]) -> dict[UUID, Entry]:
    """What waits and makes a message, by that message's id."""
    found = {}
    for entry in waiting:
        told = msgspec.json.decode(bytes(entry.command.args), type=_Makes)
        if told.message_id is not None:
            found[told.message_id] = entry
    return found


def delivery_of(message: Message, entry: Entry | None) -> Delivery:
    """How far a message is, given what waits of it."""
    if message.author == "party":
        return "received"
    if entry is None:
        return "sent"
    if not entry.parked:
        return "waiting"
    return "held" if entry.state == "held" else "rejected"
