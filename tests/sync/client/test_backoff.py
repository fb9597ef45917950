"""Waits between tries: they grow, they end at a bound, no two consoles share them."""

import random

import pytest

from console.sync.client import backoff
from console.sync.client.backoff import Backoff


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_of_a_wait_doubles_up_to_the_most(seed: int) -> None:
    waits = Backoff(random.Random(seed))
    for tries in range(20):
        most = min(backoff.MOST_S, backoff.FIRST_S * 2**tries)
        assert backoff.FIRST_S / 2 <= waits.next_s() <= backoff.FIRST_S / 2 + most


def test_who_met_the_server_starts_again() -> None:
    waits = Backoff(random.Random(1))
    for _ in range(10):
        waits.next_s()
    waits.met()
    assert waits.next_s() <= backoff.FIRST_S * 1.5
