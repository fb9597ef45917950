"""Who else is at the open ticket: words and initials at the right of its header's first line."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.tickets.viewmodel.others import Others
from console.ui import icons, mirror, paint
from console.ui.theme import SMALL, Theme, font
from console.ui.widgets import plain_tip

FACE, APART = 20, 4
FACES = 3
_PEN, _GAP = 14, 6
_LEAST_WORDS = 90


class OthersStrip(QWidget):
    """Initials stand at its right edge, where they stay; words before them, or a pen for writing.

    It never moves anything: it is as tall as the line it is in, and takes what room is left.
    """

    def __init__(self, others: Others, theme: Theme) -> None:
        super().__init__()
        self._others, self._theme = others, theme
        self._words = ""
        self.setFixedHeight(FACE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        others.changed.connect(self._changed)
        self._changed(None)

    def fit(self, room: int) -> None:
        """Show what can be shown in so much room; initials always."""
        state, short = self._others.state, self._short()
        words = next((w for w in (state.words, state.brief) if self._wordy(w) <= room), state.brief)
        self._words = words if room >= self._faces() + _GAP + _LEAST_WORDS else ""
        self.setFixedWidth(min(room, self._wordy(words)) if self._words else short)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.width(), FACE)

    def _faces(self) -> int:
        faces = min(len(self._others.state.people), FACES)
        return faces * FACE + max(0, faces - 1) * APART

    def _short(self) -> int:
        return self._faces() + (_PEN + _GAP if self._writes() else 0)

    def _writes(self) -> bool:
        return self._others.state.writes

    def _wordy(self, words: str) -> int:
        return self._faces() + (self._wide(words) + _GAP if words else 0)

    def _wide(self, text: str) -> int:
        return paint.measure(font(SMALL)).horizontalAdvance(text) + 1  # it is rounded

    def _changed(self, _: None) -> None:
        state = self._others.state
        self.setAccessibleName(state.whole)
        self.setToolTip(plain_tip(state.whole))
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        mirror.turn(painter, self.rect())
        right = self.width()
        people = self._others.state.people
        for other in reversed(people[:FACES]):
            face = QRect(right - FACE, 0, FACE, FACE)
            paint.avatar(painter, face, other.name, other.initials, tokens)
            right -= FACE + APART
        rest = QRect(0, 0, max(0, right + APART - _GAP), FACE)
        if self._words:
            align = Qt.AlignmentFlag.AlignRight
            paint.line(painter, rest, self._words, font(SMALL), tokens["dim"], align)
        elif self._writes():
            pen = QRectF(rest.right() + 1 - _PEN, (FACE - _PEN) / 2, _PEN, _PEN)
            icons.draw(painter, "pencil-simple", pen, tokens["dim"])
        painter.end()
