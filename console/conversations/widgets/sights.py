"""What of a conversation is before somebody's eyes, told once it was for a moment."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from console.conversations.viewmodel.items import MessageItem
from console.conversations.viewmodel.timeline import Timeline
from console.conversations.widgets.timeline import TimelineList
from console.ui.rows import row_at

SEEN_AFTER_MS = 1_000
_COMES_UP = frozenset({QEvent.Type.Show, QEvent.Type.Resize, QEvent.Type.WindowActivate})


class Sights(QObject):
    """Watches a timeline. `seen` tells the messages in sight, by their ids."""

    seen = Signal(object)

    def __init__(self, shown: TimelineList, timeline: Timeline) -> None:
        super().__init__(shown)
        self._shown = shown
        self.timer = QTimer(self, singleShot=True, interval=SEEN_AFTER_MS)
        self.timer.timeout.connect(self.look)
        # Not to `start` itself, which would take the bar's value for a time.
        shown.verticalScrollBar().valueChanged.connect(lambda _: self.timer.start())
        timeline.edits.connect(self._changed)
        shown.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() in _COMES_UP:
            self.timer.start()
        return False

    def _changed(self, _: object) -> None:
        if not self.timer.isActive():  # else what changes all the time would never be seen
            self.timer.start()

    def look(self) -> None:
        """Tell what is in sight, if somebody can be looking."""
        if not self._shown.isVisible() or not self._shown.isActiveWindow():
            return
        items = (row_at(self._shown.model().index(row, 0)) for row in self._shown.in_sight())
        ids = {item.message.id for item in items if isinstance(item, MessageItem)}
        if ids:
            self.seen.emit(ids)
