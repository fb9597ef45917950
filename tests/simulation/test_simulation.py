"""The simulation finds nothing in our code, and finds every fault that is planted in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.mutations import MUTATIONS
from tests.simulation.run import run

HERE = Path(__file__).parent
FIRST, LAST = 1, 25
"""Fixed seeds of every run of the tests; the soak goes on from where they end."""
TRIED = 40
"""So many seeds are tried for a planted fault that its own seed does not find any more."""


def lines(name: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line of a file that is not a comment."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            number, _, text = line.partition(" ")
            yield int(number), text.strip()


FAILED_ONCE = list(lines("seeds.txt"))
CAUGHT = {text.partition(":")[0]: seed for seed, text in lines("caught.txt")}


@pytest.mark.parametrize("seed", [seed for seed, _ in FAILED_ONCE])
def test_what_was_found_once_is_not_found_again(seed: int) -> None:
    report = run(seed)
    assert not report.failed, str(report)


@pytest.mark.parametrize("seed", range(FIRST, LAST + 1))
def test_nothing_is_wrong(seed: int) -> None:
    report = run(seed)
    assert not report.failed, str(report)
    assert (report.lost, report.doubled, report.leaked) == (0, 0, 0)


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_planted_fault_is_found(mutation: str) -> None:
    """By the seed it is known to be found by, or by another: new kinds lead seeds elsewhere."""
    reports = (run(seed, mutation=mutation) for seed in (CAUGHT[mutation], *range(1, TRIED + 1)))
    report = next((report for report in reports if report.failed), None)
    assert report is not None, "no seed finds it any more: make caught.txt anew with --hunt"
    assert f"broken: {mutation}" in str(report)
    assert report.problems[0].text in str(report)


def test_the_same_seed_is_the_same_run() -> None:
    first, second = run(3), run(3)
    assert first.trace == second.trace
    assert first.digest == second.digest != run(4).digest


def test_it_is_the_same_in_another_process() -> None:
    """Neither where objects lie nor how strings are hashed decides anything."""
    code = "from tests.simulation.run import run; print(run(3).digest)"
    settings = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == run(3).digest


def test_it_can_be_told_how_long_to_go_on() -> None:
    short = run(3, steps=2)
    assert not short.failed
    assert sum("] -- " in line or " -- " in line for line in short.trace) == 2
    assert short.virtual_s < run(3).virtual_s
