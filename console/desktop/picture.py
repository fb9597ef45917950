"""The screenshot that was asked for on the command line: taken once its page is there."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from console.desktop.signin import LoadingPage

if TYPE_CHECKING:
    from console.desktop.desk import Desk

PATIENCE_MS = 60_000


class Picture:
    """Writes the first usable page into a file and ends the desk; without a file it does nothing."""

    def __init__(self, desk: "Desk") -> None:
        self._desk, self._file = desk, desk.options.screenshot

    def wait(self) -> None:
        """Give up when the page does not come within PATIENCE_MS."""
        if self._file is not None:
            QTimer.singleShot(PATIENCE_MS, self._desk.window, self._give_up)
            self.take()

    def take(self) -> None:
        """Take it, if the page it should show is there."""
        desk = self._desk
        signing_in = desk.options.sign_in is not None and desk.workspace is None
        loading = isinstance(desk.window.page, LoadingPage)
        if self._file is not None and not signing_in and not loading:
            QTimer.singleShot(0, desk.window, self._write)  # when the page is laid out

    def _write(self) -> None:
        desk = self._desk
        if not desk.window.grab().save(str(self._file)):
            desk.problem = (
                f"The picture {self._file} cannot be written: name a .png in a folder of yours."
            )
        desk.finished.set()

    def _give_up(self) -> None:
        if not self._desk.finished.is_set():
            self._desk.problem = (
                "There is nothing to show yet: is the server running and reachable?"
            )
            self._desk.finished.set()
