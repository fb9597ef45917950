"""What the simulation stands on: virtual time, processes that die, wires that are held and cut."""

import asyncio
from typing import Any

import pytest

from tests.simulation.dice import dice
from tests.simulation.loop import BEGINS_AT, Stalled, VirtualClock, VirtualLoop, run_virtually
from tests.simulation.process import Process, owned
from tests.simulation.wires import ROOM, Wire


@pytest.fixture
def loop() -> VirtualLoop:
    made = VirtualLoop()
    made.set_task_factory(owned)
    return made


def test_a_year_takes_no_time_and_comes_in_order(loop: VirtualLoop) -> None:
    clock, seen = VirtualClock(loop), []

    async def wait(days: int) -> None:
        await asyncio.sleep(days * 86_400)
        seen.append((days, round(clock.monotonic() - BEGINS_AT)))

    async def main() -> None:
        began = clock.now()
        await asyncio.gather(wait(365), wait(1), wait(30))
        assert (clock.now() - began).days == 365

    run_virtually(loop, main())
    assert seen == [(days, days * 86_400) for days in (1, 30, 365)]


def test_waiting_for_what_never_comes_is_told(loop: VirtualLoop) -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stalled, match="waits"):
        run_virtually(loop, main())


def made(loop: VirtualLoop) -> Process:
    return Process(loop, "somebody", dice(1))


def test_threads_of_a_process_keep_the_order_and_raise_what_was_raised(loop: VirtualLoop) -> None:
    done: list[int] = []

    def fail() -> None:
        raise ValueError("mine")

    async def main() -> None:
        executor = made(loop).executor()
        waits = [asyncio.wrap_future(executor.submit(done.append, n)) for n in range(9)]
        assert done == []
        await asyncio.gather(*waits)
        with pytest.raises(ValueError, match="mine"):
            await asyncio.wrap_future(executor.submit(fail))
        executor.submit(done.append, 9)
        executor.shutdown()

    run_virtually(loop, main())
    assert done == list(range(10))


def test_who_is_killed_does_nothing_more(loop: VirtualLoop) -> None:
    done: list[str] = []

    async def main() -> None:
        process = made(loop)
        executor = process.executor()

        async def work() -> None:
            try:
                await asyncio.wrap_future(executor.submit(done.append, "first"))
                process.kill()
                await asyncio.wrap_future(executor.submit(done.append, "second"))
            finally:
                executor.submit(done.append, "parting")

        process.at_death(lambda: done.append("cut"))
        task = process.spawn(work(), "work")
        await asyncio.wait([task])
        assert task.cancelled()
        await asyncio.sleep(60)

    run_virtually(loop, main())
    assert done == ["first", "cut"]


@pytest.mark.parametrize(("before", "left"), [(True, [0, 1]), (False, [0, 1, 2])])
def test_a_process_dies_around_the_thing_it_was_told(
    loop: VirtualLoop, before: bool, left: list[int]
) -> None:
    done: list[int] = []

    async def main() -> None:
        process = made(loop)
        executor = process.executor()
        process.arm(3, before=before, then=process.kill)
        futures = [executor.submit(done.append, n) for n in range(6)]
        await asyncio.sleep(1)
        assert not process.alive
        assert [future.done() for future in futures[:2]] == [True, True]
        assert not futures[2].done()

    run_virtually(loop, main())
    assert done == left


def test_a_wire_keeps_the_order_waits_while_it_is_held_and_ends_when_cut(loop: VirtualLoop) -> None:
    come: list[int] = []
    thrown = dice(2)

    async def main() -> None:
        wire = Wire(loop, lambda: thrown.uniform(0.0, 0.5), come.append)
        for number in range(5):
            wire.put(number)
        await asyncio.sleep(5)
        assert come == list(range(5))
        wire.hold(True)
        wire.put(5)
        await asyncio.sleep(60)
        assert come == list(range(5))
        wire.hold(False)
        assert come == list(range(6))
        wire.put(6)
        wire.cut()
        await asyncio.sleep(60)
        assert come == list(range(6))

    run_virtually(loop, main())


def test_who_sends_more_than_is_read_waits(loop: VirtualLoop) -> None:
    sent: list[int] = []

    async def main() -> None:
        def unread(_: Any) -> None:
            wire.unread += 1

        wire = Wire(loop, lambda: 0.001, unread)

        async def send() -> None:
            for number in range(ROOM + 3):
                await wire.send(number)
                sent.append(number)

        task = asyncio.ensure_future(send())
        await asyncio.sleep(60)
        assert len(sent) == ROOM
        wire.taken()
        wire.taken()
        wire.taken()
        await task

    run_virtually(loop, main())
    assert len(sent) == ROOM + 3
