"""How the items of a timeline look: messages, days, events and lines, painted and read aloud."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.conversations.model import Attachment, safe_name
from console.conversations.viewmodel import rich
from console.conversations.viewmodel.files import FileItem
from console.conversations.viewmodel.items import (
    DayItem,
    EventItem,
    FoldItem,
    Item,
    MergedItem,
    MessageItem,
    MoreItem,
    NewItem,
    PartedItem,
)
from console.conversations.viewmodel.looks import look_of
from console.conversations.viewmodel.timeline import Timeline
from console.conversations.widgets import bubbles, prose
from console.conversations.widgets.bubbles import Bubble
from console.kernel.clock import Clock
from console.kernel.tongue import beside, mark, tr, trn
from console.masking.model.shield import unmarked
from console.orders.model import EventName
from console.orders.widgets import EVENTS
from console.ui import icons, paint, words
from console.ui.mirror import mirrors
from console.ui.rows import Index, row_at
from console.ui.theme import SMALL, TINY, Theme, font

_DAY, _EVENT, _NEW = 40, 30, 28
_MARK = 2
KEPT_THUMBS = 200
KEPT_LAYOUTS = 160
"""Of messages in and near sight: more are laid out again when they come back."""
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

    def __init__(self, timeline: Timeline, theme: Theme, clock: Clock, parent: QListView) -> None:
        super().__init__(parent)
        self._timeline, self._theme, self._clock, self._list = timeline, theme, clock, parent
        self._layouts: dict[UUID, tuple[MessageItem, int, Bubble]] = {}
        self.thumbs: dict[UUID, QPixmap] = {}
        self.wanted: Callable[[Attachment], object] = lambda _: None
        self._asked: set[UUID] = set()

    def bubble(self, item: MessageItem, width: int) -> Bubble:
        """The layout of a message for a width."""
        known = self._layouts.pop(item.message.id, None)
        if known is None or known[1] != width or (known[0] is not item and known[0] != item):
            known = (item, width, bubbles.lay_out(item, width))
        self._layouts[item.message.id] = known
        if len(self._layouts) > KEPT_LAYOUTS:
            del self._layouts[next(iter(self._layouts))]
        return known[2]

    def guess(self, item: Item | None, width: int) -> int:
        """About how tall an item is, without laying it out."""
        match item:
            case MessageItem():
                return bubbles.guess(item, width)
            case DayItem():
                return _DAY
            case NewItem():
                return _NEW
            case _:
                return _EVENT

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
                self._want_thumbs(item, files)
                bubbles.draw(
                    painter, QPointF(rect.topLeft()), item, bubble, tokens, files, self.thumbs
                )
                frame = bubble.body.translated(QPointF(rect.topLeft()))
                if self._timeline.seeking.marked == item.message.id:
                    painter.setPen(QPen(tokens["accent"], _MARK))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(frame, 8, 8)
                elif option.state & QStyle.StateFlag.State_Selected and self._list.hasFocus():
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
            case EventItem() | MergedItem() | PartedItem() as item:
                self._paint_machine(painter, rect, item)
            case FoldItem() as item:
                self._paint_fold(painter, rect, item)

    def _want_thumbs(self, item: MessageItem, files: list[FileItem]) -> None:
        """Ask once for each picture in sight that is here."""
        for file, told in zip(item.message.attachments, files, strict=True):
            if told.state == "here" and file.id not in self._asked and look_of(file) == "picture":
                if len(self._asked) >= KEPT_THUMBS:
                    self._asked.clear()
                    self.thumbs.clear()
                self._asked.add(file.id)
                self.wanted(file)

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

    def _paint_machine(
        self, painter: QPainter, rect: QRect, item: EventItem | MergedItem | PartedItem
    ) -> None:
        tokens, (icon, text) = self._theme.tokens, _machine(item)
        width = min(paint.measure(font(SMALL)).horizontalAdvance(text) + 24, rect.width() - 40)
        left = rect.center().x() - width // 2
        box = QRectF(left, rect.center().y() - 8, 16, 16)
        icons.draw(painter, icon, box, tokens["dim"])
        line = QRect(left + 24, rect.top(), width - 24 + 4, rect.height())
        paint.line(painter, line, text, font(SMALL), tokens["dim"])


def fold_text(item: FoldItem) -> str:
    """What a line says that stands for order events: `6 earlier order events`."""
    many = trn("{count} earlier order event", "{count} earlier order events", item.count)
    return many.format(count=words.count(item.count))


def _machine(item: EventItem | MergedItem | PartedItem) -> tuple[str, str]:
    """The icon and the words of what no person said."""
    match item:
        case MergedItem():
            return "git-merge", merged_text(item)
        case PartedItem():
            return "git-branch", parted_text(item)
        case EventItem():
            return _EVENT_ICONS.get(item.event.name, "truck"), event_text(item)


def merged_text(item: MergedItem) -> str:
    """A merge on one line: `#124 “Broken cup” merged by Ana Kovac · 09:12`."""
    joined = item.joined
    told = tr("#{number} “{subject}” merged by {name}").format(
        number=joined.number, subject=joined.subject, name=item.who
    )
    return beside((told, words.clock(joined.at)))


def parted_text(item: PartedItem) -> str:
    """A split on one line: `#130 “Second cup” split off by Ana Kovac · 09:12`."""
    parted = item.parted
    said = (
        tr("Split off {number} “{subject}” by {name}")
        if parted.origin
        else tr("{number} “{subject}” split off by {name}")
    )
    told = said.format(number=words.numbered(parted.number), subject=parted.subject, name=item.who)
    return beside((told, words.clock(parted.at)))


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
            return _spoken_message(item)
        case DayItem(day):
            return words.day(day, today)
        case MoreItem(away):
            return tr(_MORE[away])
        case NewItem(count):
            told = trn("{count} new message", "{count} new messages", count)
            return told.format(count=words.count(count))
        case EventItem() | MergedItem() | PartedItem():
            return _machine(item)[1]
        case FoldItem():
            return fold_text(item)


def _spoken_message(item: MessageItem) -> str:
    name, rest = bubbles.head(item)
    files = [safe_name(file.name) for file in item.message.attachments]
    told = rich.prose(item.message, item.named, plain=item.plain, whole=item.unfolded)
    body = unmarked("\n".join(block.text for block in told.blocks))
    rest = f"{rest}, {tr('sent')}" if bubbles.is_sent(item) else rest
    said = f"{name}, {rest}: {body}"
    if files:
        whole = tr("{name}, {rest}: {body} With {files}.")
        said = whole.format(name=name, rest=rest, body=body, files=", ".join(files))
    notes = [text for text, _, _ in prose.said(told, whole=item.unfolded)]
    notes += [foot] if (foot := bubbles.footer(item)) else []
    return said + "".join(f" {note}." for note in notes)
