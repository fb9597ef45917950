"""Right to left: what is painted as for left to right comes out mirrored, with its words upright.

A delegate's `paint` is marked with `mirrors`; a widget's `paintEvent` calls `turn`. What draws
letters or pictures does so `upright`, in its place in the mirrored whole.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QLayout, QStyleOptionViewItem

D = TypeVar("D")
Paint = Callable[[D, QPainter, QStyleOptionViewItem, Any], None]


def leftwards() -> bool:
    """Whether everything is laid out from right to left."""
    return QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft


def turn(painter: QPainter, rect: QRect | QRectF) -> None:
    """Mirror what is painted in `rect` from here on, where the language runs right to left."""
    if leftwards():
        _flip(painter, rect)


def mirrors(paint: Paint[D]) -> Paint[D]:
    """A delegate's `paint`, mirrored within its row where the language runs right to left."""

    @wraps(paint)
    def turned(self: D, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        painter.save()
        turn(painter, QRect(option.rect))
        paint(self, painter, option, index)
        painter.restore()

    return turned


@contextmanager
def upright(painter: QPainter, rect: QRect | QRectF) -> Iterator[bool]:
    """Paint letters or a picture into `rect`; True where that is in a mirrored whole."""
    if painter.worldTransform().m11() >= 0:
        yield False
        return
    painter.save()
    _flip(painter, rect)
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    yield True
    painter.restore()


def leading(align: Qt.AlignmentFlag, *, turned: bool) -> Qt.AlignmentFlag:
    """An alignment meant for left to right as it is where everything is `turned`."""
    sides = {
        Qt.AlignmentFlag.AlignLeft: Qt.AlignmentFlag.AlignRight,
        Qt.AlignmentFlag.AlignRight: Qt.AlignmentFlag.AlignLeft,
    }
    return sides[align] | Qt.AlignmentFlag.AlignAbsolute if turned and align in sides else align


def margins(layout: QLayout, leading: int, top: int, trailing: int, bottom: int) -> None:
    """Room around what is in a layout; Qt itself does not mirror it."""
    left, right = (trailing, leading) if leftwards() else (leading, trailing)
    layout.setContentsMargins(left, top, right, bottom)


def _flip(painter: QPainter, rect: QRect | QRectF) -> None:
    painter.translate(2 * rect.left() + rect.width(), 0)
    painter.scale(-1, 1)
