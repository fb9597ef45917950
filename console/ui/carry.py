"""What is carried with the mouse: a label beside the pointer, and a frame where it would be dropped.

Not Qt's own dragging: that runs an event loop inside ours.
"""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QWidget

from console.ui.widgets import Text

_BESIDE = QPoint(14, 12)


class Carried:
    """Follows the pointer over a window's content."""

    def __init__(self, over: QWidget) -> None:
        self._over = over
        self._label = Text("", "", over)
        self._label.setObjectName("carried")
        self._target = QFrame(over)
        self._target.setObjectName("droptarget")
        for part in (self._label, self._target):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            part.hide()

    def show(self, text: str, at: QPoint, target: QRect | None) -> None:
        """Carry this at a place on the screen; `target` (on the screen) is where it would go."""
        here = self._over.mapFromGlobal(at)
        self._label.setText(text)
        self._label.adjustSize()
        most = self._over.rect().bottomRight() - self._label.rect().bottomRight()
        place = here + _BESIDE
        self._label.move(min(place.x(), most.x()), min(place.y(), most.y()))
        self._label.show()
        self._target.setVisible(target is not None)
        if target is not None:
            self._target.setGeometry(
                QRect(self._over.mapFromGlobal(target.topLeft()), target.size())
            )
            self._target.raise_()
        self._label.raise_()

    def hide(self) -> None:
        """Carry nothing."""
        self._label.hide()
        self._target.hide()
