"""Where somebody is in a workspace: page, pane, place in the list, what is selected, a line half typed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from console.conversations.viewmodel.timeline import Filter
from console.desktop.pages import INBOX, SEARCH
from console.desktop.settings import Settings
from console.kernel.signal import Signal
from console.sync.client.local import Local

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

_LANES: tuple[Filter, ...] = ("buyer", "seller", "internal", "orders")
_WRITING = "writing"
_LINE_WITHIN_MS = 50
"""So soon at the latest the line is put down: behind its first hits, before anybody presses another key."""


class Whereabouts(QObject):
    """Keeps it and goes back to it; `changed` when it is another. The line stays encrypted."""

    def __init__(self, workspace: "Workspace", local: Local, settings: Settings) -> None:
        super().__init__(workspace)
        self._workspace, self._local, self._settings = workspace, local, settings
        self._line_name = f"line.{settings.place}"
        self._writes = self._begun = False
        self.changed: Signal[None] = Signal()
        workspace.list.verticalScrollBar().valueChanged.connect(self._tell)
        workspace.middle.currentChanged.connect(self._tell)
        workspace.context.arranged.connect(self._tell)
        workspace.list_panel.header.sectionResized.connect(self._tell)
        workspace.split.toggled.connect(self._tell)
        workspace.opened.timeline.edits.connect(self._tell)
        workspace.many.selection.changed.connect(self._tell)
        self._line = QTimer(self, singleShot=True, interval=_LINE_WITHIN_MS)
        self._line.timeout.connect(self._keep_line)
        workspace.search.changed.connect(self._typed)
        app = QApplication.instance()
        assert isinstance(app, QApplication), "there is something to be in"
        app.focusChanged.connect(self._went)

    def _tell(self, *_: object) -> None:
        self.changed.emit(None)

    def _went(self, _: QWidget | None, now: QWidget | None) -> None:
        """Somebody went to write, or away from it; to a popup or another window is not away."""
        if now is not None and now.window() is self._workspace.window():
            writes = now is self._workspace.page.composer.editor
            if writes != self._writes:
                self._writes = writes
                self._tell()

    # -- keeping

    def keep(self) -> None:
        """Put it down beside the rest of the layout, once one has gone back to what stands there."""
        if self._line.isActive():
            self._line.stop()
            self._keep_line()
        if not self._begun:
            return
        workspace, keep = self._workspace, self._settings.keep_text
        keep("page", workspace.shown_page)
        keep("pane", _WRITING if self._writes else "")
        keep("views", "" if workspace.split.wished else "hidden")
        keep("lane", workspace.opened.timeline.filter)
        keep("place", workspace.list.place)
        keep("held", "yes" if workspace.list.holds_current else "")
        keep("selected", workspace.many.selection.told)

    def _typed(self, _: None) -> None:
        if not self._line.isActive():
            self._line.start()

    def _keep_line(self) -> None:
        self._local.remember(self._line_name, self._workspace.search.text)

    def forget(self) -> None:
        """Its window is closed for good: the line is nobody's any more."""
        self._line.stop()
        self._local.remember(self._line_name, "")

    # -- going back

    def restore(self) -> None:
        """Put back what does not need the window to be shown."""
        workspace, told = self._workspace, self._settings.text
        if told("views") == "hidden" and workspace.split.wished:
            workspace.split.toggle_first()
        lane = next((known for known in _LANES if known == told("lane")), None)
        if lane is not None and str(workspace.opened.ticket_id) == told("ticket"):
            workspace.page.show_lane(lane)
        workspace.many.selection.recall(told("selected"))

    def begin(self) -> None:
        """Go to where one was; who was writing goes on writing, others begin at the list."""
        workspace, told = self._workspace, self._settings.text
        page, place, wrote = told("page"), told("place"), told("pane") == _WRITING
        self._begun = True
        held = bool(told("held"))
        QTimer.singleShot(0, workspace.list, lambda: self._go_back(place, held))  # laid out then
        workspace.list.setFocus()
        if page == SEARCH:
            workspace.show_search()
        elif page != INBOX and page in workspace.pages:
            workspace.show_page(page)
        elif not workspace.looks.resume_filter() and wrote and self._has_text:
            workspace.page.composer.focus_editor()

    def _go_back(self, place: str, held: bool) -> None:
        """Scroll to where the list was; what was in sight stays so though there is less room now."""
        self._workspace.list.go_back(place)
        if held:
            self._workspace.list.show_current()

    @property
    def _has_text(self) -> bool:
        return bool(self._workspace.opened.composer.state.text)

    def recall_line(self) -> None:
        """Put the line there that was typed last, unless there is one."""
        search = self._workspace.search
        if not search.text:
            search.type(self._local.remembered.get(self._line_name, ""))
