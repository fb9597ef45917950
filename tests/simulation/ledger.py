"""What somebody did at a desk, as the simulation remembers it: to find it again, once, everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID


@dataclass
class Deed:
    """One command that a console took. `message_id` for those that add a message."""

    cmd_id: UUID
    desk: str
    number: int
    type: str
    target: UUID
    lane: UUID
    message_id: UUID | None = None
    body: str = ""
    other: UUID | None = None  # the ticket that it merges, takes out again, or makes by splitting
    again: bool = False  # a rejected one tried again, under a new id
    retried: bool = False  # one that was rejected, and then tried again
    released: bool = False  # one that was held, until somebody said that it is to go
    dropped: bool = False  # by somebody, on purpose
    seq: int | None = None  # where its effects are, once told
    seen: bool = False  # on the screen, for as long as its conversation is there
    home: UUID | None = None  # the conversation it was shown in last: it may be split off

    def __str__(self) -> str:
        return f"{self.desk}'s {self.type} no. {self.number} ({str(self.cmd_id)[-4:]})"


@dataclass
class Ledger:
    """Every deed, in the order done, and what the server's histories lost."""

    deeds: dict[UUID, Deed] = field(default_factory=dict)
    lost: list[tuple[int, int]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    unmerged: set[UUID] = field(default_factory=set)  # tickets that somebody wished to take out
    merged: list[tuple[UUID, UUID]] = field(default_factory=list)  # wishes to make two one

    def of(self, desk: str) -> list[Deed]:
        """A desk's deeds, in their order."""
        return [deed for deed in self.deeds.values() if deed.desk == desk]

    def add(self, deed: Deed) -> None:
        """A console has taken it: from here on it must not be lost."""
        self.deeds[deed.cmd_id] = deed

    def restored(self, kept: int, first: int) -> None:
        """A server was put back: what lies between is gone from its history."""
        self.lost.append((kept, first))

    def is_lost(self, seq: int | None) -> bool:
        """Whether a place in the log lies in a history that was lost."""
        return seq is not None and any(kept < seq < first for kept, first in self.lost)
