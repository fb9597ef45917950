"""Rows as they were painted: what has not changed is drawn again from its picture.

Most of what a row costs is its words: laid out and drawn they take ten times as long as a picture
of them. Of the rows in sight all but one look as before when that one has changed its place.
"""

from collections.abc import Callable, Hashable

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap

MOST_ROWS = 64
"""So many rows are kept, those painted last; some 80 KB each at 100 %."""


class Kept:
    """Pictures of rows by their keys. Who paints says by what a row looks as it does."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[object, QPixmap]] = {}

    def draw(
        self,
        painter: QPainter,
        rect: QRect,
        ground: QColor,
        key: Hashable,
        looks: object,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Draw a row into `rect`: as it is kept, or, when `looks` are others, by `paint`.

        `paint` draws where the row itself would be, on `ground`; `looks` are all that decides what
        it draws but for size and ground, which are looked at here.
        """
        ratio = painter.device().devicePixelRatioF()
        if not ratio.is_integer():  # a picture would stand between two pixels, and be blurred
            paint(painter)
            return
        told = (looks, rect.size(), ratio, ground.rgba())
        known = self._known.pop(key, None)
        if known is None or known[0] != told:
            known = (told, self._painted(rect, ground, ratio, paint))
            if len(self._known) >= MOST_ROWS:
                del self._known[next(iter(self._known))]
        self._known[key] = known
        painter.drawPixmap(rect.topLeft(), known[1])

    def _painted(
        self, rect: QRect, ground: QColor, ratio: float, paint: Callable[[QPainter], None]
    ) -> QPixmap:
        picture = QPixmap(rect.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(ground)  # letters are smoothed towards what they stand on
        brush = QPainter(picture)
        brush.translate(-rect.topLeft())
        paint(brush)
        brush.end()
        return picture

    def clear(self) -> None:
        """Everything looks different."""
        self._known.clear()
