"""Tasks: named, owned, their failures logged, ended together."""

import asyncio
from typing import Any

import pytest

from console.kernel.tasks import Tasks, heed, race

pytestmark = pytest.mark.anyio


async def test_a_task_has_its_name_while_it_runs() -> None:
    tasks = Tasks()
    go = asyncio.Event()
    task = tasks.spawn(go.wait(), name="waiting")
    assert tasks.names == ["waiting"]
    go.set()
    assert await task is True
    assert tasks.names == []


async def test_a_failure_is_logged_under_the_name(expected_errors: Any) -> None:
    expected_errors.expect("task_failed")
    tasks = Tasks()

    async def fail() -> None:
        raise ValueError("mine")

    task = tasks.spawn(fail(), name="failing")
    await asyncio.wait([task])
    await asyncio.wait([tasks.spawn(asyncio.sleep(0), name="a turn of the loop")])
    assert expected_errors.events == ["task_failed"]
    assert isinstance(task.exception(), ValueError)


async def test_close_ends_all_and_waits_for_their_cleaning_up() -> None:
    tasks = Tasks()
    cleaned: list[int] = []
    started = asyncio.Barrier(4)

    async def work(number: int) -> None:
        try:
            await started.wait()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(number)

    for number in range(3):
        tasks.spawn(work(number), name=f"work {number}")
    await started.wait()
    await tasks.close()
    assert sorted(cleaned) == [0, 1, 2]
    assert tasks.names == []


async def test_a_task_may_close_its_own_owner() -> None:
    tasks = Tasks()

    async def work() -> str:
        await tasks.close()
        return "alive"

    assert await tasks.spawn(work(), name="closer") == "alive"


async def test_race_ends_the_losers_and_raises_the_winners_error() -> None:
    ended: list[str] = []
    waiting = asyncio.Event()

    async def lose() -> None:
        try:
            waiting.set()
            await asyncio.Event().wait()
        finally:
            ended.append("loser")

    async def fail() -> None:
        await waiting.wait()
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone"):
        await race(loser=lose(), failing=fail())
    assert ended == ["loser"]


async def test_race_passes_its_own_cancellation_on() -> None:
    ended: list[str] = []
    waiting = asyncio.Barrier(3)

    async def wait(name: str) -> None:
        try:
            await waiting.wait()
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    tasks = Tasks()
    racing = tasks.spawn(race(one=wait("one"), two=wait("two")), name="race")
    await waiting.wait()
    racing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await racing
    assert sorted(ended) == ["one", "two"]


async def test_what_runs_can_be_waited_for_and_is_not_ended() -> None:
    tasks, go, seen = Tasks(), asyncio.Event(), []

    async def work() -> None:
        await go.wait()
        seen.append("done")

    tasks.spawn(work(), name="work")
    await tasks.done(0.01)
    assert tasks.names == ["work"]
    go.set()
    await tasks.done(10)
    assert seen == ["done"]
    await tasks.done(10)


async def test_turns_are_taken_at_their_time_and_when_there_is_news() -> None:
    news, turns, said = asyncio.Event(), list[float](), asyncio.Queue[None]()
    waits = iter((0.0, 3_600.0, 3_600.0, 3_600.0))

    async def turn() -> float:
        turns.append(next(waits))
        if len(turns) == 3:
            news.set()  # in the middle of a turn: it is not lost
        said.put_nowait(None)
        return turns[-1]

    tasks = Tasks()
    tasks.spawn(heed(news, turn), name="heed")
    for _ in range(2):
        await said.get()  # the second comes because no time was to pass
    news.set()
    for _ in range(2):
        await said.get()
    assert turns == [0.0, 3_600.0, 3_600.0, 3_600.0]
    await tasks.close()
