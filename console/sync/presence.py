"""Who is at what: the words and times of `eph` frames, the same on both sides."""

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


def typing_to(lane: str) -> str:
    """What somebody does who writes to a lane: a side, or the colleagues."""
    return f"{TYPING}:{lane}" if lane in SIDES else NOTING
