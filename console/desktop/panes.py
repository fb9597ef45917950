"""The panes of a workspace for the keyboard: which follows which, and how wide they are kept."""

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


class Panes:
    """Views, list, conversation and composer, in the order that the keyboard goes through them."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace

    def chain(self) -> None:
        """Have Tab go through them in their order."""
        for before, after in pairwise(self._order()):
            QWidget.setTabOrder(before, after)

    def _order(self) -> list[QWidget]:
        workspace = self._workspace
        page = workspace.page
        return [workspace.views_list, workspace.list, page.timeline, page.composer.editor]

    def next(self, by: int) -> None:
        """Move the keyboard to the next pane."""
        panes = [pane for pane in self._order() if pane.isVisible()] or [self._workspace.list]
        here = next((n for n, pane in enumerate(panes) if pane.hasFocus()), -1)
        panes[(here + by) % len(panes)].setFocus()

    def restore(self) -> None:
        """Make them as wide as they were."""
        self._workspace.split.restoreState(self._workspace.settings.bytes("split"))

    def keep(self) -> None:
        """Remember how wide they are; a table's are not kept, it has all the room there is."""
        split = self._workspace.split
        if not split.wide:
            self._workspace.settings.keep_bytes("split", split.saveState())
