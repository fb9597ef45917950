"""One thread that owns one SQLite file: whoever wants it written queues here."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import asyncio

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
        return await self.put(work)

    def put(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """The same, in the queue at once and not only when it is waited for."""
        import asyncio  # it comes with the loop: no first paint waits for it

        return asyncio.wrap_future(self._executor.submit(work))

    def wait(self, work: Callable[[], T]) -> T:
        """The same, blocking the calling thread."""
        return self._executor.submit(work).result()

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        self._executor.shutdown(wait=True)
