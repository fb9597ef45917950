"""How often the engine speaks: at once when it has been quiet, else in one word for many.

While thousands of changes come in, the console would otherwise spend its frames on hearing of them.
"""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from console.sync.client import pipe

LEAST_S, MOST_S = 0.004, 0.05
"""How far apart its words are: the least when changes come singly, the most when they pour in."""


class Timer(Protocol):
    """Something that will happen, unless it is called off."""

    def cancel(self) -> None:
        """Call it off."""


Later = Callable[[float, Callable[[], None]], Timer]


def on_the_loop(delay_s: float, work: Callable[[], None]) -> Timer:
    """`work()` on the running loop, `delay_s` from now."""
    import asyncio  # it comes with the loop: no first paint waits for it

    return asyncio.get_running_loop().call_later(delay_s, work)


class Pace:
    """Passes frames on in their order; Changed ones and progress are gathered while many come.

    What is gathered is one Changed with all that changed, and the newest progress. Any other
    frame goes at once, behind what was gathered before it.
    """

    def __init__(self, tell: Callable[[pipe.FromEngine], None], later: Later = on_the_loop) -> None:
        self._tell = tell
        self._later = later
        self._timer: Timer | None = None  # while it runs, frames are gathered
        self._apart_s = LEAST_S
        self._gathered = 0
        self._kinds: dict[str, dict[UUID, None]] = {}
        self._cursor: int | None = None
        self._progress: pipe.Standing | None = None
        self._mode = ""

    def tell(self, frame: pipe.FromEngine) -> None:
        """Pass a frame on, now or soon."""
        match frame:
            case pipe.Changed(kinds, cursor):
                for kind, ids in kinds.items():
                    self._kinds.setdefault(kind, {}).update(dict.fromkeys(ids))
                self._cursor = cursor
            case pipe.Standing(mode) if mode == self._mode and frame.total:
                self._progress = frame
            case _:
                self.flush()
                self._mode = frame.mode if isinstance(frame, pipe.Standing) else self._mode
                self._tell(frame)
                return
        self._gathered += 1
        if self._timer is None:
            self._apart_s = LEAST_S
            self._pass_on()
            self._timer = self._later(self._apart_s, self._due)

    def flush(self) -> None:
        """Pass on what is gathered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._pass_on()

    def _due(self) -> None:
        self._timer = None
        if self._gathered:
            self._apart_s = min(2 * self._apart_s, MOST_S) if self._gathered > 1 else LEAST_S
            self._pass_on()
            self._timer = self._later(self._apart_s, self._due)

    def _pass_on(self) -> None:
        self._gathered = 0
        kinds, self._kinds = self._kinds, {}
        cursor, self._cursor = self._cursor, None
        progress, self._progress = self._progress, None
        if cursor is not None:
            self._tell(pipe.Changed({kind: list(ids) for kind, ids in kinds.items()}, cursor))
        if progress is not None:
            self._tell(progress)
