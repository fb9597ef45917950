"""The long forms of the fault tests: `python -m tests.soak`; the last line of it is the verdict.

In turn: seeds of the simulation, deaths at crash points and by kill -9, desks behind the fault
proxy, the window killed at every key of a script. Every kind goes on until its number is reached or its share of `--seconds` is over. The
exit code is 1 if anything was lost, doubled or leaked; then the line that repeats it is told.
"""

import argparse
import asyncio
import importlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.children import Nursery
from tests.faults.keys import SCRIPT, Keys, drawn, make_stage
from tests.faults.kills import kills_of_seed
from tests.faults.proxy import FaultProxy
from tests.faults.scenes import ROUNDS
from tests.faults.storm import Storm, quick
from tests.faults.tally import Tally
from tests.parts.databases import Databases, Postgres, PostgresMissing
from tests.parts.server import live_server

KILLS, SEEDS, PROXY_S = 1_000, 2_000, 1_800.0
QUICK_KILLS, QUICK_SEEDS, QUICK_KEYS, QUICK_S = 20, 20, 5, 60.0
KILLS_A_WORLD = 25
STORM_S = 30.0
"""How long one seed's weather lasts."""
TELL_EVERY_S = 5.0
PARTS = ("simulation", "kills", "proxy", "keys")
SIMULATION = "tests.simulation.run"
POSTGRES_EVERY = 4
"""Every so many worlds of the kills are on PostgreSQL, where there is one."""


@dataclass
class Soak:
    """What was asked for, what was done and what was found."""

    asked: argparse.Namespace
    folder: Path
    databases: Databases
    tally: Tally = field(default_factory=Tally)
    done: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    _end: float = 0.0
    _told: float = 0.0

    def run(self) -> Tally:
        """Every part that was asked for, each with its share of the time."""
        parts = [self.asked.only] if self.asked.only else list(PARTS)
        for part in parts:
            share = self.asked.seconds / len(parts) if self.asked.seconds else 0.0
            self._end = time.monotonic() + share if share else 0.0
            getattr(self, part)()
        return self.tally

    @property
    def _in_time(self) -> bool:
        return not self._end or time.monotonic() < self._end

    def tell(self, line: str, *, now: bool = False) -> None:
        """A line of progress, not more often than every TELL_EVERY_S unless `now`."""
        if now or time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
            sys.stdout.flush()

    def _found(self, found: Tally, part: str, seed: int, size: str) -> None:
        self.tally.add(found)
        if not found.clean:
            for kind in ("lost", "doubled", "leaked"):
                for what in getattr(found, kind)[:10]:
                    self.tell(f"{part} seed {seed}: {kind}: {what}", now=True)
            again = f"python -m tests.soak --only {part} --seed {seed} {size}"
            self.tell(f"{part} seed {seed} went wrong; repeat it with: {again}", now=True)

    # -- the parts

    def simulation(self) -> None:
        """Seeds of the simulation, each its own history."""
        try:
            simulation: Any = importlib.import_module(SIMULATION)
        except ModuleNotFoundError as error:
            if not error.name or not SIMULATION.startswith(error.name):
                raise
            self.notes.append(f"{SIMULATION} is not here: no seed of it was run")
            self.tell(self.notes[-1], now=True)
            return
        for seed in range(self.asked.seed, self.asked.seed + self.asked.seeds):
            if not self._in_time:
                break
            found = Tally()
            for problem in simulation.run(seed).problems:
                # Whatever else keeps replicas from being equal counts as lost.
                kind = problem.kind if problem.kind in ("doubled", "leaked") else "lost"
                getattr(found, kind).append(f"{problem.kind}: {problem.text}")
            self._found(found, "simulation", seed, "--seeds 1")
            self.done["simulated seeds"] += 1
            self.tell(f"simulation: {self.done['simulated seeds']} seeds, {self.tally}")

    def kills(self) -> None:
        """Worlds in which processes die, one seed a world."""
        asyncio.run(self._kills())

    async def _kills(self) -> None:
        left, seed = self.asked.kills, self.asked.seed
        with Nursery(self.folder / "nursery") as nursery:
            while left > 0 and self._in_time:
                size = min(left, KILLS_A_WORLD)
                folder = self.folder / f"world-{seed}"
                folder.mkdir()
                url = self._database(seed)
                found = await kills_of_seed(
                    seed, size, folder, url, nursery, self._died, lambda: self._in_time
                )
                self._found(found, "kills", seed, f"--kills {size}")
                left, seed = left - size, seed + 1

    def _database(self, seed: int) -> str:
        if seed % POSTGRES_EVERY == POSTGRES_EVERY - 1:
            try:
                url = self.databases.fresh("postgresql", migrated=True)
            except PostgresMissing as missing:
                self.notes.append(f"no kills on PostgreSQL: {missing}")
            else:
                self.done["worlds on PostgreSQL"] += 1
                return url
        self.done["worlds on SQLite"] += 1
        return self.databases.fresh("sqlite", migrated=True)

    def _died(self, where: str) -> None:
        kind, _, point = where.partition(".")
        if kind == "missed":
            self.notes.append(f"{point} was not reached within {ROUNDS} rounds of work")
            self.done["deaths"] -= 1
            return
        self.done["deaths"] += 1
        self.done[f"deaths at points of {kind}" if point else f"deaths by {kind}"] += 1
        self.tell(f"kills: {self.done['deaths']}, now {where}, {self.tally}")

    def proxy(self) -> None:
        """Storms, one seed a storm."""
        end = time.monotonic() + self.asked.proxy_seconds
        seed = self.asked.seed
        while (left := end - time.monotonic()) > 0 and self._in_time:
            within = min(left, STORM_S, (self._end or end) - time.monotonic())
            found = asyncio.run(self._storm(seed, within))
            self._found(found, "proxy", seed, f"--proxy-seconds {STORM_S:.0f}")
            self.tell(f"proxy: {self.done['storms']} storms, {self.tally}")
            seed += 1

    async def _storm(self, seed: int, seconds: float) -> Tally:
        folder = self.folder / f"storm-{seed}"
        url = self.databases.fresh("sqlite", migrated=True)
        with quick(), live_server(folder / "server", url) as server:
            proxy = await FaultProxy(server.port).open()
            storm = await Storm(server, proxy, folder, seed).open()
            try:
                return await storm.rage(seconds=seconds)
            finally:
                await storm.close()
                await proxy.close()
                self.done["storms"] += 1
                self.done["faults of the network"] += storm.gusts.total()
                self.done["commands in storms"] += sum(len(h.deeds) for h in storm.hands)

    def keys(self) -> None:
        """The real window dies at keys of a script; another seed lets it outlive them longer."""
        folder, seed = self.folder / "keys", self.asked.seed
        folder.mkdir()
        with live_server(folder / "server") as server:
            stage = asyncio.run(make_stage(server, folder / "profile"))
        keys = Keys(stage, folder)
        for key, turns in drawn(seed, self.asked.keys):
            if not self._in_time:
                break
            lost = Tally(lost=list(keys.lost(key, turns)))
            self._found(lost, "keys", seed, f"--keys {self.asked.keys}")
            self.done["deaths at keys"] += 1
            self.tell(f"keys: {self.done['deaths at keys']} deaths, {self.tally}")


def asked_for(words: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for, with the long form's numbers where it says nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    add = parser.add_argument
    add("--seconds", type=float, default=0.0, help="for how long in all; else until all is done")
    add("--seed", type=int, default=1, help="the first seed of each part")
    add("--kills", type=int, default=KILLS, help=f"how many deaths ({KILLS})")
    add("--seeds", type=int, default=SEEDS, help=f"how many simulated seeds ({SEEDS})")
    add("--proxy-seconds", type=float, default=PROXY_S, help=f"how much weather ({PROXY_S:.0f})")
    add("--keys", type=int, default=len(SCRIPT), help=f"how many keys to die at ({len(SCRIPT)})")
    add("--only", choices=PARTS, help="this part alone")
    add("--quick", action="store_true", help="about a minute of everything")
    asked = parser.parse_args(words)
    if asked.quick:
        asked.seconds = asked.seconds or QUICK_S
        asked.kills, asked.seeds = min(asked.kills, QUICK_KILLS), min(asked.seeds, QUICK_SEEDS)
        asked.keys = min(asked.keys, QUICK_KEYS)
        asked.proxy_seconds = min(asked.proxy_seconds, QUICK_S / len(PARTS))
    return asked


def main(words: Sequence[str]) -> int:
    """Run what the command line asks for; 0 when nothing was lost, doubled or leaked."""
    asked = asked_for(words)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        databases = Databases(Path(folder), Postgres())
        soak = Soak(asked, Path(folder), databases)
        try:
            tally = soak.run()
        finally:
            databases.close()
    for what, count in sorted(soak.done.items()):
        soak.tell(f"{what}: {count}", now=True)
    for note in dict.fromkeys(soak.notes):
        soak.tell(note, now=True)
    soak.tell(f"seconds: {time.monotonic() - began:.0f}", now=True)
    sys.stdout.write(f"{tally}\n")
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
