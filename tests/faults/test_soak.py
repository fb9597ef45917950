"""The soak says what it did, how to repeat what went wrong, and ends with its verdict."""

import sys
from types import SimpleNamespace

import pytest

from tests import soak
from tests.faults.tally import Tally


def pretend(monkeypatch: pytest.MonkeyPatch, bad_seed: int = -1) -> list[int]:
    """A simulation in which one seed loses something; the seeds that were run."""
    ran: list[int] = []

    def run(seed: int) -> SimpleNamespace:
        ran.append(seed)
        kinds = ("lost", "unequal", "leaked") if seed == bad_seed else ()
        problems = [SimpleNamespace(kind=kind, text="as the test wants it") for kind in kinds]
        return SimpleNamespace(problems=problems)

    monkeypatch.setitem(sys.modules, soak.SIMULATION, SimpleNamespace(run=run))
    return ran


def test_without_a_word_the_long_forms_are_asked_for() -> None:
    asked = soak.asked_for([])
    assert (asked.kills, asked.seeds, asked.proxy_seconds) == (1_000, 2_000, 1_800.0)
    assert (asked.seconds, asked.seed, asked.only) == (0.0, 1, None)
    quick = soak.asked_for(["--quick", "--seed", "9"])
    assert (quick.seconds, quick.seed, quick.kills) == (soak.QUICK_S, 9, soak.QUICK_KILLS)


def test_seeds_that_find_nothing_end_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = pretend(monkeypatch)
    assert soak.main(["--only", "simulation", "--seeds", "3", "--seed", "5"]) == 0
    assert ran == [5, 6, 7]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == str(Tally()) == "lost=0 doubled=0 leaked=0"
    assert any(line.endswith("simulated seeds: 3") for line in lines)


def test_a_seed_that_loses_something_is_told_with_the_line_that_repeats_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, bad_seed=6)
    assert soak.main(["--only", "simulation", "--seeds", "3", "--seed", "5"]) == 1
    told = capsys.readouterr().out
    assert "python -m tests.soak --only simulation --seed 6 --seeds 1" in told
    assert told.splitlines()[-1] == "lost=2 doubled=0 leaked=1"


def test_a_simulation_that_is_not_here_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(soak, "SIMULATION", "tests.nowhere.run")
    assert soak.main(["--only", "simulation"]) == 0
    assert "tests.nowhere.run is not here" in capsys.readouterr().out


def test_a_death_and_a_short_storm_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--only", "kills", "--kills", "1"]) == 0
    assert "worlds on SQLite: 1" in capsys.readouterr().out
    assert soak.main(["--only", "proxy", "--proxy-seconds", "0.5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.endswith("storms: 1") for line in lines)
    assert lines[-1] == "lost=0 doubled=0 leaked=0"
