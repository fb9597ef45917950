"""Acting on many tickets: looked at before, done in small steps, taken back as one."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from console.kernel.codec import Strict
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import tr, trn
from console.sync.client.deed import Deed as Wished
from console.sync.client.local import Local
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from console.tickets.tables import rows
from console.tickets.viewmodel.bulk_deeds import Deed
from console.tickets.viewmodel.selection import Selection
from console.tickets.viewmodel.triage import Done
from console.ui import words

HANDFUL = 5
"""More than so many are asked about before."""
MOST_AT_ONCE = 10_000
STEP = 15
"""So many commands are put down in one turn of the loop: some 25 ms with all that repaints."""
_LOOK = 250


@dataclass(frozen=True)
class Preview:
    """What a deed would do: to how many, to how many it is done already, and why not to others."""

    deed: Deed
    ids: Sequence[UUID]
    already: int
    cannot: Mapping[str, int]

    @property
    def sentences(self) -> list[str]:
        """What will be done, and what will not and why."""
        told = [self.deed.will(len(self.ids))]
        for reason, number in self.cannot.items():
            said = trn("{count} cannot: {reason}.", "{count} cannot: {reason}.", number)
            told.append(said.format(count=words.count(number), reason=reason))
        if self.already:
            said = trn("{count} is so already.", "{count} are so already.", self.already)
            told.append(said.format(count=words.count(self.already)))
        return told


@dataclass(frozen=True)
class Progress:
    """How far it is: `done` of `total` tickets, and what is being done."""

    about: str
    done: int
    total: int


class Bulk:
    """Does one thing to many tickets, one such after another.

    `asked` is the preview that waits for a word, `progress` how far the work is; `changed` when
    either is. `done` says what was done, with one way back for the whole; `refused` why nothing is.
    """

    def __init__(self, local: Local) -> None:
        self._local = local
        self._stopped = False
        self._looking = False
        self.asked: Preview | None = None
        self.progress: Progress | None = None
        self.changed: Signal[None] = Signal()
        self.done: Signal[Done] = Signal()
        self.refused: Signal[str] = Signal()

    async def wish(self, deed: Deed, selected: Selection | Sequence[UUID]) -> None:
        """Do it to these: at once to a HANDFUL, otherwise ask first, with `asked` as the question.

        Raises Refused `too_many` for more than MOST_AT_ONCE.
        """
        if self.progress is not None or self._looking:
            self.refused.emit(tr("One thing at a time: wait for this, or stop it."))
            return
        self._looking = True
        try:
            preview = await self._looked(deed, selected)
        finally:
            self._looking = False
        if not preview.ids:
            self.refused.emit(" ".join(preview.sentences[1:]) or tr("Nothing is selected."))
        elif len(preview.ids) + sum(preview.cannot.values()) <= HANDFUL:
            await self._carry_out(preview)
        else:
            self.asked = preview
            self.changed.emit(None)

    async def _looked(self, deed: Deed, selected: Selection | Sequence[UUID]) -> Preview:
        if isinstance(selected, Selection):
            ids: Sequence[UUID] = await selected.ids(MOST_AT_ONCE + 1)
        else:
            ids = selected
        if len(ids) > MOST_AT_ONCE:
            said = tr("At most {count} tickets at once: select fewer, or take a narrower view.")
            raise Refused("too_many", said.format(count=words.count(MOST_AT_ONCE)))
        able: list[UUID] = []
        already = 0
        cannot: Counter[str] = Counter()
        for start in range(0, len(ids), _LOOK):
            for ticket in self._read(ids[start : start + _LOOK]):
                try:
                    if deed.command(ticket) is None:
                        already += 1
                    else:
                        able.append(ticket.id)
                except Refused as refusal:
                    cannot[refusal.message] += 1
            await asyncio.sleep(0)
        return Preview(deed, able, already, cannot)

    async def confirm(self) -> None:
        """Do what was asked about."""
        preview, self.asked = self.asked, None
        if preview is not None:
            await self._carry_out(preview)

    def cancel(self) -> bool:
        """Leave it; whether something was asked."""
        asked, self.asked = self.asked is not None, None
        if asked:
            self.changed.emit(None)
        return asked

    def stop(self) -> None:
        """Do no more of it; what is done stays, and can be taken back."""
        self._stopped = True

    async def _carry_out(self, preview: Preview) -> None:
        deed = preview.deed
        treated: dict[UUID, Ticket] = {}

        def wish(ticket: Ticket) -> Strict | None:
            try:
                return deed.command(ticket)
            except Refused:
                return None  # it has moved on since it was looked at

        async def undo() -> None:
            await self._take_back(deed, treated)

        try:
            await self._put(deed.about, preview.ids, wish, treated)
        finally:
            if treated:
                self.done.emit(Done(deed.did(len(treated)), undo))

    async def _take_back(self, deed: Deed, treated: Mapping[UUID, Ticket]) -> None:
        """The way back for each, where it still is as it was set."""
        if self.progress is not None:
            self.refused.emit(tr("One thing at a time: wait for this, or stop it."))
            return
        back: dict[UUID, Ticket] = {}
        about = tr("Undo: {what}").format(what=deed.about)
        await self._put(
            about, list(treated), lambda ticket: deed.back(treated[ticket.id], ticket), back
        )
        said = trn("Taken back on {count} ticket.", "Taken back on {count} tickets.", len(back))
        told = [said.format(count=words.count(len(back)))]
        if left := len(treated) - len(back):
            more = trn(
                "{count} was changed meanwhile and stays.",
                "{count} were changed meanwhile and stay.",
                left,
            )
            told.append(more.format(count=words.count(left)))
        self.done.emit(Done(" ".join(told)))

    async def _put(
        self,
        about: str,
        ids: Sequence[UUID],
        wish: Callable[[Ticket], Strict | None],
        treated: dict[UUID, Ticket],
    ) -> None:
        """Put the commands into the outbox, a few at a time; the loop goes on in between.

        `treated` takes the tickets for which one is there, as they were before.
        """
        self._stopped = False
        at = self._local.clock.now()
        self._tell(Progress(about, 0, len(ids)))
        try:
            for start in range(0, len(ids), STEP):
                if self._stopped:
                    break
                step = self._read(ids[start : start + STEP])
                found = {ticket.id: wish(ticket) for ticket in step}
                wishes = {key: args for key, args in found.items() if args is not None}
                deeds = [Wished(TICKET, key, args, about) for key, args in wishes.items()]
                await self._local.do_each(deeds, at)
                treated |= {ticket.id: ticket for ticket in step if ticket.id in wishes}
                self._tell(Progress(about, min(start + STEP, len(ids)), len(ids)))
                await asyncio.sleep(0)
        finally:
            self._tell(None)

    def _tell(self, progress: Progress | None) -> None:
        self.progress = progress
        self.changed.emit(None)

    def _read(self, ids: Sequence[UUID]) -> list[Ticket]:
        """The tickets as they look here, in this order, those that are there."""
        reader = self._local.reader
        found = rows.tickets(reader, ids) if reader else {}
        return [found[ticket_id] for ticket_id in ids if ticket_id in found]
