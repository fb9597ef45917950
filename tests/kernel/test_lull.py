"""What can wait gets a quiet moment, or its turn all the same."""

import asyncio

import pytest

from console.kernel.lull import Lull
from tests.simulation.loop import VirtualLoop, run_virtually


def waited(stirs: int, every_s: float) -> float:
    """Seconds until whoever waits gets a turn, while something stirs so often."""
    loop = VirtualLoop()

    async def main() -> float:
        lull, begun = Lull(quiet_s=0.5, most_s=5.0), loop.time()

        async def turn() -> float:
            await lull.wait()
            return loop.time() - begun

        lull.due()
        lull.stir()
        waiting = asyncio.create_task(turn())
        for _ in range(stirs):
            await asyncio.sleep(every_s)
            lull.stir()
        return await waiting

    return run_virtually(loop, main())


@pytest.mark.parametrize(
    ("stirs", "every_s", "after_s"), [(0, 0.1, 0.5), (3, 0.2, 1.1), (3, 0.6, 0.5), (90, 0.1, 5.1)]
)
def test_a_turn_comes_when_it_is_quiet_or_late(stirs: int, every_s: float, after_s: float) -> None:
    assert waited(stirs, every_s) == pytest.approx(after_s, abs=0.51 if stirs == 90 else 1e-6)


def test_where_nothing_ever_stirred_it_comes_at_once() -> None:
    loop = VirtualLoop()

    async def main() -> float:
        begun = loop.time()
        await Lull(0.5, 5.0).wait()
        return loop.time() - begun

    assert run_virtually(loop, main()) == 0
