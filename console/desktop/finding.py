"""To the search and back, and from what was found to its place in the conversation."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from console.kernel.codec import NIL

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace
    from console.search.viewmodel.search import Target

_INBOX, _SEARCH = "inbox", "search"


class Finding:
    """The way of one workspace through its search; it knows where one was before."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._before: tuple[str, QWidget | None] = (_INBOX, None)

    def show(self) -> None:
        """Show the search with the caret in its line."""
        workspace = self._workspace
        if workspace.shown_page != _SEARCH:
            self._before = workspace.shown_page, QApplication.focusWidget()
        workspace.show_page(_SEARCH)
        workspace.whereabouts.recall_line()
        workspace.search_page.begin()

    def leave(self) -> None:
        """Go back to where one was before."""
        name, widget = self._before
        self._workspace.show_page(name)
        if widget is not None and widget.isVisible():
            widget.setFocus()
        elif name == _INBOX:
            self._workspace.list.setFocus()

    def open(self, target: "Target") -> None:
        """Open the ticket of something found, at the message it was found in."""
        workspace = self._workspace
        workspace.show_ticket(target.ticket_id)
        if target.message_id != NIL:
            seeking = workspace.opened.timeline.seeking
            seeking.seek(target.ticket_id, target.message_id, target.pos)
        workspace.enter()
