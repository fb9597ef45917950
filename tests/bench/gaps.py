"""The time from frame to frame in the window under measure."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractScrollArea

FRAME_MS = 16
REST_MS = 40
"""So long the loop runs before a key that is measured comes."""
PX_PER_FRAME = 24


class Gaps:
    """The time from frame to frame, while each scrolls what is given."""

    def __init__(self, scrolls: Callable[[], QAbstractScrollArea | None] = lambda: None) -> None:
        self.found: list[float] = []
        self._scrolls = scrolls
        self._down = True
        self._last = time.monotonic()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=FRAME_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.monotonic()
        self.found.append((now - self._last) * 1000)
        self._last = now
        area = self._scrolls()
        if area is not None:
            self._down = scroll(area, PX_PER_FRAME, down=self._down)

    def end(self) -> list[float]:
        """Stop; the gaps."""
        self._timer.stop()
        return self.found


def scroll(area: QAbstractScrollArea, by: int, *, down: bool) -> bool:
    """Scroll by so many pixels, turning round at the ends; whether it goes down next."""
    bar = area.verticalScrollBar()
    bar.setValue(bar.value() + (by if down else -by))
    return bar.value() < bar.maximum() if down else bar.value() <= bar.minimum()
