"""How the nodes of one installation call to each other: wake-ups and what nobody keeps."""

from collections.abc import Callable
from typing import Literal, Protocol

Subject = Literal["wake", "recheck", "eph"]
SUBJECTS: tuple[Subject, ...] = ("wake", "recheck", "eph")
Heard = Callable[[Subject, bytes], None]


class Broker(Protocol):
    """Carries hints between nodes: at most once, in no promised order, never a fact.

    `wake`: the log grew, up to the number in decimal digits. `recheck`: what the user (16 bytes)
    may see changed, or a session of theirs ended. `eph`: presence and typing. Whatever is lost,
    the log and the database still tell, a little later. Lives on the loop's thread.
    """

    def tell(self, subject: Subject, data: bytes) -> None:
        """Tell all other nodes, without waiting; the teller does not hear it."""

    def hear(self, heard: Heard) -> None:
        """From now on call `heard(subject, data)` for what other nodes tell."""

    async def close(self) -> None:
        """Say and hear nothing any more."""


class Alone:
    """The broker of a server that is the only one: there is nobody to tell."""

    def tell(self, subject: Subject, data: bytes) -> None:
        pass

    def hear(self, heard: Heard) -> None:
        pass

    async def close(self) -> None:
        pass
