"""What the rooms hand to a console's spine."""

from dataclasses import dataclass
from typing import Any

from console.sync.client.overlay import Overlaid, PassTime, Previews


@dataclass(frozen=True)
class Rooms:
    """What the rooms hand in: which kinds show pending changes, and how commands preview.

    `shape` is the one that a cache of this release has: of another, nothing is read. `first` are
    the kinds that the first screen needs; a catalogue fetches them first. `pass_time`
    shows what time alone changes.
    """

    overlaid: tuple[Overlaid[Any], ...]
    previews: tuple[Previews, ...]
    shape: int
    first: tuple[str, ...] = ()
    pass_time: PassTime | None = None
