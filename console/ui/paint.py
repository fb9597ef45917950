"""Painting shared by every list: text on one line, chips, avatars, dots, all from tokens."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen

from console.ui import mirror, words
from console.ui.theme import RADIUS, TINY, Tokens, font

CHIP_HEIGHT = 18
_CHIP_PAD = 6
_WIDE_RADIUS = 8


@lru_cache(maxsize=64)
def metrics(key: str) -> QFontMetrics:
    """Metrics of a font by its `toString()`."""
    made = QFont()
    made.fromString(key)
    return QFontMetrics(made)


def measure(of: QFont) -> QFontMetrics:
    """The metrics of a font, made once."""
    return metrics(of.toString())


def line(
    painter: QPainter,
    rect: QRect,
    text: str,
    of: QFont,
    color: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> int:
    """Draw one line of text, cut with an ellipsis where it does not fit; its width.

    Text that runs right to left stands at the right by itself; in a mirrored whole all text does.
    """
    room = rect.width()
    if room <= 0 or not text:
        return 0
    measured = measure(of)
    shown = measured.elidedText(words.unturned(text), Qt.TextElideMode.ElideRight, room)
    painter.setFont(of)
    painter.setPen(color)
    with mirror.upright(painter, rect) as turned:
        side = mirror.leading(align, turned=turned)
        # Letters of some scripts reach further down than the line is tall.
        whole = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(rect, int(side | whole), shown)
    return min(room, measured.horizontalAdvance(shown))


def chip_width(text: str) -> int:
    """How wide a chip with this text is."""
    return measure(font(TINY, strong=True)).horizontalAdvance(text) + 2 * _CHIP_PAD


def chip(painter: QPainter, rect: QRect, text: str, ink: QColor, ground: QColor) -> None:
    """Draw a small label with a tinted ground, filling `rect`."""
    rounded(painter, QRectF(rect), ground, radius=4)
    painter.setFont(font(TINY, strong=True))
    painter.setPen(ink)
    with mirror.upright(painter, rect):
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def rounded(
    painter: QPainter,
    rect: QRectF,
    ground: QColor,
    *,
    radius: float = RADIUS,
    border: QColor | None = None,
) -> None:
    """Fill a rounded rectangle, with a hairline border if asked."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(border, 1) if border else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, radius, radius)


def outlined(painter: QPainter, rect: QRectF, ground: QColor, outline: QColor) -> None:
    """Fill a rounded rectangle and draw its outline inside it: where both are one, none is seen."""
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    rounded(painter, inner, ground, radius=_WIDE_RADIUS, border=outline)


def edged(painter: QPainter, rect: QRectF, edge: QColor) -> None:
    """Colour the left side of what `outlined` has drawn."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(rect, _WIDE_RADIUS, _WIDE_RADIUS)
    painter.save()
    painter.setClipPath(path)
    painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), edge)
    painter.restore()


def avatar(painter: QPainter, rect: QRect, name: str, initials: str, tokens: Tokens) -> None:
    """Draw a round avatar; the same name has the same colour everywhere."""
    grounds = tokens.avatar_colors
    ground = grounds[sum(name.encode()) % len(grounds)] if name else tokens["chip"]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(rect)
    painter.setPen(tokens["on_avatar"] if name else tokens["faint"])
    painter.setFont(font(max(8, round(rect.height() * 0.4)), strong=True))
    with mirror.upright(painter, rect):
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials)


def dot(painter: QPainter, center: QPointF, radius: float, color: QColor) -> None:
    """Draw a filled dot."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(center, radius, radius)
