"""The timeline on screen: painted rows of varying height that keep their place while they grow."""

from collections.abc import Hashable, Sequence
from datetime import date

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QHelpEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from console.conversations.model import Attachment, Message, safe_name
from console.conversations.viewmodel.timeline import (
    DayItem,
    EventItem,
    Item,
    MessageItem,
    MoreItem,
    NewItem,
    Timeline,
)
from console.conversations.widgets import bubbles
from console.conversations.widgets.bubbles import Bubble
from console.conversations.widgets.files import hint, icon_of
from console.kernel.clock import Clock
from console.kernel.edits import Edit, Insert, Reset
from console.orders.model import EventName
from console.orders.widgets import EVENTS
from console.ui import icons, paint, words
from console.ui.picker import Choice, Picker, containing
from console.ui.rows import Index, Rows, key_at, row_at
from console.ui.scroll import OverlayBar
from console.ui.theme import SMALL, TINY, Theme, font
from console.ui.widgets import plain_tip

_DAY, _EVENT, _NEW = 40, 30, 28
_KEPT_LAYOUTS = 600
_OLDER_WITHIN = 400
_NEAR_END = 60
_MARK = 2
_MORE = {
    False: "Fetching older messages…",
    True: "Older messages are on the server: they come when it can be reached.",
}
_EVENT_ICONS = {
    EventName.DELIVERED: "check-circle",
    EventName.CANCELLED: "x-circle",
    EventName.FAILED: "warning-circle",
    EventName.DELAYED: "warning-circle",
    EventName.REFUNDED: "arrow-u-up-left",
    EventName.PAID: "credit-card",
    EventName.PLACED: "package",
}


class TimelineDelegate(QStyledItemDelegate):
    """Lays out and paints items; layouts are kept per item and width."""

    def __init__(
        self, timeline: Timeline, theme: Theme, clock: Clock, parent: "TimelineList"
    ) -> None:
        super().__init__(parent)
        self._timeline, self._theme, self._clock, self._list = timeline, theme, clock, parent
        self._layouts: dict[tuple[MessageItem, int], Bubble] = {}

    def forget(self) -> None:
        """Drop the layouts kept."""
        self._layouts.clear()

    def bubble(self, item: MessageItem, width: int) -> Bubble:
        """The layout of a message for a width."""
        key = (item, width)
        known = self._layouts.get(key)
        if known is None:
            if len(self._layouts) > _KEPT_LAYOUTS:
                self._layouts.clear()
            known = self._layouts[key] = bubbles.lay_out(item, width)
        return known

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._list.viewport().width()
        match row_at(index):
            case MessageItem() as item:
                return QSize(width, self.bubble(item, width).height)
            case DayItem():
                return QSize(width, _DAY)
            case NewItem():
                return QSize(width, _NEW)
            case _:
                return QSize(width, _EVENT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, rect = self._theme.tokens, QRect(option.rect)
        match row_at(index):
            case MessageItem() as item:
                bubble = self.bubble(item, self._list.viewport().width())
                files = [self._timeline.file(file) for file in item.message.attachments]
                bubbles.draw(painter, QPointF(rect.topLeft()), item, bubble, tokens, files)
                if self._timeline.seeking.marked == item.message.id:
                    frame = bubble.body.translated(QPointF(rect.topLeft()))
                    painter.setPen(QPen(tokens["accent"], _MARK))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(frame, 8, 8)
                elif option.state & QStyle.StateFlag.State_Selected and self._list.hasFocus():
                    frame = bubble.body.translated(QPointF(rect.topLeft()))
                    painter.setPen(tokens["focus"])
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(frame, 8, 8)
            case DayItem(day):
                today = self._clock.now().astimezone().date()
                title = words.day(day, today).upper()
                center = Qt.AlignmentFlag.AlignHCenter
                box = rect.adjusted(20, 8, -20, 0)
                paint.line(painter, box, title, font(TINY, strong=True), tokens["faint"], center)
            case NewItem(count):
                self._paint_new(painter, rect, count)
            case MoreItem(away):
                center = Qt.AlignmentFlag.AlignCenter
                paint.line(painter, rect, _MORE[away], font(SMALL), tokens["dim"], center)
            case EventItem() as item:
                self._paint_event(painter, rect, item)

    def _paint_new(self, painter: QPainter, rect: QRect, count: int) -> None:
        tokens = self._theme.tokens
        text = f"{count} new since somebody looked"
        width = paint.measure(font(TINY, strong=True)).horizontalAdvance(text)
        y, middle = rect.center().y(), rect.center().x()
        painter.fillRect(20, y, middle - width // 2 - 30, 1, tokens["accent"])
        right = middle + width // 2 + 10
        painter.fillRect(right, y, rect.right() - 20 - right, 1, tokens["accent"])
        center = Qt.AlignmentFlag.AlignHCenter
        paint.line(painter, rect, text, font(TINY, strong=True), tokens["accent"], center)

    def _paint_event(self, painter: QPainter, rect: QRect, item: EventItem) -> None:
        tokens = self._theme.tokens
        text = event_text(item)
        width = min(paint.measure(font(SMALL)).horizontalAdvance(text) + 24, rect.width() - 40)
        left = rect.center().x() - width // 2
        box = QRectF(left, rect.center().y() - 8, 16, 16)
        icons.draw(painter, _EVENT_ICONS.get(item.event.name, "truck"), box, tokens["dim"])
        line = QRect(left + 24, rect.top(), width - 24 + 4, rect.height())
        paint.line(painter, line, text, font(SMALL), tokens["dim"])


def event_text(item: EventItem) -> str:
    """An order event on one line: `Delayed, Leipzig · sorting machine down · 09:12`."""
    event = item.event
    title = EVENTS[event.name] + (f", {event.place}" if event.place else "")
    parts = [title, event.note, words.clock(event.at)]
    return " · ".join(part for part in parts if part)


def spoken(item: Item, today: date) -> str:
    """An item as it is read aloud."""
    match item:
        case MessageItem():
            name, rest = bubbles.head(item)
            files = [safe_name(file.name) for file in item.message.attachments]
            with_files = f" With {', '.join(files)}." if files else ""
            return f"{name}, {rest}: {item.message.body}{with_files}"
        case DayItem(day):
            return words.day(day, today)
        case MoreItem(away):
            return _MORE[away]
        case NewItem(count):
            return words.plural(count, "new message", "new messages")
        case EventItem():
            return event_text(item)


class TimelineList(QListView):
    """The list. It opens at the end, stays there, and loads older pages when scrolled up."""

    older_wanted = Signal()
    file_wanted = Signal(object, object)
    """A message and one of its files were chosen, to fetch or to save."""

    def __init__(self, timeline: Timeline, theme: Theme, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName("Messages")
        self._timeline = timeline
        self._rows = Rows(
            self._item, lambda item: spoken(item, clock.now().astimezone().date()), self
        )
        self.setModel(self._rows)
        self._painter = TimelineDelegate(timeline, theme, clock, self)
        self.setItemDelegate(self._painter)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        copy = QAction("Copy message", self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_message)
        self.addAction(copy)
        save = QAction("Download or save files…", self)
        save.setShortcut(QKeySequence.StandardKey.Save)
        save.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        save.triggered.connect(self.choose_file)
        self.addAction(save)
        self._theme = theme
        self.setMouseTracking(True)
        timeline.files_changed.connect(self._files_moved)
        OverlayBar(self)
        timeline.edits.connect(self._follow)
        timeline.seeking.changed.connect(self._go_to_marked)
        theme.changed.connect(self._rows.repaint_all)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._relayout = QTimer(self, singleShot=True, interval=0)
        self._relayout.timeout.connect(self._laid_out_again)
        self._at_end = True

    def _item(self, key: Hashable) -> Item | None:
        return self._timeline.items.get(key)

    def copy_message(self) -> None:
        """Put the current message's words on the clipboard."""
        item = row_at(self.currentIndex())
        if isinstance(item, MessageItem):
            QGuiApplication.clipboard().setText(item.message.body)

    # -- files

    def choose_file(self) -> None:
        """The current message's file, or one of its files that is picked, is wanted."""
        item = row_at(self.currentIndex())
        files = item.message.attachments if isinstance(item, MessageItem) else ()
        if not isinstance(item, MessageItem) or not files:
            return
        if len(files) == 1:
            self.file_wanted.emit(item.message, files[0])
            return
        message = item.message
        choices = [
            Choice(file, safe_name(file.name), icon_of(file.type), words.size(file.size))
            for file in files
        ]
        pick = Picker(
            self._theme, "Which file?", containing(choices),
            lambda file: self.file_wanted.emit(message, file), self,
        )  # fmt: skip
        pick.open_at(self.mapToGlobal(self.visualRect(self.currentIndex()).topLeft()))

    def _files_moved(self, _: None) -> None:
        self.viewport().update()

    def _file_at(self, place: QPoint) -> tuple[Message, Attachment] | None:
        index = self.indexAt(place)
        item = row_at(index) if index.isValid() else None
        if not isinstance(item, MessageItem) or not item.message.attachments:
            return None
        bubble = self._painter.bubble(item, self.viewport().width())
        at = bubble.file_at(QPointF(place - self.visualRect(index).topLeft()))
        return None if at is None else (item.message, item.message.attachments[at])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        found = self._file_at(event.position().toPoint())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.file_wanted.emit(*found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self._file_at(event.position().toPoint()) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self._file_at(event.pos())
            text = hint(self._timeline.file(found[1])) if found else ""
            QToolTip.showText(event.globalPos(), plain_tip(text), self.viewport())
            return True
        return super().viewportEvent(event)

    # -- staying exact

    def _follow(self, edits: Sequence[Edit]) -> None:
        if any(isinstance(edit, Reset) for edit in edits):
            self._painter.forget()
            self._rows.apply(edits)
            self._at_end = True
            self.scrollToBottom()
            return
        at_end = self._is_at_end()
        older = any(isinstance(edit, Insert) and edit.at <= 1 for edit in edits) and not at_end
        anchor = self._anchor() if older else None
        self._rows.apply(edits)
        if at_end:
            self.scrollToBottom()
        elif anchor is not None:
            self._restore(anchor)

    def _go_to_marked(self, _: None) -> None:
        """Show the message that somebody went to, in the middle."""
        marked = self._timeline.seeking.marked
        self.viewport().update()
        for position in range(self._rows.rowCount() if marked is not None else 0):
            if self._rows.key(position) == ("message", marked):
                index = self._rows.index(position)
                self._relayout.stop()
                self._at_end = False
                self.setCurrentIndex(index)
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.maximum() - bar.value() <= _NEAR_END

    def _anchor(self) -> tuple[Hashable, int]:
        """The first visible item and how far down it stands."""
        index = self.indexAt(self.viewport().rect().topLeft() + QRect(20, 1, 1, 1).topLeft())
        return key_at(index), self.visualRect(index).top()

    def _restore(self, anchor: tuple[Hashable, int]) -> None:
        key, top = anchor
        for position in range(self._rows.rowCount()):
            if self._rows.key(position) == key:
                now = self.visualRect(self._rows.index(position)).top()
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + now - top)
                return

    def _scrolled(self, value: int) -> None:
        if value < _OLDER_WITHIN and self._timeline.more:
            self.older_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._at_end = self._is_at_end()
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._painter.forget()
            self._relayout.start()
        elif self._at_end:
            self.scrollToBottom()

    def _laid_out_again(self) -> None:
        self.scheduleDelayedItemsLayout()
        if self._at_end:
            self.scrollToBottom()
