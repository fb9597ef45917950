"""Deaths at places nobody named: kill -9 of server, engine and console by a schedule made of a seed."""

import asyncio
import random

from tests.faults.children import Child
from tests.faults.tally import Tally
from tests.faults.world import World

ACTS_BETWEEN = 8
DEATHS_A_ROUND = 3
"""How much is done between two deaths, and how many follow one another before all must agree."""


async def kill_at_random(world: World, dice: random.Random, kills: int) -> Tally:
    """So many deaths; what went wrong by the end of each round, in which all had to agree."""
    tally = Tally()
    while kills > 0:
        for _ in range(min(kills, dice.randint(1, DEATHS_A_ROUND))):
            kills -= 1
            for n in range(dice.randint(0, ACTS_BETWEEN)):
                await world.ana_acts()
                if n % 3 == 1:
                    await world.others_act()
            await _kill_while_acting(world, dice)
            await world.revive()
        tally.add(await world.quiet())
        if not tally.clean:
            break
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
