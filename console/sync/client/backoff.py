"""How long to wait before the next try: longer each time, and never the same for all consoles."""

import random

FIRST_S = 0.5
MOST_S = 30.0


class Backoff:
    """Waits that grow until the server was met again."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._tries = 0

    def next_s(self) -> float:
        """The seconds to wait after one more try that failed."""
        # Full jitter, so that a thousand consoles do not come back in the same second.
        most: float = min(MOST_S, FIRST_S * 2**self._tries)
        self._tries = min(self._tries + 1, 16)
        return FIRST_S / 2 + self._rng.uniform(0, most)

    def met(self) -> None:
        """The server was met: the next wait is short again."""
        self._tries = 0
