"""A scroll bar that lies over its list, so that rows, lines and layouts reach the edge."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar

from console.kernel.tongue import tr

_WIDTH = 10


class OverlayBar(QScrollBar):
    """Stands in for the vertical scroll bar of `area`, whose width it leaves alone."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical, area)
        self._area = area
        self._real = area.verticalScrollBar()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Scroll"))
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._real.rangeChanged.connect(self._changed)
        self._real.valueChanged.connect(self.setValue)
        self.valueChanged.connect(self._real.setValue)
        area.installEventFilter(self)
        self._changed()

    def _changed(self) -> None:
        real = self._real
        self.setPageStep(real.pageStep())
        self.setSingleStep(real.singleStep())
        self.setRange(real.minimum(), real.maximum())
        self.setValue(real.value())
        self.setVisible(real.maximum() > real.minimum())
        self._place()

    def _place(self) -> None:
        left = 0 if self.isRightToLeft() else self._area.width() - _WIDTH
        self.setGeometry(left, 0, _WIDTH, self._area.height())
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._changed()
        return super().eventFilter(watched, event)
