"""Quiet moments: what can wait is done while nothing else is going on."""

import asyncio
from math import inf


class Lull:
    """Tells whoever waits when nothing has stirred for `quiet_s` seconds.

    What has been waiting for more than `most_s` gets its turn all the same, every `quiet_s` or so.
    """

    def __init__(self, quiet_s: float, most_s: float) -> None:
        self._quiet_s = quiet_s
        self._most_s = most_s
        self._stirred_at = self._since = -inf

    def stir(self) -> None:
        """Something is going on."""
        self._stirred_at = _now()

    def due(self) -> None:
        """From now on something waits."""
        self._since = _now()

    async def wait(self) -> None:
        """Wait for a quiet moment."""
        while (left := self._stirred_at + self._quiet_s - _now()) > 0:
            await asyncio.sleep(left)
            if _now() - self._since > self._most_s:
                break


def _now() -> float:
    return asyncio.get_running_loop().time()
