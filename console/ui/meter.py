"""A thin line that fills: how far something is.

Not Qt's own progress bar: that paints itself and what is behind it at once with each step.
"""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui import paint
from console.ui.theme import Theme

_HEIGHT, _RADIUS = 6, 3


class Meter(QWidget):
    """Fills from the leading side."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._part = 0.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_part(self, done: int, total: int) -> None:
        """Show so much of the whole."""
        self._part = done / total if total else 1.0
        self.setAccessibleDescription(f"{self._part:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, _HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        paint.rounded(painter, QRectF(self.rect()), tokens["line"], radius=_RADIUS)
        full = QRectF(self.rect())
        full.setWidth(full.width() * self._part)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            full.moveRight(self.width())
        paint.rounded(painter, full, tokens["accent"], radius=_RADIUS)
        painter.end()
