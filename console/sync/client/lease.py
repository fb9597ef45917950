"""The lease on the cache: how long customers' data may be read here without meeting the server.

It is used up by time as this computer tells it, and a clock that goes back gives nothing: only
time that passes counts, and the latest time ever seen is where it goes on from.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from console.kernel.clock import to_ms

LEASE = timedelta(days=7)
WHOLE_MS = int(LEASE.total_seconds() * 1000)


class Lease(Struct, frozen=True, omit_defaults=True):
    """What is left of it (ms) as of `seen`, the latest time this computer has told (ms).

    `seen` 0: the server was never met under a lease, so nothing runs out.
    """

    left: int = 0
    seen: int = 0

    def spent(self, now: datetime) -> "Lease":
        """The lease as it is now."""
        if not self.seen:
            return self
        passed = max(0, to_ms(now) - self.seen)
        return Lease(max(0, self.left - passed), self.seen + passed)

    def ended(self, now: datetime) -> bool:
        """Whether the cache is shut until the server is met again."""
        return bool(self.seen) and self.spent(now).left == 0


def renewed(now: datetime) -> Lease:
    """A whole lease: the server was just met."""
    return Lease(WHOLE_MS, to_ms(now))
