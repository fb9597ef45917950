"""One seed, one run: the real server and the real consoles in virtual time, the same each time."""

import gc
import logging
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation import rules
from tests.simulation.loop import Stalled, VirtualClock, VirtualLoop, run_virtually
from tests.simulation.mutations import broken
from tests.simulation.seeded import seeded
from tests.simulation.server import MEMORY
from tests.simulation.watch import Problem, Watch
from tests.simulation.world import World

STEPS = 40
TOLD_LINES = 120
EXPECTED_ERRORS: frozenset[str] = frozenset()
"""What the product may log as an error in a simulation: nothing."""


@dataclass
class Report:
    """What a run found. `lost`, `doubled` and `leaked` count those problems; `digest` is the same
    for the same seed, and `virtual_s` is how long it took in its own time.
    """

    seed: int
    steps: int
    mutation: str | None
    problems: list[Problem]
    trace: list[str]
    digest: str
    virtual_s: float
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> bool:
        """Whether anything was wrong."""
        return bool(self.problems)

    @property
    def lost(self) -> int:
        """Commands that are nowhere, and accepted ones without their effect."""
        return self._count("lost")

    @property
    def doubled(self) -> int:
        """Effects that are there twice, or though they were refused."""
        return self._count("doubled")

    @property
    def leaked(self) -> int:
        """Rows sent to or kept by who may not see them."""
        return self._count("leaked")

    def _count(self, kind: str) -> int:
        return sum(problem.kind == kind for problem in self.problems)

    def __str__(self) -> str:
        """What was wrong and how it came to it, for people."""
        head = f"seed {self.seed}" + (f", broken: {self.mutation}" if self.mutation else "")
        if not self.failed:
            return f"{head}: nothing wrong in {self.steps} steps"
        told = [f"{problem.kind}: {problem.text}" for problem in self.problems]
        return "\n".join([head, *told, "", *self.trace[-TOLD_LINES:]])


def run(seed: int, *, steps: int = STEPS, mutation: str | None = None) -> Report:
    """Run one seed, at most `steps` happenings and then rest; ends early once something is wrong.

    `mutation` names a fault of `mutations.MUTATIONS` that our code has for this run.
    """
    loop = VirtualLoop()
    clock = VirtualClock(loop)
    folder = Path(tempfile.mkdtemp(prefix="sim", dir=MEMORY if MEMORY.is_dir() else None))
    made: list[World] = []
    try:
        with seeded(seed, clock), broken(mutation), _one_thread(), _errors() as errors:
            watch = _live(seed, loop, clock, folder, steps, made)
            for event in errors:
                watch.problem("error", event)
            began = loop.time()
    finally:
        for world in made:
            world.close()
        shutil.rmtree(folder, ignore_errors=True)
    return Report(
        seed, steps, mutation, watch.problems, watch.trace, watch.digest, began, watch.counts
    )


def _live(
    seed: int, loop: VirtualLoop, clock: VirtualClock, folder: Path, steps: int, made: list[World]
) -> Watch:
    async def live() -> None:
        world = World(seed, loop, clock, folder)
        made.append(world)
        await world.open()
        weights = rules.drawn(world)
        for _ in range(steps):
            await rules.step(world, weights)
            if world.watch.problems:
                return
        await world.rest()

    try:
        run_virtually(loop, live())
    except Stalled as stalled:
        made[0].watch.problem("stuck", str(stalled))
    return made[0].watch


@contextmanager
def _one_thread() -> Iterator[None]:
    """No garbage is collected: when it would come differs, and it may end what the loop runs."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg not in EXPECTED_ERRORS:
            trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
            self.seen.append(f"{record.msg} {trace}".strip())


@contextmanager
def _errors() -> Iterator[list[str]]:
    """What the product logs as errors meanwhile; nobody else hears of it."""
    logger, handler = logging.getLogger("console"), _Errors()
    kept, propagate = logger.handlers[:], logger.propagate
    logger.handlers[:], logger.propagate = [handler], False
    try:
        yield handler.seen
    finally:
        logger.handlers[:], logger.propagate = kept, propagate


__all__ = ["Report", "random", "run"]
