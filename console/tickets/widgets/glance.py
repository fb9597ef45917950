"""Which rows of a list are in sight, told soon after that has changed."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtWidgets import QListView

from console.ui.rows import key_at

SOON_MS = 250
"""Not with every pixel that somebody scrolls, nor with every row that comes."""


class Glance(QObject):
    """Follows a list that may be scrolled, change and hide; `tell` is given the keys in sight."""

    def __init__(self, view: QListView, tell: Callable[[Sequence[bytes]], None]) -> None:
        super().__init__(view)
        self._view, self._tell = view, tell
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(lambda: self._tell(self._keys()))
        view.verticalScrollBar().valueChanged.connect(self._later)
        model = view.model()
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            changed.connect(self._later)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            self._soon.stop()
            self._tell(())
        elif event.type() in (QEvent.Type.Show, QEvent.Type.Resize):
            self._later()
        return super().eventFilter(watched, event)

    def _later(self) -> None:
        if self._view.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _keys(self) -> Sequence[bytes]:
        """Those from the row at the top to the one at the bottom."""
        view, count = self._view, self._view.model().rowCount()
        middle = view.viewport().width() // 2
        first = view.indexAt(QPoint(middle, 0)).row()
        if first < 0:
            return ()
        last = view.indexAt(QPoint(middle, view.viewport().height() - 1)).row()
        shown = range(first, (last if last >= 0 else count - 1) + 1)
        return [key_at(view.model().index(at, 0)) for at in shown]
