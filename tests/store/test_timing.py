"""Durations counted into steps."""

import threading

import pytest

from console.store.timing import STEPS_S, Times


def test_a_duration_is_counted_in_the_first_step_that_holds_it() -> None:
    times = Times()
    for seconds in (0.0, STEPS_S[0], STEPS_S[0] * 1.01, STEPS_S[-1], STEPS_S[-1] + 1):
        times.add(seconds)
    counts, total_s = times.read()
    assert len(counts) == len(STEPS_S) + 1
    assert (counts[0], counts[1], counts[-2], counts[-1]) == (2, 1, 1, 1)
    assert sum(counts) == 5
    assert total_s == pytest.approx(21.0, abs=0.01)
    assert list(STEPS_S) == sorted(set(STEPS_S))


def test_several_of_one_duration() -> None:
    times = Times()
    times.add(2.0, 3)
    assert (sum(times.read().counts), times.read().total_s) == (3, 6.0)


def test_what_fails_took_its_time_too() -> None:
    times = Times()
    with pytest.raises(ZeroDivisionError), times.measured():
        raise ZeroDivisionError
    assert sum(times.read().counts) == 1


def test_threads_lose_none() -> None:
    times = Times()

    def count() -> None:
        for _ in range(2_000):
            times.add(0.001)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(times.read().counts) == 8_000
