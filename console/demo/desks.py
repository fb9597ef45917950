"""What colleagues set up at their desks beside answering: fields with values, notes, merges, searches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from console.conversations.model import Channel
from console.conversations.records import ReceiveMessage, Sender
from console.demo.content import FieldLine, Library
from console.demo.dice import dice, one, sandbox_id
from console.demo.script import SHOP, Roster
from console.fields.model import POSITION_GAP, Content, Option, Value
from console.fields.records import CreateField
from console.kernel.codec import Record, Strict
from console.kernel.errors import Bug
from console.orders.model import Order
from console.orders.records import ORDER
from console.people.model import Actor, Party
from console.people.records import PARTY, NoteParty
from console.search.model.saved import saved_id
from console.search.records import SaveSearch
from console.server.core import Core
from console.store.reader import Reader
from console.sync.records import Accepted, Kind, command
from console.tickets.model import ACTIVE, Ticket
from console.tickets.records import TICKET, Merge, SetField

R = TypeVar("R", bound=Record)
LEADS = "priya"
"""Who set the fields up, and filled them in."""
MERGED = 3
"""So many buyers wrote again elsewhere, which somebody saw."""
LATEST = 120
"""So many of the tickets touched last have values."""


@dataclass(frozen=True)
class _Known:
    """What the shop has by now; `tickets` newest first."""

    tickets: Sequence[Ticket]
    parties: Mapping[UUID, Party]
    orders: Mapping[UUID, Order]


class Desks:
    """Does it by commands, as anybody does. Raises Bug when one is refused."""

    def __init__(
        self, core: Core, library: Library, roster: Roster, actors: Mapping[str, Actor], seed: int,
        now: datetime,
    ) -> None:  # fmt: skip
        self._core, self._library, self._roster = core, library, roster
        self._actors, self._seed, self._now = actors, seed, now

    async def set_up(self) -> None:
        """All of it, on the shop as it stands."""
        known = await self._core.read(_known)
        await self._merge(known)
        await self._fill_fields(await self._core.read(_known))
        by_mail = {party.email: party.id for party in known.parties.values()}
        for n, note in enumerate(self._library.desks.notes):
            noted = NoteParty(party_id=by_mail[note.on], body=note.body)
            await self._do(note.by, self._id("note", n), noted)
        for kept in self._library.desks.searches:
            for line in kept.lines:
                saved = SaveSearch(line=line, at=self._now)
                await self._do(kept.by, saved_id(self._roster.users[kept.by], line), saved)

    # -- merges

    async def _merge(self, known: _Known) -> None:
        """Some buyers ask once more, by another way: a colleague makes it one ticket."""
        begun = {self._id("conversation", story.key) for story in self._library.stories}
        twice = [
            ticket for ticket in known.tickets
            if ticket.status in ACTIVE and ticket.side == "buyer" and ticket.assignee_id.int
            and ticket.conversation_id not in begun
            and known.parties[ticket.requester_id].language in self._library.languages
        ]  # fmt: skip
        for n, ticket in enumerate(twice[:MERGED]):
            again = self._id("again", n)
            await self._do(SHOP, again, self._nudge(n, ticket, known.parties[ticket.requester_id]))
            other = await self._core.read(partial(_over, conversation_id=again))
            await self._do(LEADS, ticket.id, Merge(ticket=other))

    def _nudge(self, n: int, ticket: Ticket, party: Party) -> ReceiveMessage:
        rng = dice(self._seed, "again", n)
        channel: Channel = "chat" if ticket.channel == "email" else "email"
        sender = Sender(side="buyer", name=party.name, email=party.email)
        return ReceiveMessage(
            message_id=self._id("nudge", n),
            sender=sender,
            channel=channel,
            subject=ticket.subject,
            body=one(rng, self._library.languages[party.language].nudges),
            at=self._now,
            team_id=ticket.team_id,
        )

    # -- fields

    async def _fill_fields(self, known: _Known) -> None:
        carriers = sorted(
            {part.carrier for o in known.orders.values() for part in o.fulfilments if part.carrier}
        )
        for n, line in enumerate(self._library.desks.fields):
            field_id, choices = (
                self._id("field", line.name),
                carriers if line.value == "carrier" else (),
            )
            options = tuple(Option(name, key=str(key)) for key, name in enumerate(choices, 1))
            content = Content(name=line.name, type=line.type, options=options)
            await self._do(LEADS, field_id, CreateField(content=content, position=n * POSITION_GAP))
            for ticket in known.tickets[:LATEST]:
                if ticket.merged_into.int:
                    continue
                for value in self._values(line, ticket, known, carriers):
                    await self._do(LEADS, ticket.id, SetField(field_id=field_id, value=value))

    def _values(
        self, line: FieldLine, ticket: Ticket, known: _Known, carriers: Sequence[str]
    ) -> Iterator[Value]:
        """The value of a field in a ticket; nothing when it has none."""
        rng = dice(self._seed, "value", line.name, ticket.number)
        order = known.orders.get(ticket.order_ids[0]) if ticket.order_ids else None
        if line.tags and not set(line.tags) & set(ticket.tags):
            return
        if line.value == "carrier" and order is not None and order.fulfilments:
            if (carrier := order.fulfilments[0].carrier) in carriers:
                yield str(carriers.index(carrier) + 1)
        elif line.value == "return":
            yield f"RT-{rng.randint(20_000, 99_999)}"
        elif line.value == "day":
            yield ticket.updated_at.date().isoformat()
        elif line.value == "sometimes" and rng.random() < 0.6:
            yield rng.random() < 0.5

    # -- in general

    async def _do(self, by: str, target: UUID, args: Strict) -> None:
        cmd_id = self._id("desk", by, type(args).__name__, target, args)
        (result,) = await self._core.execute(
            self._actors[by], [command(target, args, cmd_id=cmd_id)]
        )
        if not isinstance(result.outcome, Accepted):
            raise Bug(f"the sandbox's {type(args).__name__} was not done: {result.outcome}")

    def _id(self, *names: object) -> UUID:
        return sandbox_id(self._seed, *names)


def _known(reader: Reader) -> _Known:
    tickets = sorted(_all(reader, "tickets", TICKET), key=lambda t: (t.updated_at, t.number))
    return _Known(
        list(reversed(tickets)),
        {party.id: party for party in _all(reader, "parties", PARTY)},
        {order.id: order for order in _all(reader, "orders", ORDER)},
    )


def _all(reader: Reader, table: str, kind: Kind[R]) -> list[R]:
    rows = reader.rows(f"SELECT id, doc FROM {table}")
    return [kind.read(UUID(bytes=bytes(row[0])), row[1]) for row in rows]


def _over(reader: Reader, conversation_id: UUID) -> UUID:
    sql = "SELECT id FROM tickets WHERE conversation_id = :id"
    (row,) = reader.rows(sql, id=conversation_id.bytes)
    return UUID(bytes=bytes(row[0]))
