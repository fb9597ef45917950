"""Reads of conversations and messages, and the query columns their documents project to."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from console.conversations.model import Conversation, Message, Sighting
from console.conversations.records import CONVERSATION, MESSAGE
from console.kernel.clock import to_ms
from console.kernel.codec import NIL
from console.store.reader import Reader, Value, listed

PAGE = 100
"""Messages read at a time; older ones follow by their position."""
MENTIONS_SOMEBODY = "mentions <> ''"
"""What is in the index of mentions: one message in a thousand."""


def conversation_columns(conversation: Conversation) -> dict[str, Value]:
    """Query columns of a conversation; its parties are those of its lanes, NIL where there is none."""
    parties = {lane.name: lane.party_id for lane in conversation.lanes}
    return {
        "last_at": to_ms(conversation.last_at),
        "length": conversation.count,
        "buyer_id": parties.get("buyer", NIL).bytes,
        "seller_id": parties.get("seller", NIL).bytes,
    }


def message_columns(message: Message) -> dict[str, Value]:
    """Query columns of a message."""
    return {
        "conversation_id": message.conversation_id.bytes,
        "pos": message.pos,
        "internal": int(message.lane == "internal"),
        "mentions": mentions_column(each.user_id for each in message.mentions),
    }


def mentions_column(users: Iterable[UUID]) -> str:
    """Who is mentioned, as one text with a bar before and after each; empty for nobody."""
    told = "".join(f"{user.hex}|" for user in dict.fromkeys(users))
    return f"|{told}" if told else ""


def mentioning(param: str, message: str = "n") -> str:
    """SQL for the conversations in which a message mentions somebody.

    `param` is a parameter with `mentioned` of them; `message` what the messages are called.
    """
    return (
        f"SELECT {message}.conversation_id FROM messages {message}"
        f" WHERE {message}.{MENTIONS_SOMEBODY} AND {message}.mentions LIKE {param}"
    )


def mentioned(user_id: UUID) -> str:
    """What the column is like that has somebody."""
    return f"%|{user_id.hex}|%"


def sighting_columns(sighting: Sighting) -> dict[str, Value]:
    """Query columns of a sighting."""
    return {"owner_id": sighting.owner_id.bytes, "message_id": sighting.message_id.bytes}


def unseen(param: str, message: str = "n") -> str:
    """SQL for messages `message` that somebody, the parameter with their raw id, has not seen."""
    return f"{message}.id NOT IN (SELECT s.message_id FROM sightings s WHERE s.owner_id = {param})"


def mentions_in(reader: Reader, conversation_ids: Iterable[UUID], user_id: UUID) -> list[Message]:
    """The messages of these conversations that mention somebody, oldest first."""
    names, params = listed("c", conversation_ids)
    found = reader.rows(
        f"SELECT n.id, n.doc FROM messages n WHERE n.{MENTIONS_SOMEBODY}"
        f" AND n.mentions LIKE :mentioned AND n.conversation_id IN {names}",
        mentioned=mentioned(user_id), **params,
    )  # fmt: skip
    told = [MESSAGE.read(UUID(bytes=bytes(row[0])), row[1]) for row in found]
    return sorted(told, key=lambda message: (message.at, message.pos))


def seen_of(reader: Reader, user_id: UUID, message_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these messages that somebody has seen, of those that mention them."""
    names, params = listed("m", message_ids)
    found = reader.rows(
        f"SELECT message_id FROM sightings WHERE owner_id = :who AND message_id IN {names}",
        who=user_id.bytes, **params,
    )  # fmt: skip
    return {UUID(bytes=bytes(row[0])) for row in found}


def conversation(reader: Reader, conversation_id: UUID) -> Conversation | None:
    """The conversation of that id."""
    row = reader.row("SELECT id, doc FROM conversations WHERE id = :id", id=conversation_id.bytes)
    return CONVERSATION.read(conversation_id, row[1]) if row else None


def messages(
    reader: Reader, conversation_id: UUID, before: int | None = None, limit: int = PAGE
) -> list[Message]:
    """The last `limit` messages whose position is below `before`, oldest first."""
    found = reader.rows(
        "SELECT pos, id, doc FROM messages WHERE conversation_id = :conversation"
        " AND pos < :before ORDER BY pos DESC, id LIMIT :limit",
        conversation=conversation_id.bytes,
        before=before if before is not None else 1 << 62,
        limit=limit,
    )
    return [MESSAGE.read(UUID(bytes=bytes(row[1])), row[2]) for row in reversed(found)]


def public_since(reader: Reader, conversation_id: UUID, rev: int, limit: int) -> list[Message]:
    """The last `limit` public messages that came after the change `rev`, oldest first."""
    found = reader.rows(
        "SELECT pos, id, doc FROM messages WHERE conversation_id = :conversation"
        " AND internal = 0 AND rev > :rev ORDER BY pos DESC, id LIMIT :most",
        conversation=conversation_id.bytes,
        rev=rev,
        most=limit,
    )
    return [MESSAGE.read(UUID(bytes=bytes(row[1])), row[2]) for row in reversed(found)]


def last_spoken(reader: Reader, conversation_id: UUID) -> datetime | None:
    """When somebody last spoke in a conversation, notes aside; None when nobody did."""
    row = reader.row(
        "SELECT pos, id, doc FROM messages WHERE conversation_id = :conversation AND internal = 0"
        " ORDER BY pos DESC LIMIT 1",
        conversation=conversation_id.bytes,
    )
    return MESSAGE.read(UUID(bytes=bytes(row[1])), row[2]).at if row else None


def messages_after(reader: Reader, conversation_id: UUID, after: int, limit: int) -> list[Message]:
    """The first `limit` messages whose position is above `after`, oldest first."""
    found = reader.rows(
        "SELECT pos, id, doc FROM messages WHERE conversation_id = :conversation"
        " AND pos > :after ORDER BY pos, id LIMIT :limit",
        conversation=conversation_id.bytes,
        after=after,
        limit=limit,
    )
    return [MESSAGE.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]
