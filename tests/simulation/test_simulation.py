"""Seeds of the simulation: those that once failed, some that must stay well, and faults of our own.

`python -m tests.soak` runs thousands; `python -m tests.simulation SEED --trace` tells one.
"""

from pathlib import Path

import pytest

from tests.simulation.mutations import MUTATIONS
from tests.simulation.run import run

HERE = Path(__file__).parent
WELL = range(1, 13)
"""Seeds that run every time; the soak takes the others."""


def lines(name: str) -> list[str]:
    told = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in told if line.strip() and not line.startswith("#")]


KEPT = sorted({int(line.split()[0]) for line in lines("seeds.txt")} | set(WELL))
CAUGHT = {
    name.strip(): int(seed) for seed, name in (line.split(None, 1) for line in lines("caught.txt"))
}


def test_a_seed_is_one_run() -> None:
    first, second = run(3), run(3)
    assert first.digest == second.digest
    assert first.counts == second.counts
    assert first.digest != run(4).digest


@pytest.mark.parametrize("seed", KEPT)
def test_nothing_is_lost_doubled_or_leaked(seed: int) -> None:
    report = run(seed)
    assert not report.failed, str(report)


@pytest.mark.parametrize("name", CAUGHT)
def test_a_fault_of_ours_is_caught(name: str) -> None:
    assert run(CAUGHT[name], mutation=name).failed, f"{name} went by: look for another seed"


def test_every_fault_known_here_is_one_that_can_be_put_in() -> None:
    assert CAUGHT.keys() <= MUTATIONS.keys()
    assert len(CAUGHT) >= 12
