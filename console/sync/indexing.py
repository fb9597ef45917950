"""What the spine knows of a full-text index over the cache: that it is kept with the rows.

A room above fills it in (`search`); its triggers see every row that comes and goes, so that
nothing else here needs to know of words.
"""

from enum import Enum
from typing import Protocol

from sqlalchemy import Connection


class Leaving(Enum):
    """Why rows go: each decides how thoroughly their words are taken out at once."""

    GONE = "gone"
    """Deleted or moved away: no byte of them stays."""
    LOST = "lost"
    """A whole scope is lost: the same, also for what was let go before."""
    LET_GO = "let go"
    """Nobody needs them here; their bytes go a little later, piece by piece."""


class Index(Protocol):
    """A full-text index in the cache's file, written in the cache's own transactions."""

    def prepare(self, connection: Connection) -> None:
        """Make what is missing; what another release made is made anew and filled again."""

    def settle(self, connection: Connection, leaving: Leaving) -> None:
        """Take out the words of the rows that this transaction deletes or changes."""

    def step(self, connection: Connection) -> bool:
        """Put in some of the rows that are not in yet, the newest; whether more is to be done."""
