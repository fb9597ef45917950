"""Which tickets of the queue are selected: these, or all of the view but these."""

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

from console.kernel.edits import Edit, Insert, Remove, Reset
from console.kernel.signal import Signal
from console.tickets.viewmodel.queue import Queue

_PAGE = 1_000
MOST_TOLD = 1_000
"""So many tickets selected one by one are still so after a restart."""


class Selection:
    """The selected tickets, by their raw ids. `changed` when others are.

    It follows the view: who stays in it stays selected wherever they move, who leaves it is not
    selected any more. With all of a view selected, those who come in are selected too. Another
    view begins with none.
    """

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._view = queue.view
        self._all = False
        self._named: set[bytes] = set()  # the selected, or with all of them the exceptions
        self._anchor = b""
        self._reached = b""
        self._base: frozenset[bytes] = frozenset()
        self.changed: Signal[None] = Signal()
        queue.edits.connect(self._follow)

    def __contains__(self, key: bytes) -> bool:
        return (key in self._named) != self._all

    def __len__(self) -> int:
        """How many; of rows that are not loaded as many as the queue counts."""
        return len(self._queue) - len(self._named) if self._all else len(self._named)

    @property
    def whole(self) -> bool:
        """Whether it is all of the view, but for exceptions."""
        return self._all

    def toggle(self, key: bytes) -> None:
        """Select a ticket, or no more; a range that follows begins here."""
        self._named ^= {key}
        self._begin(key)
        self.changed.emit(None)

    def reach(self, key: bytes, start: bytes | None = None) -> None:
        """Select from where the last range began up to here.

        One that did not end at `start` is over: another begins there. What the range covered before
        and covers no more is as it was before the range.
        """
        if not self._anchor or (start is not None and self._reached not in (start, key)):
            self._begin(start or key)
        span = frozenset(self._queue.between(self._anchor, key)) or {key}
        self._named = set(self._base - span if self._all else self._base | span)
        self._reached = key
        self.changed.emit(None)

    def every(self) -> None:
        """Select all that the view has, loaded or not."""
        self._all, self._named = True, set()
        self._forget()
        self.changed.emit(None)

    def clear(self) -> bool:
        """Select none; whether there were any."""
        had = bool(self)
        self._all, self._named = False, set()
        self._forget()
        if had:
            self.changed.emit(None)
        return had

    @property
    def told(self) -> str:
        """What is selected, for `recall` after a restart; of more than MOST_TOLD by name nothing."""
        if len(self._named) > MOST_TOLD:
            return ""
        return " ".join(["*"] * self._all + [key.hex() for key in sorted(self._named)])

    def recall(self, told: str) -> None:
        """Select what was selected, as far as the view still has it."""
        words = told.split()
        self._all = words[:1] == ["*"]
        self._named = self._queue.here(bytes.fromhex(word) for word in words if word != "*")
        if words:
            self.changed.emit(None)

    async def ids(self, most: int) -> list[UUID]:
        """The selected tickets, at most `most`; of a whole view in its order, page by page."""
        if not self._all:
            return [UUID(bytes=key) for key in list(self._named)[:most]]
        found: list[UUID] = []
        page = self._queue.some(_PAGE)
        while page and len(found) < most:
            found += [UUID(bytes=key) for _, key in page if key in self]
            await asyncio.sleep(0)  # a long view is read in many turns
            page = self._queue.some(_PAGE, page[-1])
        return found[:most]

    def _begin(self, key: bytes) -> None:
        self._anchor = self._reached = key
        self._base = frozenset(self._named)

    def _forget(self) -> None:
        self._anchor = self._reached = b""
        self._base = frozenset()

    def _follow(self, edits: Sequence[Edit]) -> None:
        if self._queue.view != self._view:
            self._view = self._queue.view
            self.clear()
        elif self._named and any(isinstance(edit, Remove | Reset) for edit in edits):
            self._keep(self._queue.here(self._named))
        if self._all and any(isinstance(edit, Remove | Insert | Reset) for edit in edits):
            self.changed.emit(None)

    def _keep(self, here: Iterable[bytes]) -> None:
        gone = self._named - set(here)
        if gone:
            self._named -= gone
            self._base -= gone
            self.changed.emit(None)
