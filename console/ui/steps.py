"""Work in steps, one for each turn of the loop, so that frames and keys come between them."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer


class Steps(QObject):
    """Takes one step of `work` a turn, then calls `done`. Ends with its parent, or when stopped."""

    def __init__(self, work: Iterator[None], done: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._work, self._done = work, done
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)
        self._timer.start()

    def stop(self) -> None:
        """Take no further step."""
        self._timer.stop()

    def _step(self) -> None:
        try:
            next(self._work)
        except StopIteration:
            self.stop()
            self._done()
