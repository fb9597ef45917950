"""The course of a run: which happening comes next; in half of the runs whole tickets are merged too."""

import asyncio
from collections.abc import Collection

from tests.simulation import checks, merging, rules
from tests.simulation.rules import Rule
from tests.simulation.world import World

PAUSES_S = (0.0, 0.0, 0.01, 0.05, 0.3, 1.0, 4.0, 30.0)
"""What lies between two happenings."""
MERGING = (0.0, 0.0, 0.2, 0.4)
"""How many of the happenings are of merging: in a run where none is, all else is as it was before."""


class Course:
    """What happens in one run. Of merging its own dice decide, so that other runs stay as they were.

    The rules called as `often` says happen all the time.
    """

    def __init__(self, world: World, often: Collection[str] = ()) -> None:
        self._world = world
        self._weights = rules.drawn(world, often)
        self._merging = world.apart.choice(MERGING)

    async def step(self) -> None:
        """One happening and the pause after it; what must always hold is looked at."""
        world, rule = self._world, self._next()
        world.watch.note(f"-- {rule.__name__.replace('_', ' ')}")
        await rule(world)
        await asyncio.sleep(world.dice.choice(PAUSES_S))
        world.check(checks.always)

    def _next(self) -> Rule:
        world, weights = self._world, self._weights
        if world.apart.random() < self._merging:
            weights = merging.WEIGHTS
        return world.dice.choices(list(weights), list(weights.values()))[0]
