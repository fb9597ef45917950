"""The worker: one thread, in the order asked for, whatever the jobs do."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from console.store.worker import Worker

pytestmark = pytest.mark.anyio


async def test_work_runs_in_the_order_asked_for_on_one_thread() -> None:
    worker = Worker("test")
    done: list[int] = []
    threads: set[int] = set()

    def job(number: int) -> int:
        threads.add(threading.get_ident())
        done.append(number)
        return number

    found = await asyncio.gather(*(worker.run(lambda n=n: job(n)) for n in range(50)))
    assert found == done == list(range(50))
    assert len(threads) == 1
    assert threads != {threading.get_ident()}
    worker.close()


async def test_a_failing_job_raises_and_the_next_one_runs() -> None:
    worker = Worker("test")

    def fail() -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await worker.run(fail)
    assert await worker.run(lambda: 7) == 7
    assert worker.wait(lambda: 8) == 8
    worker.close()


async def test_close_finishes_what_is_queued() -> None:
    worker = Worker("test")
    go, done = threading.Event(), []

    def first() -> None:
        go.wait(10)
        done.append(1)

    waiting = asyncio.gather(worker.run(first), worker.run(lambda: done.append(2)))
    await asyncio.sleep(0)
    go.set()
    worker.close()
    await waiting
    assert done == [1, 2]


async def test_cancelling_the_wait_does_not_undo_the_work() -> None:
    worker = Worker("test")
    started, go, done = threading.Event(), threading.Event(), threading.Event()

    def job() -> None:
        started.set()
        go.wait(10)
        done.set()

    waiting = asyncio.ensure_future(worker.run(job))
    await asyncio.to_thread(started.wait, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go.set()
    worker.close()
    assert done.is_set()


async def test_an_executor_takes_the_threads_place_and_ends_with_the_worker() -> None:
    threads: set[str] = set()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="given")
    worker = Worker("test", executor)
    await worker.run(lambda: threads.add(threading.current_thread().name))
    worker.close()
    assert threads == {"given_0"}
    with pytest.raises(RuntimeError):
        executor.submit(lambda: None)
