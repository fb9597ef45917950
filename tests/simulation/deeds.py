"""What somebody does at a desk, through the console's real Local; noted once it took it."""

from typing import Any
from uuid import UUID

from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.kernel.codec import NIL, Strict
from console.kernel.ids import new_id
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.records import Kind
from console.tickets.model import Priority, Ticket, next_statuses
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    MoveToTeam,
    SetPriority,
    SetStatus,
    Take,
)
from console.tickets.tables import rows
from tests.simulation.desk import SimDesk
from tests.simulation.ledger import Deed
from tests.simulation.world import World


async def append(world: World, desk: SimDesk) -> None:
    """Write a note or a reply on some ticket that the desk shows."""
    ticket = some_ticket(world, desk)
    if ticket is not None:
        await append_to(world, desk, ticket)


async def append_to(world: World, desk: SimDesk, ticket: Ticket) -> None:
    """Write a note or a reply on a ticket."""
    number, message_id = next(world.watch.ledger.numbers), new_id()
    body = f"{desk.name} {number}"
    if world.dice.random() < 0.6:
        args: Strict = AddNote(message_id=message_id, body=body)
    else:
        args = SendReply(message_id=message_id, lane="buyer", body=body)
    lane = _head(desk, ticket).id
    await do(world, desk, CONVERSATION, ticket.conversation_id, args, lane, message_id)


async def change(world: World, desk: SimDesk) -> None:
    """Change something about some ticket that the desk shows."""
    ticket = some_ticket(world, desk)
    if ticket is not None:
        await do(world, desk, TICKET, ticket.id, _change(world, desk, ticket), ticket.id)


def _change(world: World, desk: SimDesk, ticket: Ticket) -> Strict:
    dice, me = world.dice, desk.user.id
    match dice.randrange(7):
        case 0:
            return Assign(assignee_id=dice.choice((me, NIL)), seen=ticket.assignee_id)
        case 1:
            return Take()
        case 2:
            statuses = next_statuses(ticket.status) or [ticket.status]
            return SetStatus(status=dice.choice(statuses), seen=ticket.status)
        case 3:
            return ChangeTags(add=(dice.choice("xyz"),), remove=(dice.choice("xyz"),))
        case 4:
            return MarkRead(count=dice.randrange(4))
        case 5:
            team = dice.choice(sorted(world.teams.values()))
            return MoveToTeam(team_id=team, seen=ticket.team_id)
        case _:
            return SetPriority(priority=dice.choice(list(Priority)), seen=ticket.priority)


async def attend(world: World, desk: SimDesk) -> None:
    """Look at what was rejected or is held: drop it, try it again, or let it go."""
    local = desk.local
    refused = [entry for entry in local.entries.values() if entry.parked] if local else []
    if not refused:
        return
    entry = world.dice.choice(refused)
    again = world.dice.random() < 0.5
    world.watch.note(f"{desk.name} {'retries' if again else 'drops'} {_tail(entry)}")
    deed = world.watch.ledger.deeds.get(entry.command.cmd_id)
    before = set(local.entries) if local else set()

    async def work(local: Local) -> bool:
        if again and entry.state == "held":
            await local.release(entry)
        else:
            await (local.retry(entry) if again else local.discard(entry))
        return True

    if deed is not None and again and entry.state == "held":
        deed.released = True
    elif deed is not None:
        deed.dropped, deed.retried = True, again  # from now on: it may die in the middle
    await desk.do(work)
    if desk.local is not None:
        for cmd_id in set(desk.local.entries) - before:
            _took_again(world, desk, desk.local.entries[cmd_id], deed)


def _took_again(world: World, desk: SimDesk, entry: Entry, old: Deed | None) -> None:
    ledger, wish = world.watch.ledger, entry.command
    known = (old.message_id, old.body, old.other) if old else (None, "", None)
    number = next(ledger.numbers)
    ledger.add(
        Deed(wish.cmd_id, desk.name, number, wish.type, wish.target, entry.lane, *known, again=True)
    )


async def do(
    world: World, desk: SimDesk, kind: Kind[Any], target: UUID, args: Strict, lane: UUID,
    message_id: UUID | None = None,
) -> None:  # fmt: skip
    """Queue a command at a desk, which may die over it."""
    ledger, name = world.watch.ledger, type(args).__name__
    number = next(ledger.numbers)

    async def work(local: Local) -> UUID:
        cmd_id = await local.do(kind, target, args, lane=lane, about=name)
        body = getattr(args, "body", "")
        other = getattr(args, "ticket_id", None) or getattr(args, "ticket", None)
        ledger.add(Deed(cmd_id, desk.name, number, name, target, lane, message_id, body, other))
        return cmd_id

    cmd_id = await desk.do(work)
    told = "and dies over it" if cmd_id is None else str(cmd_id)[-4:]
    world.watch.note(f"{desk.name} does {name} on {str(target)[-4:]}: {told}")


def some_ticket(world: World, desk: SimDesk) -> Ticket | None:
    """A ticket that the desk shows, if there is any."""
    found = desk.tickets()
    return world.dice.choice(found) if found else None


def _head(desk: SimDesk, ticket: Ticket) -> Ticket:
    """Who opens a merged ticket is at the one it is in."""
    reader = desk.local.reader if desk.local else None
    return rows.head(reader, ticket) if reader is not None else ticket


def _tail(entry: Entry) -> str:
    return str(entry.command.cmd_id)[-4:]
