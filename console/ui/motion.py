"""Motion: how long something may take to slide, which is no time where the system says so."""

import sys

from PySide6.QtCore import Qt, QVariantAnimation
from PySide6.QtWidgets import QApplication, QStyle, QWidget

SLIDE_MS = 140


def slide_ms(widget: QWidget) -> int:
    """How long a slide of this widget lasts, 0 for no motion at all."""
    if sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General):
        return 0
    told = widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget)
    return min(SLIDE_MS, told)


class Slide:
    """Lets a widget come in and go out by its height, below a minimum that it keeps otherwise."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._run = QVariantAnimation(widget)
        self._run.valueChanged.connect(self._step)
        self._run.finished.connect(self._end)
        self.shown = False

    def show(self, shown: bool) -> None:
        """Come in, or go out."""
        if shown == self.shown:
            return
        self.shown = shown
        start = self._widget.height() if self._widget.isVisible() else 0
        self._widget.setVisible(True)
        wanted = self._widget.sizeHint().height() if shown else 0
        length = slide_ms(self._widget)
        self._run.stop()
        if not length or not self._widget.window().isVisible():
            self._end()
            return
        self._run.setDuration(length)
        self._run.setStartValue(start)
        self._run.setEndValue(wanted)
        self._run.start()

    def _step(self, height: int) -> None:
        self._widget.setFixedHeight(height)

    def _end(self) -> None:
        self._widget.setMinimumHeight(0)
        self._widget.setMaximumHeight(_FREE)
        self._widget.setVisible(self.shown)


_FREE = (1 << 24) - 1  # Qt's own largest size
