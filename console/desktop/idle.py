"""Whether somebody is there: after a while without key or mouse they are at no ticket any more."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from console.kernel.clock import Clock
from console.sync.client.pace import Later, Timer, on_the_loop

IDLE_S = 300.0
_DOINGS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class Idle(QObject):
    """`changed(True)` after IDLE_S without a key or the mouse, `changed(False)` with the next one.

    It listens at the windows' handles, which few events pass, and not at the application.
    """

    changed = Signal(bool)

    def __init__(self, clock: Clock, later: Later = on_the_loop) -> None:
        super().__init__()
        self._clock, self._later = clock, later
        self._last = clock.monotonic()
        self._timer: Timer | None = None
        self.idle = False
        self._wait(IDLE_S)

    def watch(self, window: QWidget) -> None:
        """Listen at a window that is shown."""
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _DOINGS:
            self._last = self._clock.monotonic()
            if self.idle:
                self.idle = False
                self._wait(IDLE_S)
                self.changed.emit(False)
        return False

    def _wait(self, seconds: float) -> None:
        self._timer = self._later(seconds, self._due)

    def _due(self) -> None:
        left = self._last + IDLE_S - self._clock.monotonic()
        if left > 0:
            self._wait(left)
        else:
            self._timer = None
            self.idle = True
            self.changed.emit(True)
