"""A list of painted rows of differing height: each is measured when it comes into sight."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from console.ui.rows import Index

NEAR_END = 60
"""So many pixels from its end the list counts as being there, and stays there while it grows."""
_STEP = 48
_PASSES = 4


class TallList(QListView):
    """Opens at its end, which stands at the bottom; what is in sight never jumps.

    Rows that nobody has seen count as `guess` says.
    It is a `QListView` for those who read it aloud; where rows stand is its own business.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._heights: list[int] = []
        self._known: list[bool] = []
        self._tops: list[int] = [0]
        self._fresh = True
        self._pinned = True
        self._placing = False
        self._held: tuple[int, int] | None = None
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def guess(self, row: int) -> int:
        """About how tall a row is, in pixels, without laying it out."""
        raise NotImplementedError

    def forget_heights(self) -> None:
        """Measure anew what is in sight: everything may have another height."""
        self._hold()
        self._known = [False] * len(self._known)
        self.scheduleDelayedItemsLayout()

    def to_end(self) -> None:
        """Go to the end, and stay there."""
        self._pinned, self._held = True, None
        self._settle()
        self.viewport().update()

    @property
    def is_at_end(self) -> bool:
        """Whether the end is in sight."""
        return self._pinned

    # -- the model changes

    def reset(self) -> None:
        count = self.model().rowCount() if self.model() else 0
        self._heights = [self.guess(row) for row in range(count)]
        self._known = [False] * count
        self._fresh, self._pinned, self._held = False, True, None
        super().reset()
        self.executeDelayedItemsLayout()  # at once: else it is painted two turns later
        self.viewport().update()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        self._hold()
        count = end - start + 1
        self._heights[start:start] = [self.guess(row) for row in range(start, end + 1)]
        self._known[start:start] = [False] * count
        self._fresh = False
        if self._held is not None and self._held[0] >= start:
            self._held = (self._held[0] + count, self._held[1])
        QAbstractItemView.rowsInserted(self, parent, start, end)
        self.scheduleDelayedItemsLayout()

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, start, end)
        self._hold()
        count = end - start + 1
        del self._heights[start : end + 1]
        del self._known[start : end + 1]
        self._fresh = False
        if self._held is not None and self._held[0] >= start:
            self._held = (max(start, self._held[0] - count), self._held[1])
        self.scheduleDelayedItemsLayout()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        self._hold()
        for row in range(first.row(), last.row() + 1):
            self._known[row] = False
        QAbstractItemView.dataChanged(self, first, last, list(roles))
        self.viewport().update()
        self.scheduleDelayedItemsLayout()

    # -- where things stand

    def _edges(self) -> list[int]:
        """The top of every row, and the end of the last."""
        if not self._fresh:
            self._tops = [0, *accumulate(self._heights)]
            self._fresh = True
        return self._tops

    def _lift(self) -> int:
        """How far down a short list begins, so that its end is at the bottom."""
        return max(0, self.viewport().height() - self._edges()[-1])

    def _row_at(self, place: int) -> int:
        """The row at so many pixels from the beginning."""
        return max(0, min(bisect_right(self._edges(), place) - 1, len(self._heights) - 1))

    def _measure(self, row: int) -> int:
        if not self._known[row]:
            index = self.model().index(row, 0)
            height = self.itemDelegate().sizeHint(self._option(), index).height()
            self._known[row] = True
            if height != self._heights[row]:
                self._heights[row] = height
                self._fresh = False
        return self._heights[row]

    def _option(self) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        return option

    def _hold(self) -> None:
        """Remember which row stands where, to put it there again."""
        if self._pinned or self._held is not None or not self._heights:
            return
        value, edges = self.verticalScrollBar().value(), self._edges()
        first, last = self._row_at(value), self._row_at(value + self.viewport().height() - 1)
        row = next((row for row in range(first, last + 1) if self._known[row]), first)
        self._held = (row, edges[row] - value)

    def _settle(self) -> None:
        """Measure what is in sight and put everything in its place."""
        if self._placing or len(self._heights) != (self.model().rowCount() if self.model() else 0):
            return
        self._placing = True
        try:
            for _ in range(_PASSES):
                if self._place():
                    break
        finally:
            self._placing, self._held = False, None

    def _place(self) -> bool:
        """One pass; whether everything in sight was measured when it ended."""
        room = self.viewport().height()
        if self._pinned:
            row, left = len(self._heights), room
            while row > 0 and left > 0:
                row -= 1
                left -= self._measure(row)
            wanted = self._edges()[-1] - room
        else:
            self._hold()
            row, top = self._held or (0, 0)
            self._around(row, top, room)
            wanted = self._edges()[row] - top
        bar = self.verticalScrollBar()
        bar.setPageStep(room)
        bar.setSingleStep(_STEP)
        bar.setRange(0, max(0, self._edges()[-1] - room))
        bar.setValue(wanted)
        if self._held is not None and bar.value() != wanted:
            self._held = (self._held[0], self._edges()[self._held[0]] - bar.value())
        return all(self._known[row] for row in self.in_sight())

    def _around(self, row: int, top: int, room: int) -> None:
        """Measure from a row whose top is there, downwards and upwards, as far as one can see."""
        below, y = row, top
        while below < len(self._heights) and y < room:
            y += self._measure(below)
            below += 1
        above, y = row, top
        while above > 0 and y > 0:
            above -= 1
            y -= self._measure(above)

    def in_sight(self) -> range:
        """The rows that can be seen."""
        if not self._heights:
            return range(0)
        value = self.verticalScrollBar().value()
        return range(self._row_at(value), self._row_at(value + self.viewport().height() - 1) + 1)

    # -- what Qt asks

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        QAbstractItemView.updateGeometries(self)
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.forget_heights()
        super().resizeEvent(event)

    def scrollContentsBy(self, _dx: int, dy: int) -> None:
        if self._placing:
            self.viewport().update()
            return
        before = self.verticalScrollBar().value()
        self._pinned = self.verticalScrollBar().maximum() - before <= NEAR_END
        if all(self._known[row] for row in self.in_sight()):
            self.viewport().scroll(0, dy)
            return
        pinned, self._pinned = self._pinned, False
        self._settle()
        self._pinned = pinned
        self.viewport().update()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def contentsSize(self) -> QSize:
        return QSize(self.viewport().width(), self._edges()[-1])

    def visualRect(self, index: Index) -> QRect:
        self.executeDelayedItemsLayout()
        row = index.row()
        if not index.isValid() or row >= len(self._heights):
            return QRect()
        top = self._edges()[row] - self.verticalScrollBar().value() + self._lift()
        return QRect(0, top, self.viewport().width(), self._heights[row])

    def indexAt(self, point: QPoint) -> QModelIndex:
        self.executeDelayedItemsLayout()
        place = point.y() + self.verticalScrollBar().value() - self._lift()
        if not self._heights or not 0 <= place < self._edges()[-1]:
            return QModelIndex()
        return self.model().index(self._row_at(place), 0)

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        self.executeDelayedItemsLayout()
        row = index.row()
        if not index.isValid() or row >= len(self._heights):
            return
        tall, room = self._measure(row), self.viewport().height()
        top = self._edges()[row] - self.verticalScrollBar().value()
        hints = QAbstractItemView.ScrollHint
        lowest = max(0, room - tall)
        if hint == hints.EnsureVisible:
            wanted = min(max(top, 0), lowest) if tall < room else min(max(top, room - tall), 0)
        else:
            places = {hints.PositionAtTop: 0, hints.PositionAtBottom: lowest}
            wanted = places.get(hint, lowest // 2)
        if wanted != top:
            self._pinned, self._held = False, (row, wanted)
            self._settle()
            bar = self.verticalScrollBar()
            self._pinned = bar.maximum() - bar.value() <= NEAR_END
            self.viewport().update()

    def scrollToBottom(self) -> None:
        self.to_end()

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count = len(self._heights)
        if not count:
            return QModelIndex()
        here = self.currentIndex().row()
        seen, acts = self.in_sight(), QAbstractItemView.CursorAction
        page = max(1, len(seen) - 1)
        steps = {
            acts.MoveUp: -1, acts.MovePrevious: -1, acts.MoveLeft: -1, acts.MovePageUp: -page,
            acts.MoveDown: 1, acts.MoveNext: 1, acts.MoveRight: 1, acts.MovePageDown: page,
            acts.MoveHome: -count, acts.MoveEnd: count,
        }  # fmt: skip
        start = here if here >= 0 else seen.stop - 1 - steps[action]
        return self.model().index(max(0, min(start + steps[action], count - 1)), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        if not self._heights:
            return
        value, model = self.verticalScrollBar().value(), self.model()
        first, last = self._row_at(rect.top() + value), self._row_at(rect.bottom() + value)
        chosen = QItemSelection(model.index(first, 0), model.index(last, 0))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index)
        return region

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        self.executeDelayedItemsLayout()
        painter, option = QPainter(self.viewport()), self._option()
        chosen, here = self.selectionModel(), self.currentIndex()
        states, plain = QStyle.StateFlag, option.state & ~QStyle.StateFlag.State_HasFocus
        for row in self.in_sight():
            index = self.model().index(row, 0)
            option.rect = self.visualRect(index)
            if not option.rect.intersects(event.rect()):
                continue
            option.state = plain
            if chosen.isSelected(index):
                option.state |= states.State_Selected
            if index == here and self.hasFocus():
                option.state |= states.State_HasFocus
            self.itemDelegate().paint(painter, option, index)
        painter.end()
