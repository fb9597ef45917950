"""The window: one page at a time, and a question before unsent work would be lost."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox, QStackedWidget, QWidget

from console.desktop.settings import Settings
from console.kernel.tongue import tr
from console.ui import icons

_SIZE = (1440, 900)


class Window(QMainWindow):
    """Parley's main window. `closing` is asked before it closes: a sentence stops it first."""

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

    @property
    def page(self) -> QWidget:
        """What is shown."""
        return self._pages.currentWidget() or self._pages

    def show_page(self, page: QWidget) -> None:
        """Show a page in place of the one before, which is gone then."""
        before = self._pages.currentWidget()
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        question = "" if self._asked else self.closing()
        if question:
            event.ignore()
            self.ask(question, tr("Quit and lose it"), self._leave)
            return
        self._settings.keep_bytes("geometry", self.saveGeometry())
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
        box.setText(question)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        go_on = box.addButton(deed, QMessageBox.ButtonRole.DestructiveRole)

        def chosen() -> None:
            if box.clickedButton() is go_on:
                then()

        box.finished.connect(chosen)
        box.open()
