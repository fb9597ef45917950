"""One seed for everything random: ids, tokens, epoch tags, back-off; and small sizes for big effects."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from uuid import UUID

from console.kernel import ids
from console.kernel.clock import Clock
from console.server import leaving
from console.store import writer
from console.sync.client import fetching, lanes, link
from console.sync.server import credit, feed, hub, lookup, presence
from tests.parts.replaced import replaced
from tests.simulation.dice import dice

# Where the product keeps a size, and what it is here: a few rows then fill pages, rings and
# credit as thousands do in a shop.
SMALL = {
    feed: {"PAGE_ROWS": (3, 7, 40)},
    hub: {"RING": (6, 40), "RING_BATCH": (2, 7, 100)},
    credit: {"MAX_UNACKED_CHANGES": (4, 30, 2_000)},
    lanes: {"MAX_COMMANDS": (1, 3, 100)},
    lookup: {"PAGE_ROWS": (7, 40)},
    fetching: {"COMPARED_AT_ONCE": (2, 4_096)},
    writer: {"BATCH": (1, 2, 64)},
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
        put(replaced(secrets, token_bytes=token_bytes, randbits=drawn.getrandbits))
        put(replaced(ids, time=time))
        put(replaced(link, random=fresh))
        put(replaced(leaving, random=dice(starts.random())))
        for place in (hub, presence):
            put(replaced(place, uuid4=lambda: UUID(int=drawn.getrandbits(128))))
        for place, sizes in SMALL.items():
            chosen = {name: starts.choice(choices) for name, choices in sizes.items()}
            put(replaced(place, **chosen))
        yield
