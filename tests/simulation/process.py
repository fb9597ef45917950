"""A process of the simulation: tasks, threads and open ends that die together, whenever it is told.

Whatever is started inside a process belongs to it. `kill` is what `kill -9` is: nothing queued is
done any more, nothing more leaves, and no `finally` of the dead has an effect that lasts.
"""

import asyncio
import contextvars
import random
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, TypeVar

from tests.simulation.dice import dice

T = TypeVar("T")
_current: contextvars.ContextVar["Process | None"] = contextvars.ContextVar("process", default=None)
BURIALS = 20
"""How often the tasks of a killed process are cancelled until they are gone."""


class Process:
    """Tasks, executors and ends of something that can be killed."""

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str, dice: random.Random) -> None:
        self.name = name
        self.alive = True
        self._loop = loop
        self._dice = dice
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self._executors: list[LoopExecutor] = []
        self._ends: list[Callable[[], None]] = []
        self._fuse = 0
        self._fuse_before = False
        self._context = contextvars.copy_context()
        self._context.run(_current.set, self)

    def spawn(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Start a task that belongs to this process, as will all that it starts."""
        context = self._context.copy()
        task = context.run(self._loop.create_task, work)
        task.set_name(f"{self.name}:{name}")
        return task

    def call(self, work: Callable[..., T], *args: Any) -> T:
        """The result of `work`, done inside this process."""
        return self._context.copy().run(work, *args)

    def executor(self, *, in_order: bool = True) -> "LoopExecutor":
        """A stand-in for threads of this process."""
        made = LoopExecutor(self._loop, self, dice(self._dice.random()), in_order=in_order)
        self._executors.append(made)
        return made

    def at_death(self, end: Callable[[], None]) -> None:
        """Call `end` when the process is killed: its connections break."""
        self._ends.append(end)

    def arm(self, jobs: int, *, before: bool, then: Callable[[], None]) -> None:
        """Call `then` right before or right after the `jobs`-th thing its threads do from now."""
        self._fuse, self._fuse_before, self._then = jobs, before, then

    def burns(self, *, before: bool) -> bool:
        """One more thing is about to be done, or was: whether that was the end."""
        if not self._fuse or before != self._fuse_before:
            return not self.alive
        self._fuse -= 1
        if self._fuse == 0:
            self._then()
        return not self.alive

    def kill(self) -> None:
        """End it here and now."""
        if not self.alive:
            return
        self.alive = False
        for executor in self._executors:
            executor.kill()
        for end in self._ends:
            end()
        self._bury(BURIALS)

    def _bury(self, times: int) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._tasks and times:
            self._loop.call_later(0.001, self._bury, times - 1)

    def take(self, task: asyncio.Task[Any]) -> None:
        """A task was started in here."""
        self._tasks[task] = None
        task.add_done_callback(self._drop)
        if not self.alive:
            self._loop.call_soon(task.cancel)

    def _drop(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)


def owned(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T], **how: Any
) -> asyncio.Task[T]:
    """The loop's task factory: each task belongs to the process that started it."""
    task = asyncio.Task(work, loop=loop, **how)
    context = how.get("context")
    process = context.get(_current) if context is not None else _current.get()
    if process is not None:
        process.take(task)
    return task


def here() -> Process:
    """The process whose code runs."""
    process = _current.get()
    assert process is not None, "only the simulation itself runs outside"
    return process


class LoopExecutor(Executor):
    """Does what is submitted on the loop's own thread, a moment later.

    `in_order` is one thread's way: one after another; without it, several threads' way.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        process: Process,
        dice: random.Random,
        *,
        in_order: bool,
    ) -> None:
        self._loop = loop
        self._process = process
        self._dice = dice
        self._in_order = in_order
        self._jobs: deque[Callable[[], None]] = deque()
        self._free_at = 0.0
        self._shut = False
        self._dead = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        if self._shut and not self._dead:
            raise RuntimeError("cannot schedule new futures after shutdown")
        done: Future[T] = Future()
        if self._dead:
            return done  # nobody is there to do it
        job = partial(self._run, done, partial(fn, *args, **kwargs))
        if self._in_order:
            self._jobs.append(job)
            self._free_at = max(self._free_at + 1e-6, self._loop.time() + self._takes())
            self._loop.call_at(self._free_at, self._next)
        else:
            self._jobs.append(job)
            self._loop.call_later(self._takes(), self._one, job)
        return done

    def _takes(self) -> float:
        slow = self._dice.random() < 0.02
        return self._dice.uniform(0.0001, 0.05 if slow else 0.002)

    def _next(self) -> None:
        if self._jobs:
            self._jobs.popleft()()

    def _one(self, job: Callable[[], None]) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
            job()

    def _run(self, done: Future[Any], work: Callable[[], Any]) -> None:
        if self._process.burns(before=True) or not done.set_running_or_notify_cancel():
            return
        result, failed = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            failed = error
        if self._process.burns(before=False):
            return
        if failed is None:
            done.set_result(result)
        else:
            done.set_exception(failed)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._shut = True
        while self._jobs and not cancel_futures:
            self._next()

    def kill(self) -> None:
        """Do nothing any more, and answer nobody."""
        self._dead = True
        self._jobs.clear()
