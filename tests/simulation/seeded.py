"""One seed for everything random: ids, tokens, epoch tags, back-off; and small sizes for big effects."""

import importlib
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID

from console.kernel.clock import Clock
from tests.simulation.dice import dice

# Where the product keeps a size, and what it is here: a few rows then fill pages, rings and
# credit as thousands do in a shop.
SMALL = {
    "console.sync.server.feed": {"PAGE_ROWS": (3, 7, 40)},
    "console.sync.server.hub": {"RING": (6, 40), "RING_BATCH": (2, 7, 100)},
    "console.sync.server.live": {"MAX_UNACKED_CHANGES": (4, 30, 2_000)},
    "console.sync.client.lanes": {"MAX_COMMANDS": (1, 3, 100)},
    "console.sync.server.lookup": {"PAGE_ROWS": (7, 40)},
    "console.sync.client.fetching": {"COMPARED_AT_ONCE": (2, 4_096)},
    "console.store.writer": {"BATCH": (1, 2, 64)},
}


@contextmanager
def seeded(seed: int, clock: Clock) -> Iterator[None]:
    """Until the end everything that the product draws comes from `seed`, and time from `clock`."""
    drawn, starts = dice(f"product {seed}"), dice(f"starts {seed}")

    def token_bytes(count: int | None = None) -> bytes:
        return drawn.randbytes(32 if count is None else count)

    time = SimpleNamespace(time_ns=lambda: int(clock.now().timestamp() * 1_000_000) * 1_000)
    fresh = SimpleNamespace(Random=lambda: dice(starts.random()))
    with ExitStack() as stack:
        put = stack.enter_context
        put(patch.object(secrets, "token_bytes", token_bytes))
        put(patch.object(secrets, "randbits", drawn.getrandbits))
        put(patch("console.kernel.ids.time", time))
        put(patch("console.sync.client.link.random", fresh))
        put(patch("console.server.leaving.random", dice(starts.random())))
        for place in ("hub", "presence"):
            made = lambda: UUID(int=drawn.getrandbits(128))  # noqa: E731 - a stand-in
            put(patch(f"console.sync.server.{place}.uuid4", made))
        for place, sizes in SMALL.items():
            for name, choices in sizes.items():
                put(patch.object(_module(place), name, starts.choice(choices)))
        yield


def _module(name: str) -> Any:
    return importlib.import_module(name)
