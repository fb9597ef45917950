"""What can happen in a run: others at work, somebody at a desk, machines and networks that fail.

Each rule is one happening; which come, and how often, is drawn for every run anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from console.sync.server.tx import Tx
from console.tickets.model import Priority
from console.tickets.records import TICKET, ChangeTags, MoveToTeam, SetPriority
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import act, note, reply
from tests.simulation import deeds
from tests.simulation.desk import SimDesk
from tests.simulation.path import MISHAPS, Direction
from tests.simulation.world import TEAMS, World

Rule = Callable[[World], Awaitable[None]]


# -- the server's other users


async def create(world: World) -> None:
    await world.hear_from_outside()


async def buyer_writes(world: World) -> None:
    if found := world.tickets():
        await world.hear_from_outside(world.dice.choice(found).conversation_id)


async def colleague_triages(world: World) -> None:
    if found := world.tickets():
        ticket, dice = world.dice.choice(found), world.dice
        if dice.random() < 0.5:
            wish: Any = SetPriority(priority=dice.choice(list(Priority)), seen=ticket.priority)
        else:
            wish = ChangeTags(add=(dice.choice("abc"),), remove=(dice.choice("def"),))
        await world.act_as(world.boss, act(ticket.id, wish))


async def colleague_writes(world: World) -> None:
    if found := world.tickets():
        target, number = world.dice.choice(found).conversation_id, world.dice.randrange(1 << 30)
        wish = (note if world.dice.random() < 0.5 else reply)(target, f"colleague {number}")
        await world.act_as(world.boss, wish)


async def move(world: World) -> None:
    if found := world.tickets():
        ticket = world.dice.choice(found)
        wish = MoveToTeam(team_id=world.teams[world.dice.choice(TEAMS)], seen=ticket.team_id)
        await world.act_as(world.boss, act(ticket.id, wish))


async def delete(world: World) -> None:
    """A conversation goes, with its messages and tickets, and who nothing else is about."""
    found = world.tickets()
    if not found:
        return
    ticket = world.dice.choice(found)

    def work(tx: Tx) -> None:
        stored = tx.get(TICKET, ticket.id)
        if stored is not None:
            erase_ticket(tx, stored.record)

    world.watch.note(f"conversation {str(ticket.conversation_id)[-4:]} is erased")
    await world.server.do(lambda core: core.write(work))


async def regrant(world: World) -> None:
    name = world.dice.choice(world.desks).name
    teams = [team for team in TEAMS if world.dice.random() < 0.5]
    await world.regrant(name, teams)


async def regrant_in_a_bustle(world: World) -> None:
    """Grants change while much happens to the very tickets that come in sight."""
    name = world.dice.choice(world.desks).name
    for teams in ([], TEAMS):
        await world.regrant(name, teams)
        for _ in range(world.dice.randrange(1, 6)):
            await asyncio.sleep(world.dice.choice((0.0, 0.005, 0.02, 0.1)))
            await world.dice.choice((colleague_triages, move, delete, buyer_writes))(world)


async def prune(world: World) -> None:
    """The log loses its older part."""
    keep = world.dice.choice((1, 1, 3, 10))
    world.watch.note(f"all but {keep} lines are pruned")
    await world.server.prune(keep)


# -- the server's lives


async def back_up(world: World) -> None:
    if world.server.up:
        world.server.back_up()
        world.watch.note("backup taken")


async def restart(world: World) -> None:
    if world.server.up:
        await world.server.stop()
        await _pause(world)
        await world.start_server()


async def kill_server(world: World) -> None:
    """It dies now, or around one of the next things that its threads do."""
    if world.server.up:
        await _die(world, world.server.process.arm, world.server.kill)
        await _pause(world)
        await world.start_server()


async def restore(world: World) -> None:
    if not world.server.has_backup:
        return
    if world.server.up:
        if world.dice.random() < 0.5:
            await world.server.stop()
        else:
            world.server.kill()
        await _pause(world)
    await world.restore()


async def restore_under_late_requests(world: World) -> None:
    """What a desk sent reaches a server that was put back to before what it sent earlier."""
    desk = some_desk(world)
    ticket = deeds.some_ticket(world, desk)
    if ticket is None or not world.server.up:
        return
    await back_up(world)
    await deeds.append_to(world, desk, ticket)
    await asyncio.sleep(1.0)
    desk.path.mishaps.append("stale")
    await deeds.append_to(world, desk, ticket)
    await asyncio.sleep(0.1)
    world.server.kill()
    await asyncio.sleep(0.1)
    await world.restore()


async def leave_server_down(world: World) -> None:
    """It dies and nobody starts it; another rule may."""
    world.server.kill()


async def start_server(world: World) -> None:
    await world.start_server()


# -- somebody at a desk


async def append(world: World) -> None:
    await deeds.append(world, some_desk(world))


async def change(world: World) -> None:
    await deeds.change(world, some_desk(world))


async def attend(world: World) -> None:
    await deeds.attend(world, some_desk(world))


async def work_in_a_hurry(world: World) -> None:
    """Several things at once on one desk."""
    desk = some_desk(world)
    for _ in range(world.dice.randrange(2, 6)):
        await (deeds.append if world.dice.random() < 0.7 else deeds.change)(world, desk)


async def kill_engine(world: World) -> None:
    desk = some_desk(world)
    if desk.engine is not None and desk.engine.alive:
        await _die(world, desk.engine.arm, desk.kill_engine)


async def kill_desk(world: World) -> None:
    """Console and engine die; somebody opens the same files again."""
    desk = some_desk(world)
    silent = world.dice.random() < 0.3
    if desk.console is not None and desk.console.alive:
        process = desk.console if world.dice.random() < 0.5 else desk.engine
        assert process is not None, "an open console has had an engine"
        await _die(world, process.arm, lambda: desk.kill(silent=silent))
    await _pause(world)
    if not desk.open:
        desk.start()


async def quit_desk(world: World) -> None:
    desk = some_desk(world)
    if desk.open:
        await desk.quit()
        await _pause(world)
    if not desk.open:
        desk.start()


async def work_offline(world: World) -> None:
    desk = some_desk(world)
    desk.go_offline(not desk.offline)
    world.watch.note(f"{desk.name} works {'offline' if desk.offline else 'online'}")


# -- networks


async def part(world: World) -> None:
    """Nothing gets through any more, and what there was is broken."""
    path = some_desk(world).path
    path.down = True
    path.cut()
    path.note("is cut off")


async def heal(world: World) -> None:
    path = some_desk(world).path
    path.heal()
    path.note("is connected again")


async def cut(world: World) -> None:
    path = some_desk(world).path
    path.note("connections break")
    path.cut()


async def cut_after_frames(world: World) -> None:
    some_desk(world).path.cut_after = world.dice.randrange(1, 8)


async def mishap(world: World) -> None:
    path = some_desk(world).path
    path.mishaps.append(world.dice.choice(MISHAPS))


async def bad_line(world: World) -> None:
    path = some_desk(world).path
    path.ambient = world.dice.choice((0.0, 0.2, 0.5))
    path.slow = world.dice.choice((1.0, 5.0, 60.0))


async def silence(world: World) -> None:
    """Nothing goes through in one direction, and nobody is told."""
    path = some_desk(world).path
    directions: tuple[Direction, ...] = ("up", "down")
    direction = world.dice.choice(directions)
    path.note(f"is silent {direction}")
    path.mute(direction)


# -- time


async def let_time_pass(world: World) -> None:
    await asyncio.sleep(world.dice.choice((2.0, 10.0, 25.0, 70.0)))


async def rest(world: World) -> None:
    await world.rest()


WEIGHTS: dict[Rule, int] = {
    create: 6, buyer_writes: 5, colleague_triages: 5, colleague_writes: 4, move: 6, delete: 3,
    regrant: 5, regrant_in_a_bustle: 4, prune: 3, back_up: 3, restart: 2, kill_server: 3, restore: 2,
    restore_under_late_requests: 1,
    leave_server_down: 1, start_server: 2, append: 10, change: 7, attend: 3, work_in_a_hurry: 4,
    kill_engine: 4, kill_desk: 3, quit_desk: 1, work_offline: 2, part: 2, heal: 4, cut: 3,
    cut_after_frames: 3, mishap: 5, bad_line: 2, silence: 2, let_time_pass: 4, rest: 1,
}  # fmt: skip
"""How often each happens, before a run makes some of them rare and others frequent."""
OFTEN = 30
ALWAYS: frozenset[Rule] = frozenset({create, append, heal, let_time_pass})


def drawn(world: World, often: Collection[str] = ()) -> dict[Rule, int]:
    """This run's weights: some rules do not happen at all, others three times as often.

    Those called as `often` says happen all the time.
    """
    weights = {
        rule: weight * (1 if rule in ALWAYS else world.dice.choice((0, 1, 1, 3)))
        for rule, weight in WEIGHTS.items()
    }
    return weights | {rule: OFTEN for rule in WEIGHTS if rule.__name__ in often}


def some_desk(world: World) -> SimDesk:
    """One of the desks."""
    return world.dice.choice(world.desks)


async def _pause(world: World) -> None:
    await asyncio.sleep(world.dice.choice((0.01, 0.6, 3.0, 20.0)))


async def _die(world: World, arm: Callable[..., None], kill: Callable[[], None]) -> None:
    """Let something die now, soon, or around one of the next things that its threads do."""
    match world.dice.randrange(4):
        case 0:
            kill()
        case 1 | 2:
            arm(world.dice.randrange(1, 6), before=world.dice.random() < 0.5, then=kill)
            await deeds.append(world, some_desk(world))
            await buyer_writes(world)
            await colleague_triages(world)
            await asyncio.sleep(2.0)
            kill()
        case _:
            world.loop.call_later(world.dice.uniform(0.0, 0.1), kill)
            await deeds.append(world, some_desk(world))
            await asyncio.sleep(0.2)
