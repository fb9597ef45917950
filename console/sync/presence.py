"""Who is at what: the words and times of `eph` frames, the same on both sides."""

from collections.abc import Iterable
from uuid import UUID

VIEWING, TYPING, NOTING, LEFT = "viewing", "typing", "noting", "left"
"""What somebody does at a ticket: looks at it, writes a reply, writes an internal note, is gone."""
SIDES = ("buyer", "seller")
DOINGS = frozenset({VIEWING, TYPING, NOTING, *(f"{TYPING}:{side}" for side in SIDES)})
"""What one may say of oneself, besides LEFT; `typing:buyer` also says to whom."""

TTL_S = 10.0
"""How long what was said holds when it is not said again."""
REPEAT_S = 5.0
"""How often it is said again while it lasts."""
THROTTLE_S = 3.0
"""The same is not said twice within this time."""

LIST = "list"
"""The topic on which a console says which tickets' rows are in sight, to hear who is at them."""
MOST_GLANCED = 64
"""So many rows a console hears of; of those in sight beyond them it is told nothing."""
GLANCE_S = 2.0
"""So often at most it says which, and is told what is new there."""

_PREFIX = "ticket:"
_LENGTH = len(_PREFIX) + 36


def topic_of(ticket_id: UUID) -> str:
    """The topic on which those are heard who are at this ticket."""
    return f"{_PREFIX}{ticket_id}"


def ticket_of(topic: str) -> UUID | None:
    """The ticket that a topic is about; None for what is no topic."""
    if len(topic) != _LENGTH or not topic.startswith(_PREFIX):
        return None
    try:
        ticket = UUID(topic.removeprefix(_PREFIX))
    except ValueError:
        return None
    return ticket if topic == topic_of(ticket) else None


def glance(tickets: Iterable[UUID]) -> str:
    """These tickets in words, as they are said on LIST."""
    return " ".join(ticket.hex for ticket in tickets)


def glanced(words: str) -> tuple[UUID, ...] | None:
    """The tickets of such words, each once; None for what is not understood, or too many."""
    if len(words) > MOST_GLANCED * 33:
        return None
    try:
        found = tuple(dict.fromkeys(UUID(hex=word) for word in words.split()))
    except ValueError:
        return None
    return found if len(found) <= MOST_GLANCED else None


def typing_to(lane: str) -> str:
    """What somebody does who writes to a lane: a side, or the colleagues."""
    return f"{TYPING}:{lane}" if lane in SIDES else NOTING
