"""One seed, one run: the real server and the real consoles in virtual time, the same each time."""

import gc
import logging
import shutil
import tempfile
import traceback
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.sync.client import lanes
from tests.parts.replaced import replaced
from tests.simulation.course import Course
from tests.simulation.loop import (
    BEGINS_AT,
    Stalled,
    VirtualClock,
    VirtualLoop,
    run_virtually,
)
from tests.simulation.mutations import SHOWN_BY, broken
from tests.simulation.seeded import seeded
from tests.simulation.server import MEMORY
from tests.simulation.watch import Problem, Watch
from tests.simulation.world import World

STEPS = 40
TOLD_LINES = 120


@dataclass
class Report:
    """What a run found. `digest` is the same for the same seed; `virtual_s` is its own time."""

    seed: int
    steps: int
    mutation: str | None
    problems: list[Problem]
    trace: list[str]
    digest: str
    virtual_s: float

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
    try:
        with seeded(seed, clock), _way_to_send(seed), broken(mutation), _no_garbage():
            world = World(seed, loop, clock, folder)
            with _errors(world.watch):
                _live(world, loop, steps, SHOWN_BY.get(mutation or "", ()))
            world.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    watch = world.watch
    virtual_s = loop.time() - BEGINS_AT
    return Report(seed, steps, mutation, watch.problems, watch.trace, watch.digest, virtual_s)


def _live(world: World, loop: VirtualLoop, steps: int, often: Collection[str]) -> None:
    async def live() -> None:
        await world.open()
        course = Course(world, often)
        for _ in range(steps):
            await course.step()
            if world.watch.problems:
                return
        await world.rest()

    try:
        run_virtually(loop, live())
    except Stalled as stalled:
        world.watch.problem("stuck", str(stalled))
    except Exception:  # noqa: BLE001 - whatever it was, it is this seed's finding
        world.watch.problem("error", traceback.format_exc())


def _way_to_send(seed: int) -> AbstractContextManager[None]:
    """With odd seeds consoles post whatever they do, as older ones: only a post can come late."""
    return replaced(lanes, SAID_MOST_BYTES=-1 if seed % 2 else lanes.SAID_MOST_BYTES)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """When garbage is collected differs from run to run, and it may end what the loop runs."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Errors(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.ERROR)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self._watch.problem("error", f"{record.msg} {trace}".strip())


@contextmanager
def _errors(watch: Watch) -> Iterator[None]:
    """What the product logs as an error meanwhile is a problem; nobody else hears of it."""
    logger, handler = logging.getLogger("console"), _Errors(watch)
    kept, propagate = logger.handlers[:], logger.propagate
    logger.handlers[:], logger.propagate = [handler], False
    try:
        yield
    finally:
        logger.handlers[:], logger.propagate = kept, propagate
