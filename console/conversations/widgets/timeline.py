"""The timeline on screen: a list of messages that opens at its end and keeps its place."""

from collections.abc import Callable, Hashable, Sequence
from uuid import UUID

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget

from console.conversations.model import Attachment, Message, safe_name
from console.conversations.viewmodel import rich
from console.conversations.viewmodel.items import FoldItem, Item, MessageItem
from console.conversations.viewmodel.timeline import Timeline
from console.conversations.widgets.bubbles import Bubble
from console.conversations.widgets.files import hint, icon_of
from console.conversations.widgets.lines import TimelineDelegate, spoken
from console.kernel.clock import Clock
from console.kernel.edits import Edit
from console.kernel.tongue import tr
from console.ui import words
from console.ui.picker import Choice, Picker, containing
from console.ui.rows import Rows, row_at
from console.ui.scroll import OverlayBar
from console.ui.tall import TallList
from console.ui.theme import Theme
from console.ui.widgets import plain_tip

_OLDER_WITHIN = 400


class TimelineList(TallList):
    """The list. It opens at the end, stays there, and loads older pages when scrolled up."""

    older_wanted = Signal()
    file_wanted = Signal(object, object)
    """A message and one of its files were chosen, to fetch or to save."""
    save_wanted = Signal(object)
    """A file is to be saved."""
    source_wanted = Signal(object)
    """A message is to be shown as it came."""
    thumb_wanted = Signal(object)
    """A picture that is here is in sight, and nobody has made it small yet."""
    split_wanted = Signal(object)
    """These messages, by their ids, are to become a ticket of their own."""
    link_wanted = Signal(str)
    """Somebody asked for what a link leads to; nothing has been opened."""

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
        self._painter.wanted = self.thumb_wanted.emit
        self.setItemDelegate(self._painter)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        shortcuts = QKeySequence.StandardKey
        self._act(tr("Copy message"), self.copy_message, shortcuts.Copy)
        self._act(tr("Download or save files…"), self.choose_file, shortcuts.Save)
        self._act(tr("Look at a file…"), self.look_at_file)
        self._act(tr("Open a link…"), self.choose_link)
        self._act(tr("Show as plain text, or formatted"), self.toggle_plain)
        self._act(tr("Original source"), self.want_source)
        self._act(tr("Split off this message…"), self.split_one)
        self._act(tr("Split off from here on…"), self.split_from)
        self._theme = theme
        self.setMouseTracking(True)
        timeline.files_changed.connect(self._files_moved)
        OverlayBar(self)
        timeline.edits.connect(self._follow)
        timeline.sought.connect(self._seek)
        self._sought: UUID | None = None
        self._look_soon = QTimer(self, singleShot=True, interval=0)
        self._look_soon.timeout.connect(self._look)
        timeline.seeking.changed.connect(self._go_to_marked)
        theme.changed.connect(self._rows.repaint_all)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _item(self, key: Hashable) -> Item | None:
        return self._timeline.items.get(key)

    def _act(
        self, title: str, act: Callable[[], object], key: QKeySequence.StandardKey | None = None
    ) -> None:
        """One more line of the menu, with a key that works in this list."""
        action = QAction(title, self)
        if key is not None:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False: act())
        self.addAction(action)

    def _current(self) -> MessageItem | None:
        """The current message, or the last one while there is none."""
        item = row_at(self.currentIndex())
        if isinstance(item, MessageItem):
            return item
        items = reversed(self._timeline.items.values())
        return next((item for item in items if isinstance(item, MessageItem)), None)

    def toggle_plain(self) -> None:
        """Show the current message's words without markup, or with it again."""
        item = self._current()
        if item is not None and item.message.html:
            self._timeline.toggle_plain(item.message.id)

    def split_one(self) -> None:
        """The current message is to become a ticket of its own."""
        item = self._current()
        if item is not None:
            self.split_wanted.emit([item.message.id])

    def split_from(self) -> None:
        """The current message and all after it are to become a ticket of their own."""
        item = self._current()
        if item is not None:
            ids = [message.id for message in self._timeline.messages]
            self.split_wanted.emit(ids[ids.index(item.message.id) :])

    def toggle_fold(self) -> None:
        """Unfold what the current item keeps folded, or fold it again."""
        item = row_at(self.currentIndex())
        self._unfold(item if isinstance(item, FoldItem) else self._current())

    def choose_link(self) -> None:
        """The current message's link, or one of its links that is picked, is wanted."""
        item = self._current()
        if item is None:
            return
        told = rich.prose(item.message, item.named, plain=item.plain, whole=item.unfolded)
        links = list(dict.fromkeys(s.href for b in told.blocks for s in b.spans if s.href))
        if len(links) == 1:
            self.link_wanted.emit(links[0])
        elif links:
            choices = [Choice(href, rich.host_of(href), "link", href) for href in links]
            pick = Picker(
                self._theme, tr("Which link?"), containing(choices), self.link_wanted.emit, self
            )
            pick.open_at(self.mapToGlobal(self.visualRect(self.currentIndex()).topLeft()))

    def copy_message(self) -> None:
        """Put the current message's words on the clipboard."""
        item = row_at(self.currentIndex())
        if isinstance(item, MessageItem):
            QGuiApplication.clipboard().setText(item.message.body)

    # -- files

    def choose_file(self) -> None:
        """The current message's file, or one that is picked, is to be fetched or saved."""
        self._choose(self._want_saved)

    def look_at_file(self) -> None:
        """The current message's file, or one that is picked, is to be looked at."""
        self._choose(self.file_wanted.emit)

    def _want_saved(self, message: Message, file: Attachment) -> None:
        if self._timeline.file(file).state == "here":
            self.save_wanted.emit(file)
        else:
            self.file_wanted.emit(message, file)

    def _choose(self, wanted: Callable[[Message, Attachment], None]) -> None:
        item = row_at(self.currentIndex())
        files = item.message.attachments if isinstance(item, MessageItem) else ()
        if not isinstance(item, MessageItem) or not files:
            return
        message = item.message
        if len(files) == 1:
            wanted(message, files[0])
            return
        choices = [
            Choice(file, safe_name(file.name), icon_of(file.type), words.size(file.size))
            for file in files
        ]
        pick = Picker(
            self._theme, tr("Which file?"), containing(choices),
            lambda file: wanted(message, file), self,
        )  # fmt: skip
        row = self.visualRect(self.currentIndex())
        pick.open_at(self.mapToGlobal(row.topRight() if self.isRightToLeft() else row.topLeft()))

    def want_source(self) -> None:
        """The current message is to be shown as it came."""
        if (item := self._current()) is not None:
            self.source_wanted.emit(item.message)

    def show_thumb(self, file_id: UUID, picture: QPixmap) -> None:
        """Show a picture small on its file; one without size where it cannot be."""
        self._painter.thumbs[file_id] = picture
        self.viewport().update()

    def _files_moved(self, _: None) -> None:
        self.viewport().update()

    def _hit(self, place: QPoint) -> tuple[MessageItem, Bubble, QPointF] | None:
        """The message there, its layout, and the place in it."""
        index = self.indexAt(place)
        item = row_at(index) if index.isValid() else None
        if not isinstance(item, MessageItem):
            return None
        bubble = self._painter.bubble(item, self.viewport().width())
        row = self.visualRect(index)
        along = row.right() - place.x() if self.isRightToLeft() else place.x() - row.left()
        return item, bubble, QPointF(along, place.y() - row.top())

    def _link_at(self, place: QPoint) -> str:
        hit = self._hit(place)
        return hit[1].link_at(hit[2]) if hit else ""

    def _unfolds_at(self, place: QPoint) -> bool:
        hit = self._hit(place)
        return hit[1].unfolds_at(hit[2]) if hit else False

    def _file_at(self, place: QPoint) -> tuple[Message, Attachment] | None:
        hit = self._hit(place)
        at = hit[1].file_at(hit[2]) if hit else None
        return (
            None if hit is None or at is None else (hit[0].message, hit[0].message.attachments[at])
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position().toPoint()
        item = row_at(self.indexAt(place))
        if (found := self._file_at(place)) is not None:
            self.file_wanted.emit(*found)
        elif href := self._link_at(place):
            self.link_wanted.emit(href)
        elif isinstance(item, FoldItem) or self._unfolds_at(place):
            self._unfold(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle_fold()
        else:
            super().keyPressEvent(event)

    def _unfold(self, item: Item | None) -> None:
        if isinstance(item, FoldItem):
            self._timeline.toggle(item.key)
        elif isinstance(item, MessageItem) and (
            item.unfolded
            or rich.prose(item.message, item.named, plain=item.plain, whole=False).folds
        ):
            self._timeline.toggle(("message", item.message.id))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = event.position().toPoint()
        over = bool(self._file_at(place) or self._link_at(place) or self._unfolds_at(place))
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self._file_at(event.pos())
            text = hint(self._timeline.file(found[1])) if found else self._link_at(event.pos())
            QToolTip.showText(event.globalPos(), plain_tip(text), self.viewport())
            return True
        return super().viewportEvent(event)

    # -- staying exact

    def guess(self, row: int) -> int:
        return self._painter.guess(self._item(self._rows.key(row)), self.viewport().width())

    def _follow(self, edits: Sequence[Edit]) -> None:
        self._rows.apply(edits)
        if self._sought is not None or self._timeline.more:
            self._look_soon.start()

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
        """Go to the message that is wanted, or load a page more and look again.

        A lane that does not fill the list, and cannot be scrolled, wants more of it too.
        """
        if self._sought is None:
            if self._timeline.more and self.isVisible() and not self.verticalScrollBar().maximum():
                self.older_wanted.emit()
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
