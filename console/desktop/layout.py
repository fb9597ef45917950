"""How a workspace stands, written down as soon as it changes: a crash loses no more than a moment."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

KEPT_WITHIN_MS = 50
"""So soon at the latest it is on the disk how a workspace stands: before anybody presses another key.

A key that is held down comes more often: then not every step of it is written.
"""
_BEHIND_MS = 25
"""So long after a change it is written: what is painted of it does not wait for the disk."""


class Layout(QObject):
    """Keeps view, ticket and columns of a workspace as they change: behind the next frame, then after a rest."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._changed = False
        self._soon = QTimer(self, singleShot=True, interval=_BEHIND_MS)
        self._soon.timeout.connect(self._write)
        self._rest = QTimer(self, singleShot=True, interval=KEPT_WITHIN_MS)
        self._rest.timeout.connect(self._rested)
        workspace.opened.changed.connect(self._note)
        workspace.looks.changed.connect(self._note)
        workspace.split.splitterMoved.connect(self._note)
        workspace.whereabouts.changed.connect(self._note)

    def written(self) -> None:
        """Somebody wrote it down: nothing is left to be written."""
        self._changed = False
        self._soon.stop()

    def _note(self, *_: object) -> None:
        self._changed = True
        if not (self._rest.isActive() or self._soon.isActive()):
            self._soon.start()

    def _rested(self) -> None:
        if self._changed:
            self._write()

    def _write(self) -> None:
        self.written()
        self._workspace.keep()
        self._workspace.settings.sync()
        self._rest.start()
