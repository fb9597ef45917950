"""The line that says what was just done, with a way back, and goes by itself."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from console.kernel.tongue import tr
from console.ui import mirror
from console.ui.widgets import Text

SHOWN_MS = 8_000
_LEFT, _ABOVE, _APART = 72, 104, 8
_WIDEST, _NARROWEST, _BESIDE = 560, 120, 120
_MOST_CHARS = 300
_MOVED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Toast(QFrame):
    """At most one at a time, at the bottom of its parent where lines begin, above its bars and away from the text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.shown_ms = SHOWN_MS
        self._owner = parent
        self._undo: Callable[[], None] | None = None
        self._text = Text()
        self._button = QPushButton(tr("Undo"))
        self._button.setToolTip("Ctrl+Z")
        self._button.clicked.connect(self.undo)
        self._row = row = QHBoxLayout(self)
        mirror.margins(row, 14, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(self._text)
        row.addWidget(self._button)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self._clear_of: QWidget | None = None
        parent.installEventFilter(self)
        self.hide()

    def keep_clear_of(self, bar: QWidget) -> None:
        """Stand above this as long as it is there."""
        self._clear_of = bar
        bar.installEventFilter(self)

    def say(
        self, text: str, undo: Callable[[], None] | None = None, *, shown_ms: int | None = None
    ) -> None:
        """Show a sentence, for the usual time unless told; `undo` puts a button beside it."""
        self._undo = undo
        self._write(text)
        self._button.setVisible(undo is not None)
        self._row.activate()  # what the words before needed is forgotten
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(self.shown_ms if shown_ms is None else shown_ms)

    def _write(self, text: str) -> None:
        """Put the words down, on several lines where they would leave the window."""
        shown = text if len(text) <= _MOST_CHARS else f"{text[: _MOST_CHARS - 1]}…"
        self._text.setText(shown)
        self._text.setMinimumSize(0, 0)
        self._text.setWordWrap(False)
        wide = self._text.sizeHint()
        most = max(min(_WIDEST, self._owner.width() - _LEFT - _BESIDE), _NARROWEST)
        if wide.width() > most:
            self._text.setWordWrap(True)
            wide = QSize(most, self._text.heightForWidth(most))
        self._text.setFixedSize(wide)

    @property
    def undoes(self) -> bool:
        """Whether something can be taken back here now."""
        return self.isVisible() and self._undo is not None

    def undo(self) -> None:
        """Take the last thing back, if it can be."""
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()

    def _place(self) -> None:
        x = self._owner.width() - self.width() - _LEFT if self.isRightToLeft() else _LEFT
        low = self._owner.height() - _ABOVE
        bar = self._clear_of
        if bar is not None and bar.isVisible():
            low = min(low, bar.mapTo(self._owner, bar.rect().topLeft()).y() - _APART)
        self.move(x, low - self.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
