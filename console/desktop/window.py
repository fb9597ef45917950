"""A window: one page at a time, kept where it stands, and a question before work would be lost."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox, QStackedWidget, QWidget

from console.desktop.settings import Settings
from console.kernel.tongue import tr
from console.ui import icons

KEEP_MS = 1_000
"""How soon it is written down that a window stands elsewhere: a crash loses no more."""
_SIZE = (1440, 900)
_LEAST_SEEN = 80
"""So many pixels of a window's top must be on a screen, else it could not be taken hold of."""


class Window(QMainWindow):
    """One of Parley's windows. `closing` is asked before it closes: a sentence stops it first.

    `activated` when it has become the one that is worked in.
    """

    activated = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._pages = QStackedWidget()
        self._asked = False
        self.closing: Callable[[], str] = lambda: ""
        self.closed: Callable[[], None] = lambda: None
        self.setCentralWidget(self._pages)
        self.setWindowTitle("Parley")
        self.setWindowIcon(icons.window_icon())
        self.resize(*_SIZE)
        kept = settings.bytes("geometry")
        if not kept.isEmpty():
            self.restoreGeometry(QByteArray(kept))
            self.setGeometry(fitted(self.geometry(), _screens()))
        self._keeping = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keeping.timeout.connect(self.keep)

    @property
    def page(self) -> QWidget:
        """What is shown."""
        return self._pages.currentWidget() or self._pages

    def show_page(self, page: QWidget) -> None:
        """Show a page in place of the one before, which is gone then."""
        before = self._pages.currentWidget()
        if before is page:
            return
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()

    def keep(self) -> None:
        """Remember where it stands, on the disk at once."""
        self._keeping.stop()
        self._settings.keep_bytes("geometry", self.saveGeometry())
        self._settings.sync()

    def come_up(self) -> None:
        """Stand before all others, wherever it was."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._moved()

    def _moved(self) -> None:
        if self.isVisible() and not self._keeping.isActive():
            self._keeping.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        question = "" if self._asked else self.closing()
        if question:
            event.ignore()
            self.ask(question, tr("Quit and lose it"), self._leave)
            return
        self.keep()
        event.accept()
        self.closed()

    def _leave(self) -> None:
        self._asked = True
        self.close()

    def ask(self, question: str, deed: str, then: Callable[[], object]) -> None:
        """Ask before something that cannot be taken back; `then` runs when `deed` is chosen."""
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Parley")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(question)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        go_on = box.addButton(deed, QMessageBox.ButtonRole.DestructiveRole)

        def chosen() -> None:
            if box.clickedButton() is go_on:
                then()

        box.finished.connect(chosen)
        box.open()


def _screens() -> list[QRect]:
    """The room on each screen, the main one first."""
    main = QGuiApplication.primaryScreen()
    found = sorted(QGuiApplication.screens(), key=lambda screen: screen is not main)
    return [screen.availableGeometry() for screen in found]


def fitted(wanted: QRect, screens: list[QRect]) -> QRect:
    """A window's place, no larger than its screen; on the main one where its own is gone."""
    if not screens:
        return wanted
    top = QRect(wanted.topLeft(), wanted.topRight()).adjusted(0, 0, 0, _LEAST_SEEN)
    seen = [screen.intersected(top) for screen in screens]
    best = max(range(len(screens)), key=lambda n: seen[n].width() * seen[n].height())
    room = screens[best]
    size = wanted.size().boundedTo(room.size())
    if min(seen[best].width(), seen[best].height()) < _LEAST_SEEN:
        room = screens[0]
        made = QRect(room.topLeft(), wanted.size().boundedTo(room.size()))
        made.moveCenter(room.center())
        return made
    made = QRect(wanted.topLeft(), size)
    made.moveLeft(max(room.left(), min(made.left(), room.right() + 1 - made.width())))
    made.moveTop(max(room.top(), min(made.top(), room.bottom() + 1 - made.height())))
    return made
