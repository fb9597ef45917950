"""Named tasks that somebody owns: the only place that starts one."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:  # it comes with the loop: no first paint waits for it
    import asyncio

T = TypeVar("T")

log = logging.getLogger(__name__)


class Tasks:
    """The tasks of one owner: kept referenced, named, their failures logged, ended together."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T], *, name: str) -> "asyncio.Task[T]":
        """Start `work` on the running loop. An exception other than cancellation is logged."""
        import asyncio

        loop = asyncio.get_running_loop()
        task = loop.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task_failed", exc_info=error, extra={"task": task.get_name()})

    @property
    def names(self) -> list[str]:
        """Names of the tasks still running, sorted."""
        return sorted(task.get_name() for task in self._running)

    async def done(self, within_s: float) -> None:
        """Wait until all of them have ended, so long at most; none is cancelled."""
        import asyncio

        mine = asyncio.current_task()
        pending = [task for task in self._running if task is not mine]
        if pending:
            await asyncio.wait(pending, timeout=within_s)

    async def close(self) -> None:
        """Cancel what still runs and wait until all of it has ended."""
        import asyncio

        mine = asyncio.current_task()
        pending = [task for task in self._running if task is not mine]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


def runs() -> bool:
    """Whether there is a loop; a window that closes after it is painted and asked once more."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def heed(news: "asyncio.Event", turn: Callable[[], Awaitable[float]]) -> None:
    """Take a turn, then the next when there is news or as many seconds are over as it said.

    For ever: whoever began it cancels it. News that comes during a turn is not lost.
    """
    import asyncio

    while True:
        news.clear()
        wait_s = await turn()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await news.wait()


async def race(**contenders: Coroutine[Any, Any, Any]) -> None:
    """Run all until the first ends, end the others, then raise what the first raised, if it did.

    The keyword is the task's name. Being cancelled cancels them all.
    """
    import asyncio

    loop = asyncio.get_running_loop()
    running = [loop.create_task(work, name=name) for name, work in contenders.items()]
    try:
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    for task in running:
        if task in done:
            task.result()
