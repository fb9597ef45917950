"""Waking up: a computer that slept finds a dead socket and old clocks; both are mended at once."""

from PySide6.QtCore import QObject, QTimer, Signal

from console.kernel.clock import Clock

LOOK_MS = 2_000
JUMP_S = 10.0
"""So far apart wall clock and running time may drift within one look, without a sleep between."""


class Wake(QObject):
    """Notices sleep: wall clock and running time went differently far, or nothing ran for long."""

    woken = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._wall, self._ran = clock.now(), clock.monotonic()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Compare the clocks with the last look."""
        gone, run = self._since()
        if abs(gone - run) > JUMP_S or run > JUMP_S + LOOK_MS / 1000:
            self.woken.emit()

    def told(self) -> None:
        """The system says that it slept: the clocks need not say it again."""
        self._since()
        self.woken.emit()

    def _since(self) -> tuple[float, float]:
        """How many seconds wall clock and running time went on since this was last asked."""
        wall, ran = self._clock.now(), self._clock.monotonic()
        gone, run = (wall - self._wall).total_seconds(), ran - self._ran
        self._wall, self._ran = wall, ran
        return gone, run

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()
