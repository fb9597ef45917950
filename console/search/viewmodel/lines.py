"""Search lines that were used lately, and those somebody keeps: here alone, encrypted."""

from collections.abc import Sequence

from msgspec import structs

from console.kernel import codec
from console.kernel.codec import Record
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr
from console.sync.client.local import Local

RECENT_MOST = 12
SAVED_MOST = 50
_NAME = "search"
FULL = mark("At most {count} searches are kept: let go of one first.")


class Remembered(Record, frozen=True):
    """The lines as they are kept: `recent` the newest first, `saved` in the order of saving."""

    recent: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()


class Lines:
    """Recent and saved lines. `changed` when either is another."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self.changed: Signal[None] = Signal()
        told = local.remembered.get(_NAME, "")
        self._kept = codec.decode(told, Remembered) if told else Remembered()

    @property
    def recent(self) -> Sequence[str]:
        """Lines somebody opened something from, the newest first."""
        return self._kept.recent

    @property
    def saved(self) -> Sequence[str]:
        """Lines that are kept until somebody lets go of them."""
        return self._kept.saved

    def used(self, line: str) -> None:
        """Something was opened from this line."""
        line = line.strip()
        if line:
            others = [known for known in self.recent if known != line]
            self._keep(structs.replace(self._kept, recent=(line, *others)[:RECENT_MOST]))

    def save(self, line: str) -> None:
        """Keep a line. Raises Refused `too_many_searches` (SAVED_MOST)."""
        line = line.strip()
        if not line or line in self.saved:
            return
        if len(self.saved) >= SAVED_MOST:
            raise Refused("too_many_searches", tr(FULL).format(count=SAVED_MOST))
        self._keep(structs.replace(self._kept, saved=(*self.saved, line)))

    def let_go(self, line: str) -> None:
        """Keep a line no more."""
        saved = tuple(known for known in self.saved if known != line.strip())
        self._keep(structs.replace(self._kept, saved=saved))

    def _keep(self, kept: Remembered) -> None:
        if kept != self._kept:
            self._kept = kept
            self._local.remember(_NAME, codec.encode(kept).decode())
            self.changed.emit(None)
