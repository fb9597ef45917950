"""Every crash point once, and kill -9 at any moment: nothing lost, doubled or leaked."""

import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from console.kernel.crash import POINTS
from tests.faults.children import Nursery
from tests.faults.kills import kill_at_random
from tests.faults.scenes import OTHER, SCENES
from tests.faults.world import World
from tests.parts.databases import Databases

pytestmark = pytest.mark.anyio
KILLS = 6


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop for the whole module: its world outlives each test."""
    return "asyncio"


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery")) as made:
        yield made


class Worlds:
    """The world that the points share; a new one after a failure."""

    def __init__(self, folder: Path, databases: Databases, nursery: Nursery) -> None:
        self._folder, self._databases, self._nursery = folder, databases, nursery
        self._made = 0
        self._now: World | None = None

    async def get(self) -> World:
        """A world in which everything is in order."""
        if self._now is None:
            self._made += 1
            folder = self._folder / str(self._made)
            folder.mkdir()
            url = self._databases.fresh("sqlite", migrated=True)
            self._now = await World(folder, url, self._nursery).open()
            assert (await self._now.quiet()).clean
        return self._now

    async def drop(self) -> None:
        """Close it: it is not in order any more, or no more wanted."""
        world, self._now = self._now, None
        if world is not None:
            await world.close()


@pytest.fixture(scope="module")
async def worlds(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, nursery: Nursery
) -> AsyncIterator[Worlds]:
    made = Worlds(tmp_path_factory.mktemp("worlds"), databases, nursery)
    yield made
    await made.drop()


def test_each_point_has_one_scene_that_leads_to_it() -> None:
    listed = [point for points in OTHER.values() for point in points]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(POINTS) == SCENES.keys()


@pytest.mark.parametrize("point", POINTS)
async def test_a_death_at_this_point_costs_nothing(worlds: Worlds, point: str) -> None:
    world = await worlds.get()
    try:
        await SCENES[point](world, point)
        found = await world.quiet()
        assert found.clean, f"{point}: {found}: {found.lost + found.doubled + found.leaked}"
    except BaseException:
        await worlds.drop()
        raise


@pytest.mark.parametrize("seed", range(3))
async def test_kill_9_at_any_moment_costs_nothing(worlds: Worlds, seed: int) -> None:
    world = await worlds.get()
    try:
        dice = random.Random(seed)
        found = await kill_at_random(world, dice, KILLS)
        assert found.clean, f"seed {seed}: {found}: {found.lost + found.doubled + found.leaked}"
    except BaseException:
        await worlds.drop()
        raise
