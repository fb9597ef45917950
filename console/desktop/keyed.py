"""Every command of a workspace at its key, which is another as soon as somebody chooses another."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from console.desktop.commands import COMMANDS, UiCommand
from console.desktop.pages import MACROS
from console.kernel.tongue import tr

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


class Keyed(QObject):
    """The actions of a workspace, and the places where it names a key."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(tr(command.title), workspace)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(self._runner(command))
            workspace.addAction(action)
            self._actions[command.id] = action
        self._put(None)
        workspace.keymap.changed.connect(self._put)

    def _runner(self, command: UiCommand) -> Callable[[], None]:
        return lambda *_: self._workspace.run(command)

    def _put(self, _: None) -> None:
        workspace, keymap = self._workspace, self._workspace.keymap
        for command in COMMANDS:
            self._actions[command.id].setShortcut(QKeySequence(keymap.key(command)))
        workspace.rail.show_keys(keymap)
        workspace.list_panel.show_keys(keymap)
        workspace.status.pill.show_keys(keymap)
        workspace.page.composer.name_keys(keymap.beside)
        if workspace.pages.made(MACROS) is not None:
            workspace.macros.name_keys(keymap.beside)
