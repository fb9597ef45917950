"""Where everything of a workspace stands: rail, panes and status bar, and how wide each begins."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

VIEWS_WIDTH, LIST_WIDTH, PAGE_WIDTH, CONTEXT_WIDTH = 200, 346, 720, 300
_LEAST_VIEWS, _LEAST_LIST, _LEAST_PAGE, _LEAST_CONTEXT = 150, 280, 400, 240


class Middle(QStackedWidget):
    """The pages, one at a time: a window need be no larger than the one that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


def places() -> tuple[QWidget, QWidget]:
    """Where the ticket and what is beside it will stand."""
    page, context = QWidget(), QWidget()
    page.setObjectName("panel")
    page.setMinimumWidth(_LEAST_PAGE)
    context.setMinimumWidth(_LEAST_CONTEXT)
    return page, context


def stand(workspace: "Workspace") -> None:
    """Put the parts of a workspace to their places."""
    workspace.split.setSizes([VIEWS_WIDTH, LIST_WIDTH, PAGE_WIDTH, CONTEXT_WIDTH])
    for position, stretch in enumerate((0, 0, 1, 0)):
        workspace.split.setStretchFactor(position, stretch)
    workspace.list_panel.setMinimumWidth(_LEAST_LIST)
    workspace.views_list.setMinimumWidth(_LEAST_VIEWS)
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(workspace.rail)
    centre = QVBoxLayout()
    centre.setSpacing(0)
    centre.addWidget(workspace.banner)
    centre.addWidget(workspace.middle, 1)
    row.addLayout(centre, 1)
    box = QVBoxLayout(workspace)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    box.addLayout(row, 1)
    box.addWidget(workspace.status)
