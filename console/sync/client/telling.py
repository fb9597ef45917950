"""What a profile on this desk tells whoever shows it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from console.kernel.clock import Clock
from console.kernel.signal import Signal
from console.sync.client import pipe
from console.sync.client.company import Company
from console.sync.client.files import Files

Touched = Mapping[str, Iterable[UUID]]


class Telling:
    """The signals of a profile.

    `touched` (records that may look different, by kind), `link` (how the connection is),
    `outbox_changed`, `drafted` (what is typed on a ticket was kept or forgotten), `opened` (the
    cache can be read, was made anew, or is locked from now on or no more), `deepened` (older
    children of a parent are here, or cannot be had now), `sought` (what a search of the server
    found), `closing` (whoever has a file open lets go of it), `present` (others at a ticket do
    something else than before; `company` says who and what).
    """

    files: Files

    def __init__(self, clock: Clock) -> None:
        self.touched: Signal[Touched] = Signal()
        self.link: Signal[pipe.Standing] = Signal()
        self.outbox_changed: Signal[None] = Signal()
        self.drafted: Signal[UUID] = Signal()
        self.opened: Signal[None] = Signal()
        self.deepened: Signal[pipe.Deepened] = Signal()
        self.sought: Signal[pipe.Sought] = Signal()
        self.closing: Signal[None] = Signal()
        self.company = Company(clock)
        self.present: Signal[UUID] = self.company.changed

    @property
    def signals(self) -> tuple[Signal[Any], ...]:
        """Every signal that what is shown follows; a file is let go of by `closing` in any case."""
        first = (self.touched, self.link, self.outbox_changed, self.drafted, self.opened)
        others = (self.deepened, self.sought, self.present, self.files.changed)
        return (*first, *others)
