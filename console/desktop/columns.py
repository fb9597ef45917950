"""The workspace's panes side by side, and who of them makes room in a narrow window."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget


class Columns(QSplitter):
    """The panes side by side. Where the window is narrow, those at the edges make room.

    First the views go, then the context; `toggle_first` brings the views back over the context.
    `wide` says that the list has the room of all that stands after it, `wished` whether somebody
    wants the views, and `toggled` that they say otherwise.
    """

    toggled = Signal()

    def __init__(self, first: QWidget, *middle: QWidget, last: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._first, self._middle, self._last = first, middle, last
        self.wished = True
        self._insisted = False
        self.wide = False
        self._laid_out = False
        self._before: list[int] = []
        self.setHandleWidth(1)
        for position, pane in enumerate((first, *middle, last)):
            self.addWidget(pane)
            self.setCollapsible(position, pane not in middle)

    def fill(self, page: QWidget, last: QWidget) -> None:
        """Put the panes behind the list to the places that were kept for them, as wide as those."""
        for place, pane in ((self._middle[-1], page), (self._last, last)):
            position = self.indexOf(place)
            pane.setMinimumWidth(place.minimumWidth())
            self.replaceWidget(position, pane)
            self.setStretchFactor(position, place.sizePolicy().horizontalStretch())
            place.deleteLater()
        self._middle, self._last = (*self._middle[:-1], page), last
        self._fit()

    def toggle_first(self) -> None:
        """Hide the first pane, or show it again."""
        self.wished = self._insisted = self._first.isHidden()
        self._fit()
        self.toggled.emit()

    def keep_middle(self, pane: QWidget) -> None:
        """Show this one of the middle panes and the last, nothing else."""
        for other in self._middle:
            other.setVisible(other is pane)
        self._middle, self.wished = (pane,), False
        self._fit()

    def widen(self, wide: bool) -> None:
        """Give the list all the room of what stands after it, or take it back."""
        if wide != self.wide:
            self.wide = wide
            if self._laid_out:
                self._share()
            else:
                self._fit()

    def _share(self) -> None:
        sizes = self.sizes()
        self._fit()
        if self.wide:
            self._before = sizes
            # Of the hidden panes too, as a splitter shares out what its sizes leave over.
            room = self.width() - sizes[0] - self.handleWidth()
            self.setSizes([sizes[0], room, *(0 for _ in sizes[2:])])
        else:
            self.setSizes(self._before)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._need(*self._middle), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._laid_out:
            QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        """The panes have the sizes they were kept with: from them a table takes its room."""
        self._laid_out = True
        if self.wide:
            self.wide = False
            self._fit()
            self.refresh()
            self.wide = True
            self._share()

    def _need(self, *panes: QWidget) -> int:
        return sum(pane.minimumWidth() + self.handleWidth() for pane in panes)

    def _fit(self) -> None:
        room, middle = self.width(), self._need(*self._middle)
        first, last = self._need(self._first), self._need(self._last)
        if room >= middle + first + last:
            self._insisted = False
        shown = self.wished and room >= middle + first + (0 if self._insisted else last)
        self._first.setVisible(shown)
        self._last.setVisible(not self.wide and room >= middle + last + (first if shown else 0))
        for pane in self._middle[1:]:
            pane.setVisible(not self.wide)
