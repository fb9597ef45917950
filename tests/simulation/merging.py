"""What can happen to whole tickets: merged, taken apart again, split; by several at once, in a bustle."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from console.conversations.model import Message
from console.conversations.records import MESSAGE
from console.kernel.codec import NIL, Strict
from console.kernel.ids import new_id
from console.store.reader import Reader
from console.sync.records import Accepted
from console.tickets.model import Status, Ticket
from console.tickets.model.merging import mixed
from console.tickets.records import TICKET, Merge, Split, Unmerge
from tests.parts.acts import act
from tests.simulation import deeds, rules
from tests.simulation.desk import SimDesk
from tests.simulation.rules import Rule
from tests.simulation.world import World

# -- one thing at a time


async def merge(world: World) -> None:
    """Somebody makes two of the tickets they see one."""
    desk = rules.some_desk(world)
    if (wish := _merge(world, desk.tickets())) is not None:
        await _do(world, desk, *wish)


async def unmerge(world: World) -> None:
    """Somebody takes one out again that they see in another."""
    desk = rules.some_desk(world)
    if (wish := _unmerge(world, desk.tickets())) is not None:
        await _do(world, desk, *wish)


async def split(world: World) -> None:
    """Somebody makes some messages of a ticket one of its own."""
    desk = rules.some_desk(world)
    reader = desk.local.reader if desk.local else None
    if reader is None:
        return
    if (wish := _split(world, desk.tickets(), reader)) is not None:
        await _do(world, desk, *wish)


async def colleague_merges(world: World) -> None:
    """Somebody at another desk does any of it."""
    found = world.tickets()
    match world.dice.randrange(3):
        case 0:
            wish = _merge(world, found)
        case 1:
            wish = _unmerge(world, found)
        case _:
            wish = _split(world, found, world.server.oracle) if found else None
    if wish is not None:
        _note_wish(world, *wish)
        await world.act_as(world.boss, act(*wish))


# -- against one another


async def opposite_ways(world: World) -> None:
    """Two make the same two tickets one, each into the other, while somebody writes to both."""
    first, second = world.dice.sample(world.desks, 2)
    both = {ticket.id for ticket in _whole(second.tickets())}
    seen = [ticket for ticket in _whole(first.tickets()) if ticket.id in both]
    if len(seen) < 2:
        return
    one, other = world.dice.sample(seen, 2)
    for desk, into, gone in ((first, one, other), (second, other, one)):
        await _do(world, desk, into.id, Merge(ticket=gone.id, mixed=mixed(into, gone)))
        if world.dice.random() < 0.5:
            await deeds.append_to(world, desk, gone)
        await asyncio.sleep(world.dice.choice((0.0, 0.0, 0.02, 1.0)))
    await world.hear_from_outside(world.dice.choice((one, other)).conversation_id)


async def merge_in_a_bustle(world: World) -> None:
    """A ticket is merged while much else happens to the two: each by whom it may."""
    await world.dice.choice((merge, colleague_merges))(world)
    also: Sequence[Rule] = (
        split, unmerge, merge, rules.append, rules.change, rules.move, rules.delete,
        rules.buyer_writes, rules.colleague_writes, rules.regrant, rules.work_offline, rules.cut,
    )  # fmt: skip
    for _ in range(world.dice.randrange(2, 7)):
        await asyncio.sleep(world.dice.choice((0.0, 0.0, 0.005, 0.1, 2.0)))
        await world.dice.choice(also)(world)


async def there_and_back(world: World) -> None:
    """What is merged and at once taken out again is as if nothing had been."""
    found = _whole(world.tickets())
    if len(found) < 2:
        return
    into, other = world.dice.sample(found, 2)
    before, since = _stand(world), world.server.oracle.head
    done = await world.act_as(
        world.boss,
        act(into.id, Merge(ticket=other.id, mixed=True)),
        act(into.id, Unmerge(ticket=other.id)),
    )
    told = [result.outcome for result in done]
    ours = {result.cmd_id.bytes for result in done}
    if not world.server.up or len(told) < 2 or not all(isinstance(o, Accepted) for o in told):
        return
    sql = "SELECT cmd_id FROM change_log WHERE seq > :since"
    by = {bytes(row[0] or b"") for row in world.server.oracle.rows(sql, since=since)}
    if by <= ours and (after := _stand(world)) != before:
        other_now = sorted(key for key in before | after if before.get(key) != after.get(key))
        text = f"{other.number} was in {into.number}, and they are not as before: {other_now}"
        world.watch.problem("apart", text)


def _stand(world: World) -> dict[str, object]:
    """Where everything is seen, and how tickets are."""
    read, found = world.server.oracle.rows, dict[str, object]()
    for ticket in world.tickets():
        found[f"ticket {ticket.number}"] = ticket
    for table in ("tickets", "conversations", "parties", "orders"):
        for raw, sc in read(f"SELECT id, sc FROM {table}"):
            found[f"{table} {UUID(bytes=bytes(raw))}"] = sc
    return found


# -- wishes: a ticket, and what is to be done with it

Wish = tuple[UUID, Strict]


def _whole(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Those that a screen lets one merge."""
    return [t for t in tickets if t.merged_into == NIL and t.status != Status.CLOSED]


def _merge(world: World, tickets: Sequence[Ticket]) -> Wish | None:
    found, dice = _whole(tickets), world.dice
    if len(found) < 2:
        return None
    into, other = dice.sample(found, 2)
    known = {ticket.id: ticket for ticket in found}
    if other.split is not None and other.split.ticket_id in known and dice.random() < 0.5:
        into = known[other.split.ticket_id]  # split, and taken back
    return into.id, Merge(ticket=other.id, mixed=mixed(into, other) and dice.random() < 0.9)


def _unmerge(world: World, tickets: Sequence[Ticket]) -> Wish | None:
    found = [ticket for ticket in tickets if ticket.merged_into != NIL]
    if not found:
        return None
    other = world.dice.choice(found)
    return other.merged_into, Unmerge(ticket=other.id)


def _split(world: World, tickets: Sequence[Ticket], reader: Reader) -> Wish | None:
    found, dice = _whole(tickets), world.dice
    if not found:
        return None
    ticket = dice.choice(found)
    inside = [ticket, *(each for each in tickets if each.merged_into == ticket.id)]
    messages = [message for each in inside for message in _messages(reader, each)]
    if not messages:
        return None
    taken = dice.sample(messages, dice.randrange(1, min(len(messages), 4) + 1))
    wish = Split(ticket_id=new_id(), conversation_id=new_id(), messages=tuple(m.id for m in taken))
    return ticket.id, wish


def _messages(reader: Reader, ticket: Ticket) -> list[Message]:
    sql = "SELECT id, doc FROM messages WHERE conversation_id = :id ORDER BY pos, id"
    rows = reader.rows(sql, id=ticket.conversation_id.bytes)
    return [MESSAGE.read(UUID(bytes=bytes(row[0])), row[1]) for row in rows]


async def _do(world: World, desk: SimDesk, target: UUID, args: Strict) -> None:
    _note_wish(world, target, args)
    await deeds.do(world, desk, TICKET, target, args, target)


def _note_wish(world: World, target: UUID, args: Strict) -> None:
    if isinstance(args, Merge):
        world.watch.ledger.merged.append((target, args.ticket))
    elif isinstance(args, Unmerge):
        world.watch.ledger.unmerged.add(args.ticket)


WEIGHTS: dict[Rule, int] = {
    merge: 6, unmerge: 4, split: 5, colleague_merges: 4, opposite_ways: 4, merge_in_a_bustle: 4,
    there_and_back: 2,
}  # fmt: skip
"""How often each happens among those of merging."""
