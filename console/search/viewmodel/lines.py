"""Search lines: those used lately, here alone and encrypted, and those kept on all one's computers."""

from collections.abc import Sequence

from msgspec import structs

from console.fields.records import FIELD
from console.fields.tables.rows import fields
from console.kernel import codec
from console.kernel.codec import Record, Strict
from console.kernel.signal import Signal
from console.kernel.tongue import tr
from console.search.model.saved import SAVED_MOST, checked_line, full, saved_id
from console.search.records import SAVED_SEARCH, DropSearch, SaveSearch
from console.search.tables.saved import saved_lines
from console.search.viewmodel.asking import field_lines
from console.sync.client.local import Local
from console.sync.client.telling import Touched

RECENT_MOST = 12
_NAME = "search"


class Remembered(Record, frozen=True):
    """What this computer remembers: `recent` lines, the newest first, and the order of hits."""

    recent: tuple[str, ...] = ()
    best: bool = False


class Lines:
    """Recent and saved lines, and the order of what is found. `changed` when any is another.

    `fields` are lines that ask for the desk's own fields, each with what it finds.
    """

    def __init__(self, local: Local) -> None:
        self._local = local
        self.changed: Signal[None] = Signal()
        self.saved: Sequence[str] = []
        self.fields: Sequence[tuple[str, str]] = []
        told = local.remembered.get(_NAME, "")
        self._kept = codec.decode(told, Remembered) if told else Remembered()
        local.touched.connect(self._touched)
        local.opened.connect(self._load)
        self._load(None)

    @property
    def recent(self) -> Sequence[str]:
        """Lines somebody opened something from, the newest first."""
        return self._kept.recent

    @property
    def best(self) -> bool:
        """Whether what fits best comes first, not what is newest."""
        return self._kept.best

    def used(self, line: str) -> None:
        """Something was opened from this line."""
        line = line.strip()
        if line:
            others = [known for known in self.recent if known != line]
            self._keep(structs.replace(self._kept, recent=(line, *others)[:RECENT_MOST]))

    def order(self, *, best: bool) -> None:
        """From now on what fits best comes first, or what is newest."""
        self._keep(structs.replace(self._kept, best=best))

    async def save(self, line: str) -> None:
        """Keep a line. Raises Refused `bad_search`, `too_many_searches` (SAVED_MOST)."""
        kept = checked_line(line)
        if kept in self.saved:
            return
        if len(self.saved) >= SAVED_MOST:
            raise full()
        args = SaveSearch(line=kept, at=self._local.clock.now())
        await self._do(kept, args, tr("Keep the search {line}").format(line=kept))

    async def let_go(self, line: str) -> None:
        """Keep a line no more; one that is not kept is no matter."""
        kept = line.strip()
        if kept in self.saved:
            await self._do(kept, DropSearch(), tr("Let go of the search {line}").format(line=kept))

    async def _do(self, line: str, args: Strict, about: str) -> None:
        target = saved_id(self._local.me, line)
        await self._local.do(SAVED_SEARCH, target, args, lane=target, about=about)

    def _keep(self, kept: Remembered) -> None:
        if kept != self._kept:
            self._kept = kept
            self._local.remember(_NAME, codec.encode(kept).decode())
            self.changed.emit(None)

    # -- staying current

    def _touched(self, touched: Touched) -> None:
        if SAVED_SEARCH.name in touched or FIELD.name in touched:
            self._load(None)

    def _load(self, _: None) -> None:
        reader = self._local.reader
        saved = saved_lines(reader) if reader else []
        asking = field_lines(fields(reader)) if reader else []
        if (saved, asking) != (list(self.saved), list(self.fields)):
            self.saved, self.fields = saved, asking
            self.changed.emit(None)
