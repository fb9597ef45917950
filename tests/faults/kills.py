"""Deaths by a schedule made of a seed: at crash points, and by kill -9 at places nobody named."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from console.kernel.crash import POINTS
from tests.faults.children import Child, Nursery
from tests.faults.scenes import SCENES, NotReached, busy
from tests.faults.tally import Tally
from tests.faults.world import World

ACTS_BETWEEN = 8
DEATHS_A_ROUND = 3
"""How much is done between two deaths by kill -9, and how many follow one another at most before
all must agree."""
AT_POINTS = 0.8
MOST_VISITS = 3
"""How many of the deaths are at crash points, and up to which visit where work goes on as usual."""
ON_SQLITE = (
    "server.epoch",
    "server.epoch.begun",
    "engine.lost",
    "console.revive",
    "console.revived",
)
"""Points whose scene is one of SQLite: a start that begins an epoch, a database put back."""


async def kills_of_seed(
    seed: int, kills: int, folder: Path, database_url: str, nursery: Nursery,
    told: Callable[[str], None] = lambda where: None, go_on: Callable[[], bool] = lambda: True,
) -> Tally:  # fmt: skip
    """So many deaths in one new world, while `go_on()`; what went wrong.

    `told` hears of each before it happens. The world ends at the first thing that is wrong.
    """
    dice = random.Random(seed)
    world = World(folder, database_url, nursery, seed)
    try:
        await world.open()
        for _ in range(kills):
            if not go_on():
                break
            if dice.random() < AT_POINTS:
                found = await _kill_at_point(world, dice, told)
            else:
                told("kill -9")
                found = await kill_at_random(world, dice, 1)
            if not found.clean:
                return found
        return Tally()
    finally:
        await world.close()


async def _kill_at_point(world: World, dice: random.Random, told: Callable[[str], None]) -> Tally:
    point = dice.choice([name for name in POINTS if not (world.postgres and name in ON_SQLITE)])
    scene = SCENES[point]
    visit = dice.randint(1, MOST_VISITS) if scene is busy else 1
    order = f"{point}:{visit}"
    told(order)
    try:
        await scene(world, order)
    except NotReached:
        told(f"missed.{order}")
        for victim in (world.shop.child, world.ana.engines.now, world.ana.child):
            if victim is not None and victim.alive:
                await victim.ask(arm="")
    return await world.quiet()


async def kill_at_random(world: World, dice: random.Random, kills: int) -> Tally:
    """So many deaths by kill -9; what was wrong at the end of a round, when all had to agree."""
    tally = Tally()
    while kills > 0 and tally.clean:
        for _ in range(min(kills, dice.randint(1, DEATHS_A_ROUND))):
            kills -= 1
            for n in range(dice.randint(0, ACTS_BETWEEN)):
                await world.ana_acts()
                if n % 3 == 1:
                    await world.others_act()
            await _kill_while_acting(world, dice)
            await world.revive()
        tally.add(await world.quiet())
    return tally


async def _kill_while_acting(world: World, dice: random.Random) -> None:
    victim = _victim(world, dice.choice(("server", "engine", "engine", "console")))
    acting = world.ana_acts()
    if victim is None or not victim.alive:
        await acting
    else:
        await asyncio.gather(acting, victim.kill())


def _victim(world: World, which: str) -> Child | None:
    if which == "server":
        return world.shop.child
    return world.ana.engines.now if which == "engine" else world.ana.child
