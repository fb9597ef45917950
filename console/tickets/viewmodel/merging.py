"""Merging: what it would do to these tickets, looked at before, and the one way back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import apart, tr, trn
from console.people.viewmodel import Directory, listed, together
from console.sync.client.deed import Deed
from console.sync.client.local import Local
from console.tickets.model import FINISHED, Sort, Status, Ticket, View, ViewName
from console.tickets.model.merging import MOST_MERGED, merged, mixed
from console.tickets.records import TICKET, Merge, Unmerge
from console.tickets.tables import rows
from console.tickets.viewmodel.bulk_deeds import PRIORITY_NAMES, STATUS_NAMES
from console.tickets.viewmodel.triage import Done
from console.ui import words

OFFERED = 8
"""So many tickets are offered to merge into."""
LOOKED_AT = 400
"""So many of the tickets touched last are looked through for a subject."""
_ACTIVE = View(name=ViewName.ACTIVE)


@dataclass(frozen=True)
class Plan:
    """What merging `others` into `into` does, which is `after` then.

    `asker` asked in the one that goes on, `strangers` in the others, where that was somebody else;
    `cannot` says how many are left out for which reason.
    """

    into: Ticket
    others: Sequence[Ticket]
    after: Ticket
    asker: str = ""
    strangers: Sequence[str] = ()
    moves: bool = False
    cannot: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        """What will happen, and what will not and why."""
        told = [*self._going, *self._changing]
        if self.moves:
            told.append(tr("Who sees the one sees all of it then, and nobody else."))
        for reason, number in self.cannot.items():
            said = trn("{count} cannot: {reason}.", "{count} cannot: {reason}.", number)
            told.append(said.format(count=words.count(number), reason=reason))
        return told

    @property
    def warning(self) -> str:
        """What to be sure of before: others asked there; empty when nobody else did."""
        if not self.strangers:
            return ""
        said = tr("Different people asked: {name} here, {names} there. Look whom you answer.")
        return said.format(name=self.asker, names=together(self.strangers))

    @property
    def _going(self) -> list[str]:
        number = len(self.others)
        if not number:
            return []
        if number == 1:
            said = tr("#{other} leaves its queue; its messages go on in #{into}.")
            return [said.format(other=self.others[0].number, into=self.into.number)]
        said = trn(
            "{count} ticket leaves its queue; its messages go on in #{into}.",
            "{count} tickets leave their queues; their messages go on in #{into}.",
            number,
        )
        return [said.format(count=words.count(number), into=self.into.number)]

    @property
    def _changing(self) -> list[str]:
        before, after = self.into, self.after
        parts = []
        if after.status != before.status:
            parts.append(tr(STATUS_NAMES[after.status]))
        if after.priority != before.priority:
            parts.append(tr(PRIORITY_NAMES[after.priority]))
        parts += [apart(f"+{tag}") for tag in after.tags if tag not in before.tags]
        if fresh := len(after.order_ids) - len(before.order_ids):
            more = trn("{count} more order", "{count} more orders", fresh)
            parts.append(more.format(count=words.count(fresh)))
        if not parts:
            return []
        said = tr("#{number} gets: {what}.")
        return [said.format(number=before.number, what=listed(parts))]


class Merging:
    """Merges tickets and takes that back. `done` says what was done, `refused` why nothing is."""

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local, self._directory = local, directory
        self.done: Signal[Done] = Signal()
        self.refused: Signal[str] = Signal()

    def tickets(self, ids: Sequence[UUID]) -> list[Ticket]:
        """These tickets, the oldest first, those that are here and in no other."""
        reader = self._local.reader
        found = rows.tickets(reader, ids).values() if reader else ()
        return sorted((t for t in found if t.merged_into == NIL), key=lambda t: t.number)

    def offered(self, ids: Sequence[UUID], typed: str = "") -> list[Ticket]:
        """Tickets to merge these into, at most OFFERED: several of their own, the oldest first.

        Of one alone, others of whoever asked; typed are a number, or words of a subject or name.
        """
        reader, mine = self._local.reader, self.tickets(ids)
        if reader is None or not mine:
            return []
        near = mine if len(mine) > 1 else self._theirs(mine[0])
        asked = typed.strip().removeprefix("#").lower().split()
        if not asked:
            return near[:OFFERED]
        number = rows.by_number(reader, int(asked[0])) if _is_number(asked) else None
        found = {into.id: into for into in ([rows.head(reader, number)] if number else [])}
        looked_at = [*near, *self._recent()]
        people = self._directory.parties({ticket.requester_id for ticket in looked_at} - {NIL})
        for ticket in looked_at:
            who = people.get(ticket.requester_id)
            text = f"{ticket.number} {ticket.subject} {who.name if who else ''}".lower()
            if all(word in text for word in asked):
                found.setdefault(ticket.id, ticket)
        able = [t for t in found.values() if self._takes(t) and (len(mine) > 1 or t != mine[0])]
        return able[:OFFERED]

    def _theirs(self, ticket: Ticket) -> list[Ticket]:
        reader = self._local.reader
        if reader is None or ticket.requester_id == NIL:
            return []
        theirs = rows.of_requester(reader, ticket.requester_id, LOOKED_AT)
        able = [t for t in theirs if t.id != ticket.id and self._takes(t)]
        return sorted(able, key=lambda t: t.status in FINISHED)  # what is still open first

    def _recent(self) -> list[Ticket]:
        reader = self._local.reader
        if reader is None:
            return []
        places = rows.places(reader, _ACTIVE, self._local.me, Sort.NEWEST, LOOKED_AT)
        ids = [UUID(bytes=raw) for _, raw in places]
        found = rows.tickets(reader, ids)
        return [found[each] for each in ids if each in found]

    def _takes(self, ticket: Ticket) -> bool:
        return ticket.status != Status.CLOSED and ticket.merged_into == NIL

    def plan(self, into_id: UUID, ids: Sequence[UUID]) -> Plan | None:
        """What merging these into that one would do; None when that one is not here."""
        into = next(iter(self.tickets([into_id])), None)
        if into is None:
            return None
        after, able, strangers = into, list[Ticket](), dict[str, None]()
        size = self._size(into)
        cannot: Counter[str] = Counter()
        for other in self.tickets([each for each in ids if each != into_id]):
            grown = size + self._size(other)
            try:
                after = self._joined(after, other, grown)
            except Refused as refusal:
                cannot[refusal.message] += 1
                continue
            size = grown
            able.append(other)
            if mixed(into, other):
                strangers[self._name(other)] = None
        moves = any(other.team_id != into.team_id for other in able)
        return Plan(into, able, after, self._name(into), list(strangers), moves, cannot)

    def _size(self, ticket: Ticket) -> int:
        reader = self._local.reader
        return 1 + len(rows.inside(reader, ticket)) if reader else 1

    def _joined(self, into: Ticket, other: Ticket, size: int) -> Ticket:
        if into.status == Status.CLOSED:
            raise Refused("into_closed", tr("this ticket is closed"))
        if other.conversation_id == into.conversation_id:
            raise Refused("one_conversation", tr("it is the same conversation"))
        if size > MOST_MERGED:
            raise Refused("too_many_merged", tr("too many would be one"))
        try:
            return merged(into, other, self._local.me, self._local.clock.now())[0]
        except Refused as refusal:
            raise Refused(refusal.code, tr("too many tags")) from refusal

    def _name(self, ticket: Ticket) -> str:
        party = self._directory.party(ticket.requester_id)
        return party.name if party else tr("a customer")

    async def carry_out(self, plan: Plan) -> None:
        """Merge as planned, with one way back for all of it."""
        into, others = plan.into, plan.others
        if not others:
            return
        about = tr("Merge #{other} into #{into}")
        wishes = [
            Deed(
                TICKET,
                into.id,
                Merge(ticket=each.id, mixed=mixed(into, each)),
                about.format(other=each.number, into=into.number),
            )
            for each in others
        ]
        await self._local.do_all(wishes, lane=into.id)

        async def undo() -> None:
            await self.unmerge(into.id, [each.id for each in others])

        if len(others) == 1:
            told = tr("#{other} merged into #{into}").format(
                other=others[0].number, into=into.number
            )
        else:
            said = trn(
                "{count} ticket merged into #{into}",
                "{count} tickets merged into #{into}",
                len(others),
            )
            told = said.format(count=words.count(len(others)), into=into.number)
        self.done.emit(Done(told, undo))

    async def unmerge(self, into_id: UUID, ids: Sequence[UUID]) -> None:
        """Let these go their own way again, the last that came first."""
        reader = self._local.reader
        found = rows.tickets(reader, [into_id, *ids]) if reader else {}
        into = found.pop(into_id, None)
        inside = [
            found[each] for each in ids if each in found and found[each].merged_into == into_id
        ]
        if into is None or not inside:
            self.refused.emit(tr("That is not merged any more."))
            return
        if into.merged_into != NIL:
            self.refused.emit(tr("The ticket it is in was merged as well: take that back first."))
            return
        about = tr("Take #{other} out of #{into}")
        wishes = [
            Deed(
                TICKET,
                into_id,
                Unmerge(ticket=each.id),
                about.format(other=each.number, into=into.number),
            )
            for each in reversed(inside)
        ]
        await self._local.do_all(wishes, lane=into_id)

        async def undo() -> None:
            plan = self.plan(into_id, ids)
            if plan is not None:
                await self.carry_out(plan)

        if len(inside) == 1:
            told = tr("#{number} is a ticket of its own again").format(number=inside[0].number)
        else:
            said = trn(
                "{count} ticket is one of its own again",
                "{count} tickets are their own again",
                len(inside),
            )
            told = said.format(count=words.count(len(inside)))
        self.done.emit(Done(told, undo))


def _is_number(asked: Sequence[str]) -> bool:
    return len(asked) == 1 and asked[0].isascii() and asked[0].isdigit() and len(asked[0]) <= 12
