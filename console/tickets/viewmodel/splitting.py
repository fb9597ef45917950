"""Splitting: what it would do to the open ticket, looked at before, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from console.conversations.model import Message
from console.kernel.ids import new_id
from console.kernel.signal import Signal
from console.kernel.tongue import tr, trn
from console.sync.client.local import Local
from console.tickets.model import Ticket
from console.tickets.model.splitting import MOST_SPLIT
from console.tickets.records import TICKET, Merge, Split
from console.tickets.tables import rows
from console.tickets.viewmodel.triage import Done
from console.ui import words


@dataclass(frozen=True)
class Cut:
    """Messages that are to become a ticket of their own, out of this one."""

    ticket: Ticket
    messages: Sequence[UUID]

    @property
    def question(self) -> str:
        """What will happen, and what is asked for."""
        said = trn(
            "{count} message leaves #{number} and becomes a ticket of its own. Its subject:",
            "{count} messages leave #{number} and become a ticket of their own. Its subject:",
            len(self.messages),
        )
        return said.format(count=words.count(len(self.messages)), number=self.ticket.number)


class Splitting:
    """Splits tickets. `done` says what was done, `refused` why nothing is."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self.done: Signal[Done] = Signal()
        self.refused: Signal[str] = Signal()

    def cut(self, ticket: Ticket, messages: Sequence[Message], taken: Sequence[UUID]) -> Cut | None:
        """Taking some of a ticket's `messages`, all that are loaded; None, told why, when it cannot be."""
        stay = {m.conversation_id for m in messages if m.id not in set(taken)}
        left = {m.conversation_id for m in messages} - stay
        if not taken:
            self.refused.emit(tr("No message is chosen."))
        elif len(taken) > MOST_SPLIT:
            said = tr("At most {count} messages become another ticket.")
            self.refused.emit(said.format(count=words.count(MOST_SPLIT)))
        elif ticket.conversation_id in left:
            self.refused.emit(tr("That is all this ticket has: nothing would stay."))
        elif left:
            said = tr("That is all of a ticket merged into this one: take the merge back instead.")
            self.refused.emit(said)
        else:
            return Cut(ticket, taken)
        return None

    async def carry_out(self, cut: Cut, subject: str) -> UUID:
        """Split as looked at; the new ticket's id."""
        made, old = new_id(), cut.ticket
        wish = Split(
            ticket_id=made,
            conversation_id=new_id(),
            messages=tuple(cut.messages),
            subject=subject if subject.strip() != old.subject else "",
        )
        about = tr("Split off messages")
        await self._local.do(TICKET, old.id, wish, lane=old.id, about=about)

        async def undo() -> None:
            await self._undo(old.id, made)

        said = trn(
            "{count} message split off #{number}",
            "{count} messages split off #{number}",
            len(cut.messages),
        )
        told = said.format(count=words.count(len(cut.messages)), number=old.number)
        self.done.emit(Done(told, undo))
        return made

    async def _undo(self, ticket_id: UUID, part: UUID) -> None:
        """Have the messages back: the part is merged into the ticket it was of."""
        reader = self._local.reader
        found = rows.tickets(reader, [ticket_id]) if reader else {}
        if ticket_id not in found:
            return
        wish = Merge(ticket=part, mixed=True)
        number = found[ticket_id].number
        about = tr("Take back what was split off #{number}").format(number=number)
        await self._local.do(TICKET, ticket_id, wish, lane=ticket_id, about=about)
        self.done.emit(Done(tr("The messages are in #{number} again").format(number=number)))
