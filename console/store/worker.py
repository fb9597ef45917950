"""One thread that owns one SQLite file: whoever wants it written queues here."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from asyncio import Future

T = TypeVar("T")


class Worker:
    """Runs functions one after another on its own thread, in the order they were asked for.

    `executor` takes the thread's place: one that keeps the order and is this worker's alone.
    """

    def __init__(self, name: str, executor: Executor | None = None) -> None:
        self._executor = executor or ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work()`, which must be one whole transaction; raises what it raises.

        Cancelling the wait does not undo the work.
        """
        return await self.begin(work)

    def begin(self, work: Callable[[], T]) -> "Future[T]":
        """The same, queued by the time this returns: `run` waits for a turn of the loop first."""
        import asyncio  # it comes with the loop: no first paint waits for it

        return asyncio.wrap_future(self._executor.submit(work))

    def wait(self, work: Callable[[], T]) -> T:
        """The same, blocking the calling thread."""
        return self._executor.submit(work).result()

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        self._executor.shutdown(wait=True)
