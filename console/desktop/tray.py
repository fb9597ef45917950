"""The icon in the tray: what waits for whoever is signed in, and the few things one does from there."""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from console.kernel.tongue import tr
from console.ui import icons, paint
from console.ui.theme import Theme, font

_SIDE = 64
MOST_COUNTED = 99


class Tray(QObject):
    """The icon and its menu; nothing where the platform has no tray."""

    wanted = Signal()
    window_wanted = Signal()
    quiet_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu()
        self.write()
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.count(0)
        self.icon.show()

    def write(self) -> None:
        """Write the menu in the language that is spoken now."""
        self.menu.clear()
        for words, signal in (
            (tr("Open Parley"), self.wanted),
            (tr("New window"), self.window_wanted),
            (tr("No notifications for an hour"), self.quiet_wanted),
            (tr("Quit"), self.quit_wanted),
        ):
            self.menu.addAction(words).triggered.connect(signal)

    def _activated(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how == QSystemTrayIcon.ActivationReason.Trigger:
            self.wanted.emit()

    def count(self, number: int) -> None:
        """Show how much waits."""
        told = tr("Parley: {count} waiting for you").format(count=number) if number else "Parley"
        self.icon.setToolTip(told)
        self.icon.setIcon(badged(number, self._theme))

    def close(self) -> None:
        """Take it away."""
        self.icon.hide()
        self.menu.deleteLater()


def badged(number: int, theme: Theme) -> QIcon:
    """Parley's mark with a count at its corner; without one for 0."""
    picture = icons.mark(_SIDE)
    if number:
        text = str(number) if number <= MOST_COUNTED else f"{MOST_COUNTED}+"
        painter = QPainter(picture)
        of = font(round(_SIDE * 0.4), strong=True)
        wide = max(_SIDE / 2, paint.measure(of).horizontalAdvance(text) + 12)
        box = QRectF(_SIDE - wide, 0, wide, _SIDE / 2)
        paint.rounded(painter, box, theme.tokens["red_mark"], radius=_SIDE / 4)
        painter.setFont(of)
        painter.setPen(theme.tokens["panel"])
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
    return QIcon(picture)
