"""To whom a message can go: everybody in the ticket's conversations, each once, and the colleagues."""

from collections.abc import Sequence
from uuid import UUID

from console.conversations.model import Conversation
from console.conversations.tables import rows
from console.conversations.viewmodel.message import Recipient
from console.kernel.codec import NIL
from console.people.viewmodel import Directory
from console.store.reader import Reader

NOBODY = Recipient("internal", "", "web", key="internal")


def choices(
    latest: Sequence[Conversation], home: Conversation | None, directory: Directory
) -> list[Recipient]:
    """Whom the conversations lead to, where each spoke last (`latest` first), colleagues at the end.

    `home` is the ticket's own conversation.
    """
    found: dict[str, Recipient] = {}
    for conversation in latest:
        for lane in conversation.lanes:
            name = key(lane.name, conversation, home)
            party = directory.party(lane.party_id)
            who = party.name if party else lane.name
            to = Recipient(lane.name, who, lane.channel, conversation.id, name)
            found.setdefault(name, to)
    return [*sorted(found.values(), key=lambda choice: choice.key), NOBODY]


def usual(
    latest: Sequence[Conversation], home: Conversation | None, choices: Sequence[Recipient]
) -> str:
    """The key of whoever wrote last; of colleagues while nobody has."""
    last = latest[0] if latest else None
    if last is None or last.last_lane == "internal":
        return NOBODY.key
    wanted = key(last.last_lane, last, home)
    return next((c.key for c in choices if c.key == wanted), choices[0].key)


def found(choices: Sequence[Recipient], key: str) -> Recipient:
    """Whoever is meant; instead of somebody who is not there any more, nobody outside."""
    named = next((choice for choice in choices if choice.key == key), None)
    return named or choices[-1 if ":" in key else 0]


def key(lane: str, conversation: Conversation, home: Conversation | None) -> str:
    """How somebody in a conversation is named: by the lane, unless another is on it at home."""
    party_id = _on(conversation, lane)
    known = home is None or _on(home, lane) == party_id
    return lane if known else f"{lane}:{party_id.hex}"


def key_there(reader: Reader | None, lane: str, conversation_id: UUID, home_id: UUID) -> str:
    """The key of whoever is written to in a conversation, on a ticket with its own."""
    if reader is None or conversation_id == home_id or lane == "internal":
        return lane
    there = rows.conversation(reader, conversation_id)
    home = rows.conversation(reader, home_id)
    return key(lane, there, home) if there and home else lane


def _on(conversation: Conversation, name: str) -> UUID:
    return next((lane.party_id for lane in conversation.lanes if lane.name == name), NIL)
