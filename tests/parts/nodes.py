"""Two nodes over one PostgreSQL database, and work that both begin at the same time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.fakes.clock import ManualClock
from tests.parts.office import Office


@pytest.fixture
def nodes(postgres_url: str, clock: ManualClock) -> Iterator[tuple[Office, Office]]:
    """Both open; the second joins what the first began."""
    first = Office(postgres_url, clock)
    second = Office(postgres_url, clock, joins=True)
    yield first, second
    first.close()
    second.close()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """The results of functions begun at the same time."""
    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(work) for work in works]
        return [each.result(120) for each in running]
