"""What a timeline is made of: messages, days, order events, and lines that stand for others."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal
from uuid import UUID

from console.conversations.model import Message
from console.conversations.viewmodel.threads import Joined, Parted
from console.orders.model import OrderEvent

Delivery = Literal["received", "sent", "waiting", "held", "rejected"]
FOLDED_FROM = 5
"""So many order events in a row become one line, but for the last of them."""


@dataclass(frozen=True)
class DayItem:
    """A line that begins a day."""

    day: date


@dataclass(frozen=True)
class NewItem:
    """The line above what came since somebody on staff last looked."""

    count: int


@dataclass(frozen=True)
class EventItem:
    """Something that happened to an order."""

    event: OrderEvent
    number: str


@dataclass(frozen=True)
class MergedItem:
    """A ticket was merged into this one, by whom."""

    joined: Joined
    who: str


@dataclass(frozen=True)
class PartedItem:
    """Messages went to a ticket of their own, or came from another; by whom."""

    parted: Parted
    who: str


@dataclass(frozen=True)
class FoldItem:
    """So many order events that stand behind one line; `open` while they are shown under it."""

    key: Hashable
    count: int
    open: bool


@dataclass(frozen=True)
class MessageItem:
    """A message, who wrote it to whom, and how far it has come.

    `unfolded` shows what it quotes, `plain` its words without markup; `named` pairs what stands
    in it for each colleague it mentions with what they are called now.
    """

    message: Message
    author: str
    to: str
    mine: bool
    delivery: Delivery
    unfolded: bool = False
    plain: bool = False
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MoreItem:
    """The line above the oldest message here: older ones are on the server.

    They are being fetched, or (`away`) come when it can be reached.
    """

    away: bool


Item = DayItem | NewItem | EventItem | MergedItem | PartedItem | FoldItem | MessageItem | MoreItem
Dated = tuple[datetime, Hashable, Item]
"""An item with its time and its key."""


def by_time(found: Iterable[Dated]) -> list[Dated]:
    """Oldest first; what is of one time stays in its order."""
    return sorted(found, key=lambda entry: entry[0])


def with_lines(
    shown: Iterable[Dated], zone: tzinfo | None, new: UUID | None, unread: int
) -> dict[Hashable, Item]:
    """The items with a line above each day, and one above the message that `unread` begin with."""
    items: dict[Hashable, Item] = {}
    day: date | None = None
    for at, key, item in shown:
        here = at.astimezone(zone).date()
        if here != day:
            day = here
            items["day", here] = DayItem(here)
        if new is not None and isinstance(item, MessageItem) and item.message.id == new:
            items["new"] = NewItem(unread)
        items[key] = item
    return items


def folded(shown: list[Dated], opened: Collection[Hashable]) -> list[Dated]:
    """Long runs of order events behind one line each, but for their last event."""
    kept: list[Dated] = []
    run: list[Dated] = []
    for entry in [*shown, None]:
        if entry is not None and isinstance(entry[2], EventItem):
            run.append(entry)
            continue
        kept += _fold(run, opened) if len(run) >= FOLDED_FROM else run
        run = []
        if entry is not None:
            kept.append(entry)
    return kept


def _fold(run: list[Dated], opened: Collection[Hashable]) -> list[Dated]:
    at, first, _ = run[0]
    key = ("fold", first)
    line: Dated = (at, key, FoldItem(key, len(run) - 1, key in opened))
    return [line, *(run if key in opened else run[-1:])]
