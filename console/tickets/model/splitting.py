"""What splitting does: messages become a conversation and a ticket of their own, others stay."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from uuid import UUID

from msgspec import structs

from console.conversations.model import Conversation, Message
from console.kernel.codec import NIL
from console.tickets.model import (
    Split,
    Status,
    Ticket,
    clean_subject,
    with_message,
)

MOST_SPLIT = 500
"""So many messages at most become another ticket at once."""


def in_order(messages: Iterable[Message]) -> list[Message]:
    """Messages of one or several conversations by their time."""
    return sorted(messages, key=lambda message: (message.at, message.pos))


def begun(
    homes: Sequence[Conversation], conversation_id: UUID, subject: str, taken: Sequence[Message]
) -> tuple[Conversation, list[Message]]:
    """The new conversation and its messages, numbered anew: `taken` in their order from `homes`.

    Everybody who speaks or is spoken to in them is on it; of mere notes, everybody.
    """
    spoken = {(m.conversation_id, m.lane) for m in taken if m.lane != "internal"}
    lanes = {
        lane.name: lane
        for home in homes
        for lane in home.lanes
        if not spoken or (home.id, lane.name) in spoken
    }
    moved = [
        structs.replace(message, conversation_id=conversation_id, pos=number)
        for number, message in enumerate(taken, 1)
    ]
    fresh = Conversation(
        id=conversation_id,
        subject=subject,
        lanes=tuple(lanes.values()),
        order_id=homes[0].order_id,
        created_at=moved[0].at,
        last_at=moved[-1].at,
        count=len(moved),
    )
    return heard(fresh, moved), moved


def heard(conversation: Conversation, messages: Sequence[Message]) -> Conversation:
    """A conversation as these messages, all it has, leave it: who spoke last, what was answered."""
    public = [message for message in messages if message.lane != "internal"]
    theirs = [message for message in public if message.author == "party"]
    ours = [message for message in public if message.author == "staff"]
    return structs.replace(
        conversation,
        last_lane=theirs[-1].lane if theirs else conversation.last_lane,
        answered=ours[-1].id if ours else NIL,
        last_at=max((message.at for message in messages), default=conversation.last_at),
    )


def part(
    ticket: Ticket, conversation: Conversation, moved: Sequence[Message], new: Ticket
) -> Ticket:
    """The new ticket: with whoever asked in it, in the hands and as urgent as the one it is of.

    `new` has its id, its number and who split it.
    """
    asked = next((message for message in moved if message.author == "party"), None)
    fresh = structs.replace(
        new,
        conversation_id=conversation.id,
        subject=clean_subject(conversation.subject),
        status=Status.NEW if ticket.status == Status.NEW else Status.OPEN,
        priority=ticket.priority,
        team_id=ticket.team_id,
        assignee_id=ticket.assignee_id,
        order_ids=ticket.order_ids,
        requester_id=asked.author_id if asked else ticket.requester_id,
        side="seller" if asked and asked.lane == "seller" else "buyer" if asked else ticket.side,
        channel=moved[0].channel,
        created_at=moved[0].at,
        updated_at=moved[-1].at,
    )
    told = reduce(with_message, moved, fresh)
    return structs.replace(told, unread=min(told.unread, ticket.unread))


def left(ticket: Ticket, new: Ticket, stay: Sequence[Message]) -> Ticket:
    """The ticket without what is the new one's; `stay` are all its messages, by their time."""
    blank = structs.replace(ticket, waiting_since=None, unread=0, snippet="")
    told = reduce(with_message, stay, blank)
    return structs.replace(
        ticket,
        waiting_since=told.waiting_since if ticket.waiting_since else None,
        unread=min(told.unread, ticket.unread),
        snippet=told.snippet,
        parts=(*ticket.parts, new.id),
    )


def blank(new_id: UUID, number: int, by: UUID, at: datetime, of: Ticket) -> Ticket:
    """A ticket of that number, to be made a part of another."""
    return Ticket(
        id=new_id,
        number=number,
        conversation_id=NIL,
        subject="",
        created_at=at,
        updated_at=at,
        split=Split(by, at, of.id),
    )
