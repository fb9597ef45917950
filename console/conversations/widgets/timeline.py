"""The timeline on screen: painted rows of varying height that keep their place while they grow."""

from collections.abc import Hashable, Sequence
from datetime import date
from uuid import UUID

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from console.conversations.model import Attachment, Message, safe_name
from console.conversations.viewmodel.items import (
    DayItem,
    EventItem,
    FoldItem,
    Item,
    MessageItem,
    MoreItem,
    NewItem,
)
from console.conversations.viewmodel.timeline import Timeline
from console.conversations.widgets import bubbles
from console.conversations.widgets.bubbles import Bubble
from console.conversations.widgets.files import hint, icon_of
from console.kernel.clock import Clock
from console.kernel.edits import Edit
from console.kernel.tongue import beside, mark, tr, trn
from console.orders.model import EventName
from console.orders.widgets import EVENTS
from console.ui import icons, paint, words
from console.ui.mirror import mirrors
from console.ui.picker import Choice, Picker, containing
from console.ui.rows import Index, Rows, row_at
from console.ui.scroll import OverlayBar
from console.ui.tall import TallList
from console.ui.theme import SMALL, TINY, Theme, font
from console.ui.widgets import plain_tip

_DAY, _EVENT, _NEW = 40, 30, 28
KEPT_LAYOUTS = 160
"""Of messages in and near sight: more are laid out again when they come back."""
_OLDER_WITHIN = 400
_MARK = 2
_MORE = {
    False: mark("Fetching older messages…"),
    True: mark("Older messages are on the server: they come when it can be reached."),
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
        self._layouts: dict[UUID, tuple[MessageItem, int, Bubble]] = {}

    def bubble(self, item: MessageItem, width: int) -> Bubble:
        """The layout of a message for a width."""
        known = self._layouts.pop(item.message.id, None)
        if known is None or known[1] != width or (known[0] is not item and known[0] != item):
            known = (item, width, bubbles.lay_out(item, width))
        self._layouts[item.message.id] = known
        if len(self._layouts) > KEPT_LAYOUTS:
            del self._layouts[next(iter(self._layouts))]
        return known[2]

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

    @mirrors
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
                paint.line(painter, rect, tr(_MORE[away]), font(SMALL), tokens["dim"], center)
            case EventItem() as item:
                self._paint_event(painter, rect, item)
            case FoldItem() as item:
                self._paint_fold(painter, rect, item)

    def _paint_new(self, painter: QPainter, rect: QRect, count: int) -> None:
        tokens = self._theme.tokens
        text = trn(
            "{count} new since somebody looked", "{count} new since somebody looked", count
        ).format(count=words.count(count))
        width = paint.measure(font(TINY, strong=True)).horizontalAdvance(text)
        y, middle = rect.center().y(), rect.center().x()
        painter.fillRect(20, y, middle - width // 2 - 30, 1, tokens["accent"])
        right = middle + width // 2 + 10
        painter.fillRect(right, y, rect.right() - 20 - right, 1, tokens["accent"])
        center = Qt.AlignmentFlag.AlignHCenter
        paint.line(painter, rect, text, font(TINY, strong=True), tokens["accent"], center)

    def _paint_fold(self, painter: QPainter, rect: QRect, item: FoldItem) -> None:
        tokens, text = self._theme.tokens, fold_text(item)
        width = paint.measure(font(SMALL)).horizontalAdvance(text) + 24
        left = rect.center().x() - width // 2
        box = QRectF(left + 2, rect.center().y() - 6, 12, 12)
        icons.draw(painter, "caret-down" if item.open else "caret-right", box, tokens["accent"])
        line = QRect(left + 24, rect.top(), width, rect.height())
        paint.line(painter, line, text, font(SMALL), tokens["accent"])

    def _paint_event(self, painter: QPainter, rect: QRect, item: EventItem) -> None:
        tokens = self._theme.tokens
        text = event_text(item)
        width = min(paint.measure(font(SMALL)).horizontalAdvance(text) + 24, rect.width() - 40)
        left = rect.center().x() - width // 2
        box = QRectF(left, rect.center().y() - 8, 16, 16)
        icons.draw(painter, _EVENT_ICONS.get(item.event.name, "truck"), box, tokens["dim"])
        line = QRect(left + 24, rect.top(), width - 24 + 4, rect.height())
        paint.line(painter, line, text, font(SMALL), tokens["dim"])


def fold_text(item: FoldItem) -> str:
    """What a line says that stands for order events: `6 earlier order events`."""
    many = trn("{count} earlier order event", "{count} earlier order events", item.count)
    return many.format(count=item.count)


def event_text(item: EventItem) -> str:
    """An order event on one line: `Delayed, Leipzig · sorting machine down · 09:12`."""
    event = item.event
    title = tr(EVENTS[event.name])
    if event.place:
        title = tr("{event}, {place}").format(event=title, place=event.place)
    return beside((title, event.note, words.clock(event.at)))


def spoken(item: Item, today: date) -> str:
    """An item as it is read aloud."""
    match item:
        case MessageItem():
            name, rest = bubbles.head(item)
            files = [safe_name(file.name) for file in item.message.attachments]
            if not files:
                return f"{name}, {rest}: {item.message.body}"
            told = tr("{name}, {rest}: {body} With {files}.")
            return told.format(name=name, rest=rest, body=item.message.body, files=", ".join(files))
        case DayItem(day):
            return words.day(day, today)
        case MoreItem(away):
            return tr(_MORE[away])
        case NewItem(count):
            told = trn("{count} new message", "{count} new messages", count)
            return told.format(count=words.count(count))
        case EventItem():
            return event_text(item)
        case FoldItem():
            return fold_text(item)


class TimelineList(TallList):
    """The list. It opens at the end, stays there, and loads older pages when scrolled up."""

    older_wanted = Signal()
    file_wanted = Signal(object, object)
    """A message and one of its files were chosen, to fetch or to save."""

    def __init__(self, timeline: Timeline, theme: Theme, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(tr("Messages"))
        self._timeline = timeline
        self._rows = Rows(
            self._item, lambda item: spoken(item, clock.now().astimezone().date()), self
        )
        self.setModel(self._rows)
        self._painter = TimelineDelegate(timeline, theme, clock, self)
        self.setItemDelegate(self._painter)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        copy = QAction(tr("Copy message"), self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_message)
        self.addAction(copy)
        save = QAction(tr("Download or save files…"), self)
        save.setShortcut(QKeySequence.StandardKey.Save)
        save.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        save.triggered.connect(self.choose_file)
        self.addAction(save)
        self._theme = theme
        self.setMouseTracking(True)
        timeline.files_changed.connect(self._files_moved)
        OverlayBar(self)
        timeline.edits.connect(self._follow)
        timeline.sought.connect(self._seek)
        self._sought: UUID | None = None
        self._seek_soon = QTimer(self, singleShot=True, interval=0)
        self._seek_soon.timeout.connect(self._look)
        timeline.seeking.changed.connect(self._go_to_marked)
        theme.changed.connect(self._rows.repaint_all)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

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
            self._theme, tr("Which file?"), containing(choices),
            lambda file: self.file_wanted.emit(message, file), self,
        )  # fmt: skip
        row = self.visualRect(self.currentIndex())
        pick.open_at(self.mapToGlobal(row.topRight() if self.isRightToLeft() else row.topLeft()))

    def _files_moved(self, _: None) -> None:
        self.viewport().update()

    def _file_at(self, place: QPoint) -> tuple[Message, Attachment] | None:
        index = self.indexAt(place)
        item = row_at(index) if index.isValid() else None
        if not isinstance(item, MessageItem) or not item.message.attachments:
            return None
        bubble = self._painter.bubble(item, self.viewport().width())
        row = self.visualRect(index)
        along = row.right() - place.x() if self.isRightToLeft() else place.x() - row.left()
        at = bubble.file_at(QPointF(along, place.y() - row.top()))
        return None if at is None else (item.message, item.message.attachments[at])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position().toPoint()
        found = self._file_at(place)
        if found is not None:
            self.file_wanted.emit(*found)
        else:
            self._unfold(row_at(self.indexAt(place)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._unfold(row_at(self.currentIndex()))
        else:
            super().keyPressEvent(event)

    def _unfold(self, item: Item | None) -> None:
        if isinstance(item, FoldItem):
            self._timeline.toggle(item.key)

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

    def guess(self, row: int) -> int:
        match self._item(self._rows.key(row)):
            case MessageItem() as item:
                return bubbles.guess(item, self.viewport().width())
            case DayItem():
                return _DAY
            case NewItem():
                return _NEW
            case _:
                return _EVENT

    def _follow(self, edits: Sequence[Edit]) -> None:
        self._rows.apply(edits)
        if self._sought is not None:
            self._seek_soon.start()

    def _go_to_marked(self, _: None) -> None:
        """Show the message that somebody went to."""
        self.viewport().update()
        marked = self._timeline.seeking.marked
        if marked is not None:
            self._seek(marked)

    def _scrolled(self, value: int) -> None:
        if value < _OLDER_WITHIN and self._timeline.more:
            self.older_wanted.emit()

    # -- going to one message

    def _seek(self, message_id: UUID) -> None:
        self._sought = message_id
        self._look()

    def _look(self) -> None:
        """Go to the message that is wanted, or load a page more and look again."""
        if self._sought is None:
            return
        place = self._rows.place(("message", self._sought))
        if place is not None:
            self._sought = None
            index = self._rows.index(place)
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        elif self._timeline.more:
            self.older_wanted.emit()  # the edits that come of it look again
        else:
            self._sought = None
