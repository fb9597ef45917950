"""What has happened around a ticket since it was last answered, newest first, and its notes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from console.conversations.model import Message, snippet
from console.kernel.codec import NIL
from console.orders.model import EventName, Order

SHOWN = 6
NOTES = 3

What = Literal["wrote", "noted", "event"]


@dataclass(frozen=True)
class Changed:
    """Somebody wrote or noted (`who`, and which `message`), or an order went on (`event`)."""

    at: datetime
    what: What
    who: str = ""
    event: EventName | None = None
    message: UUID = NIL


@dataclass(frozen=True)
class Noted:
    """An internal note: who wrote it, how it begins, which message it is."""

    at: datetime
    who: str
    text: str
    message: UUID


def changes(
    messages: Sequence[Message], orders: Sequence[Order], name: Callable[[Message], str]
) -> list[Changed]:
    """At most SHOWN changes since the last public answer among `messages`, newest first.

    Nothing while nobody has answered: then all of it is new.
    """
    answers = [m.at for m in messages if m.author == "staff" and m.lane != "internal"]
    if not answers:
        return []
    since = answers[-1]
    found = [
        Changed(m.at, "noted" if m.lane == "internal" else "wrote", name(m), message=m.id)
        for m in messages
        if m.at > since and (m.author == "party" or m.lane == "internal")
    ]
    found += [
        Changed(event.at, "event", order.number, event.name)
        for order in orders
        for event in order.events
        if event.at > since
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)[:SHOWN]


def notes(messages: Sequence[Message], name: Callable[[Message], str]) -> list[Noted]:
    """The last NOTES notes among `messages`, newest first."""
    found = [m for m in messages if m.lane == "internal" and m.author == "staff"][-NOTES:]
    return [Noted(m.at, name(m), snippet(m.body), m.id) for m in reversed(found)]
